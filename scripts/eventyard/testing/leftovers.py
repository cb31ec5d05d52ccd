"""What an account holds, so that what a `destroy` leaves behind can be named."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Protocol

import jmespath
from botocore.exceptions import ClientError


class Session(Protocol):
    """What is needed of a boto3 session."""

    def client(self, service: str, *, region_name: str | None = None) -> Any:
        """Return a client."""
        ...


@dataclass(frozen=True)
class Listing:
    """One call that lists one kind of thing, and where the names are in its answer."""

    service: str
    operation: str
    names: str
    arguments: tuple[tuple[str, Any], ...] = ()


LISTINGS = (
    Listing("lambda", "list_functions", "Functions[].FunctionArn"),
    Listing("lambda", "list_event_source_mappings", "EventSourceMappings[].UUID"),
    Listing("sqs", "list_queues", "QueueUrls[]"),
    Listing("sns", "list_topics", "Topics[].TopicArn"),
    Listing("dynamodb", "list_tables", "TableNames[]"),
    Listing("s3", "list_buckets", "Buckets[].Name"),
    Listing("events", "list_event_buses", "EventBuses[].Name"),
    Listing("events", "list_rules", "Rules[].Arn"),
    Listing("scheduler", "list_schedule_groups", "ScheduleGroups[].Name"),
    Listing("scheduler", "list_schedules", "Schedules[].Arn"),
    Listing("stepfunctions", "list_state_machines", "stateMachines[].stateMachineArn"),
    Listing("apigatewayv2", "get_apis", "Items[].ApiId"),
    Listing("cognito-idp", "list_user_pools", "UserPools[].Id", (("MaxResults", 60),)),
    Listing("cloudfront", "list_distributions", "DistributionList.Items[].Id"),
    Listing("cloudfront", "list_origin_access_controls", "OriginAccessControlList.Items[].Id"),
    Listing("sesv2", "list_configuration_sets", "ConfigurationSets[]"),
    Listing("sesv2", "list_email_identities", "EmailIdentities[].IdentityName"),
    Listing("logs", "describe_log_groups", "logGroups[].logGroupName"),
    Listing("cloudwatch", "describe_alarms", "[MetricAlarms[].AlarmArn, CompositeAlarms[].AlarmArn][]"),
    Listing("iam", "list_roles", "Roles[].Arn"),
    # A deleted key waits for days before it is gone, so its alias stands for it.
    Listing("kms", "list_aliases", "Aliases[?!starts_with(AliasName, 'alias/aws/')].AliasName"),
)


def inventory(session: Session) -> set[str]:
    """Return every listed thing as `service operation name`.

    A call the target does not offer lists nothing; any other failure is raised.
    """
    found: set[str] = set()
    for listing in LISTINGS:
        for name in _names(session, listing):
            found.add(f"{listing.service} {listing.operation.partition('_')[2]} {name}")
    return found


def _is_offered(error: ClientError) -> bool:
    """Tell whether a call failed at a target that knows it; those that don't say so by code, status or words."""
    known, status = error.response["Error"], error.response["ResponseMetadata"].get("HTTPStatusCode")
    return not (
        known["Code"] in {"UnknownOperationException", "InvalidAction", "NotImplemented"}
        or status == HTTPStatus.NOT_IMPLEMENTED
        # LocalStack, of a request that is younger than its own description of the service.
        or "Unable to find operation" in known["Message"]
    )


def _names(session: Session, listing: Listing) -> list[str]:
    client = session.client(listing.service)
    try:
        if client.can_paginate(listing.operation):
            pages = client.get_paginator(listing.operation).paginate(**dict(listing.arguments))
            answers = list(pages)
        else:
            answers = [getattr(client, listing.operation)(**dict(listing.arguments))]
    except ClientError as error:
        if _is_offered(error):
            raise
        return []
    return [str(name) for answer in answers for name in jmespath.search(listing.names, answer) or []]
