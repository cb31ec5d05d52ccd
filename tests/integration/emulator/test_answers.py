"""What Terraform's provider reads back is what it was told: each of these kept a second plan from being empty."""

from __future__ import annotations

import json
import re
import urllib.parse
from xml.etree import ElementTree as ET

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from eventyard.emulators import http

ALARM = {
    "AlarmDescription": 'errors <of> "one" & more',
    "Namespace": "AWS/Lambda",
    "MetricName": "Errors",
    "Statistic": "Sum",
    "Period": "60",
    "EvaluationPeriods": "2",
    "DatapointsToAlarm": "1",
    "Threshold": "0.5",
    "ComparisonOperator": "GreaterThanThreshold",
    "TreatMissingData": "notBreaching",
    "ActionsEnabled": "false",
    "Dimensions.member.1.Name": "FunctionName",
    "Dimensions.member.1.Value": "one",
    "AlarmActions.member.1": "arn:aws:sns:eu-west-1:000000000000:alarms",
    "OKActions.member.1": "arn:aws:sns:eu-west-1:000000000000:alarms",
    "InsufficientDataActions.member.1": "arn:aws:sns:eu-west-1:000000000000:alarms",
}


def query(bench, action, **parameters):
    """Ask CloudWatch by the XML protocol, which Terraform's provider speaks and boto3 no more."""
    body = urllib.parse.urlencode({"Action": action, "Version": "2010-08-01", **parameters}).encode()
    asked = AWSRequest(
        "POST",
        f"{bench.emulator.endpoint}/",
        data=body,
        headers={"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"},
    )
    SigV4Auth(Credentials("test", "test"), "monitoring", bench.region).add_auth(asked)
    with http.request(asked.url, method="POST", data=body, headers=dict(asked.headers)) as answer:
        text = re.sub(r' xmlns="[^"]+"', "", answer.read().decode())
    return ET.fromstring(text)  # noqa: S314 - from the emulator


def described(bench, name, kind="MetricAlarm"):
    answer = query(bench, "DescribeAlarms", **{"AlarmNames.member.1": name, "AlarmTypes.member.1": kind})
    return answer.find(f".//{kind}s/member")


def element(parameter):
    """Return where the answer holds what `parameter` gave."""
    return parameter.replace(".1", "").replace(".", "/")


def test_metric_alarm_reads_back_whole(bench):
    name = bench.unique("alarm")
    query(bench, "PutMetricAlarm", AlarmName=name, **ALARM)
    alarm = described(bench, name)
    for key, value in ALARM.items():
        assert alarm.findtext(element(key)) == value, key
    assert alarm.findtext("StateUpdatedTimestamp").endswith("Z")


def test_metric_math_alarm_reads_back_whole(bench):
    name = bench.unique("alarm")
    query(
        bench,
        "PutMetricAlarm",
        AlarmName=name,
        EvaluationPeriods="1",
        Threshold="5",
        ComparisonOperator="GreaterThanThreshold",
        **{
            "Metrics.member.1.Id": "rate",
            "Metrics.member.1.Expression": "errors * 100",
            "Metrics.member.1.ReturnData": "true",
            "Metrics.member.2.Id": "errors",
            "Metrics.member.2.ReturnData": "false",
            "Metrics.member.2.MetricStat.Metric.MetricName": "Errors",
            "Metrics.member.2.MetricStat.Metric.Namespace": "AWS/Lambda",
            "Metrics.member.2.MetricStat.Period": "60",
            "Metrics.member.2.MetricStat.Stat": "Sum",
        },
    )
    alarm = described(bench, name)
    metrics = alarm.findall("Metrics/member")
    assert [metric.findtext("Id") for metric in metrics] == ["rate", "errors"]
    assert metrics[0].findtext("Expression") == "errors * 100"
    assert metrics[1].findtext("MetricStat/Metric/MetricName") == "Errors"
    assert metrics[1].findtext("ReturnData") == "false"
    assert alarm.find("Statistic") is None
    found = bench.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"][0]
    assert found["Metrics"][1]["MetricStat"]["Period"] == 60
    assert found["Metrics"][0]["ReturnData"] is True


