"""Every addition by name, with what AWS does and why it is needed: what runs, and what the docs list."""

from __future__ import annotations

from eventyard_launcher import additions
from eventyard_launcher.additions import Addition

ADDITIONS: tuple[Addition, ...] = (
    Addition(
        "instance_events",
        "Instances jump from state to state without an event: whatever waits for one never sees it",
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instance-state-changes.html",
    ),
    Addition(
        "service_sources",
        "Anybody may send events in the name of an AWS service",
        "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html",
    ),
    Addition(
        "archive_replays",
        "A replay is answered 500 and sends nothing",
        "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-replay-archived-event.html",
    ),
    Addition(
        "subscription_attributes",
        "A subscription with a `ReplayPolicy` is refused",
        "https://docs.aws.amazon.com/sns/latest/dg/message-archiving-and-replay-subscriber.html",
    ),
    Addition(
        "bus_names",
        "A bus whose name has a slash or a dot is not found by its ARN",
        "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateEventBus.html",
    ),
    Addition(
        "function_keys",
        "A function forgets its key, and Terraform wants to set it at every plan",
        "https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html",
    ),
    Addition(
        "permission_writes",
        "Of two first permissions that are added to a function at once, one is lost",
        "https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html",
    ),
    Addition(
        "schedule_sweeps",
        "Schedules are kept and never fire",
        "https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html",
    ),
    Addition(
        "workflow_settings",
        "A workflow forgets that it is traced and by what key it is encrypted: Terraform sets both at every plan",
        "https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachine.html",
    ),
    Addition(
        "method_settings",
        "The settings of one method cannot be removed, so that a REST API with some is never destroyed",
        "https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html",
    ),
    Addition(
        "alias_settings",
        "An asynchronous call of an alias ignores its settings: what fails is never handed on",
        "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html",
    ),
    Addition(
        "late_dead_letters",
        "An event that no call was made for, since it waited for too long, never reaches its dead-letter queue",
        "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html",
    ),
)


def install() -> list[str]:
    """Install every addition into the LocalStack of this process and return their names."""
    return additions.install("eventyard_localstack", ADDITIONS)
