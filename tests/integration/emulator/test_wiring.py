"""How functions, queues, workflows and schedules call each other, with IAM enforced and permissions on the alias."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime, timedelta

import pytest

from eventyard.testing.waiting import eventually, never

FORWARDS = """
import json, os, boto3
def handler(event, context):
    boto3.client("sqs").send_message(QueueUrl=os.environ["QUEUE"], MessageBody=json.dumps(event))
"""
ANSWERS = """
import json, boto3
def handler(event, context):
    states = boto3.client("stepfunctions")
    for record in event["Records"]:
        body = json.loads(record["body"])
        states.send_task_success(taskToken=body["token"], output=json.dumps({"sent": body["to"]}))
    return {"batchItemFailures": []}
"""
MAILS = """
import boto3
def handler(event, context):
    text = {"Data": "hello"}
    destination = {"ToAddresses": ["one@example.com"]}
    message = {"Subject": {"Data": event["subject"]}, "Body": {"Text": text}}
    if event["api"] == "ses":
        boto3.client("ses").send_email(Source="from@example.com", Destination=destination, Message=message)
    else:
        boto3.client("sesv2").send_email(
            FromEmailAddress="from@example.com", Destination=destination, Content={"Simple": message}
        )
"""
LOOKS_UP = """
import boto3
def handler(event, context):
    found = boto3.client("cognito-idp").admin_get_user(UserPoolId=event["pool"], Username=event["name"])
    return found["UserStatus"]
"""


def queue_arn(bench, url):
    answer = bench.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return answer["Attributes"]["QueueArn"]


def allow(bench, function, service, source):
    bench.client("lambda").add_permission(
        FunctionName=function,
        Qualifier="live",
        StatementId="source",
        Action="lambda:InvokeFunction",
        Principal=service,
        SourceArn=source,
        SourceAccount=bench.account,
    )


@pytest.fixture
def forwarder(bench):
    """A function that hands on what it gets, and the queue where that arrives."""
    url = bench.queue()
    send = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": queue_arn(bench, url)}
    return bench.function(FORWARDS, send, Environment={"Variables": {"QUEUE": url}}), url


def arrived(bench, url):
    return [json.loads(body) for body in eventually(lambda: bench.receive(url, wait=1), timeout=10)]


def test_queue_calls_the_alias(bench, forwarder):
    function, url = forwarder
    source = bench.queue(VisibilityTimeout="60")
    bench.client("lambda").create_event_source_mapping(
        FunctionName=bench.alias_arn(function),
        EventSourceArn=queue_arn(bench, source),
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )
    bench.client("sqs").send_message(QueueUrl=source, MessageBody="hello")
    record = arrived(bench, url)[0]["Records"][0]
    assert (record["body"], record["eventSourceARN"]) == ("hello", queue_arn(bench, source))


def test_rule_calls_the_alias(bench, forwarder):
    function, url = forwarder
    events = bench.client("events")
    name = bench.unique("rule")
    rule = events.put_rule(Name=name, EventPattern=json.dumps({"source": [name]}))["RuleArn"]
    allow(bench, function, "events.amazonaws.com", rule)
    events.put_targets(Rule=name, Targets=[{"Id": "function", "Arn": bench.alias_arn(function)}])
    events.put_events(Entries=[{"Source": name, "DetailType": "one", "Detail": '{"n": 1}'}])
    assert arrived(bench, url)[0]["detail"] == {"n": 1}


def one_time(bench, function, seconds=1):
    """Return the settings of a schedule that calls `function` in a moment, but for its name."""
    arn = bench.alias_arn(function)
    invoke = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": arn}
    at = (datetime.now(UTC) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")
    return {
        "ScheduleExpression": f"at({at})",
        "ScheduleExpressionTimezone": "UTC",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {
            "Arn": arn,
            "RoleArn": bench.role(invoke, service="scheduler.amazonaws.com"),
            "Input": '{"from": "schedule"}',
        },
    }


def test_schedule_calls_the_alias_again_when_changed_or_made_anew(bench, forwarder):
    function, url = forwarder
    name, scheduler = bench.unique("schedule"), bench.client("scheduler")
    scheduler.create_schedule(Name=name, **one_time(bench, function))
    assert arrived(bench, url) == [{"from": "schedule"}]
    scheduler.update_schedule(Name=name, **one_time(bench, function))
    assert arrived(bench, url) == [{"from": "schedule"}]
    scheduler.delete_schedule(Name=name)
    scheduler.create_schedule(Name=name, **one_time(bench, function))
    assert arrived(bench, url) == [{"from": "schedule"}]
    never(lambda: bench.receive(url, wait=0), for_seconds=1.5)


def test_upstream_still_fires_a_changed_schedule_never_again(pythons):
    program = """