def test_composite_alarm_reads_back_whole(bench):
    child, name = bench.unique("alarm"), bench.unique("composite")
    query(bench, "PutMetricAlarm", AlarmName=child, **ALARM)
    given = {
        "AlarmRule": f'ALARM("{child}")',
        "AlarmDescription": "all",
        "ActionsEnabled": "true",
        "AlarmActions.member.1": "arn:aws:sns:eu-west-1:000000000000:alarms",
    }
    query(bench, "PutCompositeAlarm", AlarmName=name, **given)
    alarm = described(bench, name, "CompositeAlarm")
    for key, value in given.items():
        assert alarm.findtext(element(key)) == value, key


def test_upstream_still_answers_half_an_alarm(plain):
    name = plain.unique("alarm")
    query(plain, "PutMetricAlarm", AlarmName=name, **ALARM)
    alarm = described(plain, name)
    assert alarm.findtext("MetricName") == "Errors"
    assert alarm.find("Period") is None
    assert alarm.find("AlarmActions") is None


def machine(bench, **settings):
    definition = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}})
    states = bench.client("stepfunctions")
    role = bench.role(service="states.amazonaws.com")
    made = states.create_state_machine(name=bench.unique("machine"), roleArn=role, definition=definition, **settings)
    return made["stateMachineArn"]


def test_state_machine_keeps_its_tracing(bench):
    states = bench.client("stepfunctions")
    arn = machine(bench, tracingConfiguration={"enabled": True})
    assert states.describe_state_machine(stateMachineArn=arn)["tracingConfiguration"] == {"enabled": True}
    states.update_state_machine(stateMachineArn=arn, tracingConfiguration={"enabled": False})
    assert states.describe_state_machine(stateMachineArn=arn)["tracingConfiguration"] == {"enabled": False}
    untold = machine(bench)
    assert states.describe_state_machine(stateMachineArn=untold)["tracingConfiguration"] == {"enabled": False}


def test_upstream_still_forgets_tracing(plain):
    arn = machine(plain, tracingConfiguration={"enabled": True})
    assert "tracingConfiguration" not in plain.client("stepfunctions").describe_state_machine(stateMachineArn=arn)


def authorizer(bench):
    api = bench.client("apigatewayv2")
    api_id = api.create_api(Name=bench.unique("api"), ProtocolType="HTTP")["ApiId"]
    made = api.create_authorizer(
        ApiId=api_id,
        Name="jwt",
        AuthorizerType="JWT",
        IdentitySource=["$request.header.Authorization"],
        JwtConfiguration={"Issuer": "https://issuer.example.com", "Audience": ["one"]},
    )
    return api.get_authorizer(ApiId=api_id, AuthorizerId=made["AuthorizerId"])


def test_jwt_authorizer_has_nothing_of_a_lambda_authorizer(bench):
    found = authorizer(bench)
    assert found.keys() - {"ResponseMetadata"} == {
        "AuthorizerId", "AuthorizerType", "IdentitySource", "JwtConfiguration", "Name",
    }  # fmt: skip


def test_upstream_still_gives_jwt_authorizers_a_payload_format(plain):
    assert authorizer(plain)["AuthorizerPayloadFormatVersion"] == "2.0"


def test_api_endpoint_is_named_as_on_aws(bench):
    made = bench.client("apigatewayv2").create_api(Name=bench.unique("api"), ProtocolType="HTTP")
    address = f"https://{made['ApiId']}.execute-api.{bench.region}.amazonaws.com"
    assert made["ApiEndpoint"] == address
    assert bench.client("apigatewayv2").get_api(ApiId=made["ApiId"])["ApiEndpoint"] == address


def test_upstream_still_names_the_emulator_as_an_apis_endpoint(plain):
    made = plain.client("apigatewayv2").create_api(Name=plain.unique("api"), ProtocolType="HTTP")
    assert "localhost" in made["ApiEndpoint"]


def headers_policy(bench):
    given = {
        "Name": bench.unique("headers"),
        "SecurityHeadersConfig": {"ContentTypeOptions": {"Override": True}},
    }
    cloudfront = bench.client("cloudfront")
    made = cloudfront.create_response_headers_policy(ResponseHeadersPolicyConfig=given)
    policy_id = made["ResponseHeadersPolicy"]["Id"]
    whole = cloudfront.get_response_headers_policy(Id=policy_id)["ResponseHeadersPolicy"]
    alone = cloudfront.get_response_headers_policy_config(Id=policy_id)
    return whole["ResponseHeadersPolicyConfig"], alone["ResponseHeadersPolicyConfig"]


def test_headers_policy_has_no_empty_parts(bench):
    for config in headers_policy(bench):
        assert config["SecurityHeadersConfig"] == {"ContentTypeOptions": {"Override": True}}
        assert not {"CustomHeadersConfig", "RemoveHeadersConfig"} & config.keys()


def test_upstream_still_answers_empty_parts_of_a_headers_policy(plain):
    assert headers_policy(plain)[0]["RemoveHeadersConfig"]["Quantity"] == 0


def asynchronous_settings(bench):
    function = bench.function("def handler(event, context): ...\n")
    client = bench.client("lambda")
    client.put_function_event_invoke_config(FunctionName=function, Qualifier="live", MaximumRetryAttempts=1)
    return client.get_function_event_invoke_config(FunctionName=function, Qualifier="live")


def test_asynchronous_settings_hold_only_what_was_set(bench):
    found = asynchronous_settings(bench)
    assert found["MaximumRetryAttempts"] == 1
    assert "MaximumEventAgeInSeconds" not in found


def test_upstream_still_answers_an_age_nobody_set(plain):
    assert asynchronous_settings(plain)["MaximumEventAgeInSeconds"] == 21600


def bus_policy(bench):
    events = bench.client("events")
    name = bench.unique("bus")
    statement = {
        "Sid": "one",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{bench.account}:root"},
        "Action": "events:PutEvents",
        "Resource": events.create_event_bus(Name=name)["EventBusArn"],
    }
    given = {"Version": "2012-10-17", "Statement": [statement]}
    events.put_permission(EventBusName=name, Policy=json.dumps(given))
    return given, json.loads(events.describe_event_bus(Name=name)["Policy"])


def test_bus_keeps_its_policy(bench):
    given, found = bus_policy(bench)
    assert found == given


def test_upstream_still_replaces_a_bus_policy(plain):
    _, found = bus_policy(plain)
    assert found["Statement"][0]["Principal"] == "*"


def mail_identity(bench):
    ses = bench.client("sesv2")
    name, address = bench.unique("mails"), f"{bench.unique('from')}@example.com"
    ses.create_configuration_set(ConfigurationSetName=name)
    ses.create_email_identity(EmailIdentity=address, ConfigurationSetName=name)
    return ses, name, address


def test_mail_identity_keeps_its_configuration_set(bench):
    ses, name, address = mail_identity(bench)
    assert ses.get_email_identity(EmailIdentity=address)["ConfigurationSetName"] == name
    ses.put_email_identity_configuration_set_attributes(EmailIdentity=address)
    assert "ConfigurationSetName" not in ses.get_email_identity(EmailIdentity=address)


def test_upstream_still_forgets_a_configuration_set(plain):
    ses, _, address = mail_identity(plain)
    assert "ConfigurationSetName" not in ses.get_email_identity(EmailIdentity=address)


def recovery_days(bench, **settings):
    """Return what a table says of its point-in-time recovery when that is turned on and when it is read."""
    dynamodb, name = bench.client("dynamodb"), bench.unique("table")
    dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    given = {"PointInTimeRecoveryEnabled": True, **settings}
    answers = [
        dynamodb.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification=given),
        dynamodb.describe_continuous_backups(TableName=name),
    ]
    found = [answer["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"] for answer in answers]
    return name, [description.get("RecoveryPeriodInDays") for description in found]


def test_table_keeps_its_days_of_recovery_while_that_is_on(bench):
    assert recovery_days(bench)[1] == [35, 35]
    name, days = recovery_days(bench, RecoveryPeriodInDays=7)
    assert days == [7, 7]
    off = bench.client("dynamodb").update_continuous_backups(
        TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False}
    )
    described = off["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    assert described == {"PointInTimeRecoveryStatus": "DISABLED"}


def test_upstream_still_forgets_the_days_of_recovery(plain):
    assert recovery_days(plain, RecoveryPeriodInDays=7)[1] == [None, None]


@pytest.mark.parametrize("service", ["sts", "sqs", "sesv2", "scheduler", "pipes"])
def test_session_reaches_services_localstack_client_does_not_know(bench, service):
    assert bench.client(service).meta.endpoint_url == bench.emulator.endpoint