from ministack.services import eventbridge, scheduler
fired = []
eventbridge._invoke_target = lambda *arguments: fired.append(1)
for change, minute in ((scheduler._create_schedule, 1), (scheduler._update_schedule, 2)):
    role = "arn:aws:iam::000000000000:role/one"
    target = {"Arn": "arn:aws:lambda:eu-west-1:000000000000:function:one", "RoleArn": role}
    at = f"at(2026-01-01T00:0{minute}:00)"
    change("one", {"ScheduleExpression": at, "FlexibleTimeWindow": {"Mode": "OFF"}, "Target": target})
    scheduler._tick_schedules()
print(len(fired), scheduler._SCHEDULE_TICK_INTERVAL, eventbridge._SCHEDULER_TICK_INTERVAL)
"""
    answer = subprocess.run([pythons[0], "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.split() == ["1", "10", "10"]


def waiting_machine(bench, source, **task):
    """Make a machine whose one task waits for the answer to a message in `source`."""
    send = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": queue_arn(bench, source)}
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "TimeoutSeconds": 30,
        "Parameters": {"QueueUrl": source, "MessageBody": {"token.$": "$$.Task.Token", "to.$": "$.to"}},
        "End": True,
        **task,
    }
    made = bench.client("stepfunctions").create_state_machine(
        name=bench.unique("machine"),
        roleArn=bench.role(send, service="states.amazonaws.com"),
        definition=json.dumps({"StartAt": "Send", "States": {"Send": task}}),
    )
    return made["stateMachineArn"]


def start(bench, machine):
    answer = bench.client("stepfunctions").start_execution(stateMachineArn=machine, input='{"to": "one"}')
    return answer["executionArn"]


def may_answer(machine):
    return {"Effect": "Allow", "Action": "states:SendTaskSuccess", "Resource": machine}


def test_workflow_waits_for_the_token_a_queues_function_sends_back(bench):
    source = bench.queue(VisibilityTimeout="60")
    machine = waiting_machine(bench, source)
    consume = {
        "Effect": "Allow",
        "Action": ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
        "Resource": queue_arn(bench, source),
    }
    bench.client("lambda").create_event_source_mapping(
        FunctionName=bench.alias_arn(bench.function(ANSWERS, consume, may_answer(machine))),
        EventSourceArn=queue_arn(bench, source),
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )
    execution = start(bench, machine)

    def ended():
        found = bench.client("stepfunctions").describe_execution(executionArn=execution)
        return found if found["status"] != "RUNNING" else None

    found = eventually(ended, timeout=15)
    assert (found["status"], json.loads(found["output"])) == ("SUCCEEDED", {"sent": "one"})


def test_role_answers_the_tasks_of_its_own_machine_only(bench):
    source = bench.queue()
    machine = waiting_machine(bench, source)
    start(bench, machine)
    event = {"Records": [{"body": eventually(lambda: bench.receive(source, wait=1))[0]}]}
    function = bench.function(ANSWERS, may_answer(f"{machine}-other"))
    denied, failed = bench.invoke(function, event)
    assert failed
    assert "AccessDenied" in denied["errorMessage"]
    bench.allow(function, may_answer(machine))
    answer, failed = bench.invoke(function, event)
    assert not failed, answer


def test_upstream_still_denies_an_answer_to_a_role_that_may_answer_one_machine(plain):
    source = plain.queue()
    machine = waiting_machine(plain, source)
    start(plain, machine)
    event = {"Records": [{"body": eventually(lambda: plain.receive(source, wait=1))[0]}]}
    denied, failed = plain.invoke(plain.function(ANSWERS, may_answer(machine)), event)
    assert failed
    assert "AccessDenied" in denied["errorMessage"]


RETRY_ONCE = {"Retry": [{"ErrorEquals": ["States.HeartbeatTimeout"], "IntervalSeconds": 1, "MaxAttempts": 1}]}


def token(bench, source):
    return json.loads(eventually(lambda: bench.receive(source, wait=1))[0])["token"]


def test_task_without_a_heartbeat_is_tried_again_with_another_token(bench):
    source = bench.queue()
    states = bench.client("stepfunctions")
    execution = start(bench, waiting_machine(bench, source, HeartbeatSeconds=1, **RETRY_ONCE))
    first = token(bench, source)
    second = token(bench, source)
    assert second != first
    with pytest.raises(states.exceptions.TaskDoesNotExist):
        states.send_task_success(taskToken=first, output="{}")
    states.send_task_success(taskToken=second, output="{}")
    eventually(lambda: states.describe_execution(executionArn=execution)["status"] == "SUCCEEDED")


def test_heartbeats_keep_a_task_waiting(bench):
    source = bench.queue()
    states = bench.client("stepfunctions")
    execution = start(bench, waiting_machine(bench, source, HeartbeatSeconds=2))
    answer = token(bench, source)

    def beat():
        states.send_task_heartbeat(taskToken=answer)
        return states.describe_execution(executionArn=execution)["status"] != "RUNNING"

    never(beat, for_seconds=2.5)
    eventually(lambda: states.describe_execution(executionArn=execution).get("error") == "States.HeartbeatTimeout")


def test_upstream_still_knows_no_heartbeat_timeout(plain):
    source = plain.queue()
    execution = start(plain, waiting_machine(plain, source, HeartbeatSeconds=1))
    states = plain.client("stepfunctions")
    never(lambda: states.describe_execution(executionArn=execution)["status"] != "RUNNING", for_seconds=2)


@pytest.mark.parametrize("api", ["ses", "sesv2"])
def test_function_sends_mail_when_its_role_may(bench, api):
    bench.client("ses").verify_email_identity(EmailAddress="from@example.com")
    identity = f"arn:aws:ses:{bench.region}:{bench.account}:identity/from@example.com"
    subject = bench.unique("mail")
    event = {"api": api, "subject": subject}
    function = bench.function(MAILS)
    denied, failed = bench.invoke(function, event)
    assert failed
    assert "AccessDenied" in denied["errorMessage"]
    may = {"Effect": "Allow", "Action": "ses:SendEmail", "Resource": identity}
    another = {**may, "Condition": {"StringEquals": {"ses:FromAddress": "another@example.com"}}}
    bench.allow(function, another)
    _, failed = bench.invoke(function, event)
    assert failed
    this = {**may, "Condition": {"StringEquals": {"ses:FromAddress": "from@example.com"}}}
    bench.allow(function, this)
    answer, failed = bench.invoke(function, event)
    assert not failed, answer
    assert [mail.to for mail in bench.emulator.mail() if mail.subject == subject] == [("one@example.com",)]


def test_upstream_still_denies_mail_to_a_role_that_may_send_as_one_address(plain):
    plain.client("ses").verify_email_identity(EmailAddress="from@example.com")
    identity = f"arn:aws:ses:{plain.region}:{plain.account}:identity/from@example.com"
    may = {"Effect": "Allow", "Action": "ses:SendEmail", "Resource": identity}
    _, failed = plain.invoke(plain.function(MAILS, may), {"api": "sesv2", "subject": "one"})
    assert failed


def test_function_looks_a_person_up_in_its_own_pool_only(bench):
    cognito = bench.client("cognito-idp")
    pools = [cognito.create_user_pool(PoolName=bench.unique("pool"))["UserPool"] for _ in range(2)]
    for pool in pools:
        cognito.admin_create_user(UserPoolId=pool["Id"], Username="one")
    may = {"Effect": "Allow", "Action": "cognito-idp:AdminGetUser", "Resource": pools[0]["Arn"]}
    function = bench.function(LOOKS_UP, may)
    assert bench.invoke(function, {"pool": pools[0]["Id"], "name": "one"}) == ("FORCE_CHANGE_PASSWORD", False)
    denied, failed = bench.invoke(function, {"pool": pools[1]["Id"], "name": "one"})
    assert failed
    assert "AccessDenied" in denied["errorMessage"]


def sends_to_a_queue_that_demands_tls(bench):
    url = bench.queue()
    arn = queue_arn(bench, url)
    deny = {
        "Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": arn,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }  # fmt: skip
    policy = json.dumps({"Version": "2012-10-17", "Statement": [deny]})
    bench.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    send = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": arn}
    return bench.invoke(bench.function(FORWARDS, send, Environment={"Variables": {"QUEUE": url}}), {})


def test_policy_that_demands_tls_lets_functions_through(bench):
    answer, failed = sends_to_a_queue_that_demands_tls(bench)
    assert not failed, answer


def test_upstream_still_denies_functions_where_tls_is_demanded(plain):
    answer, failed = sends_to_a_queue_that_demands_tls(plain)
    assert failed
    assert "AccessDenied" in answer["errorMessage"]


def test_message_without_the_right_to_send_does_not_arrive(bench):
    url = bench.queue()
    function = bench.function(FORWARDS, Environment={"Variables": {"QUEUE": url}})
    denied, failed = bench.invoke(function, {})
    assert failed
    assert denied["errorType"] == "ClientError"
    never(lambda: bench.receive(url, wait=0), for_seconds=0.5)
