"""EC2 control as it runs: real Terraform, real functions, EC2's own events, IAM enforced where the target does."""

from __future__ import annotations

import json
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from eventyard.testing import eventually, never

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = [pytest.mark.needs("ec2_state_change_events"), pytest.mark.xdist_group("ec2-control")]

AMAZON_LINUX = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64"
NO_MACHINE_BEHIND_IT = "ami-0c2023a1b2c3d4e5f"


@pytest.fixture(scope="module")
def outputs(stack: Callable[[str], Any]) -> dict[str, Any]:
    return dict(stack("ec2-control").outputs)


@dataclass(frozen=True)
class Machine:
    id: str
    ec2: Any
    patience: float

    @property
    def now(self) -> dict[str, Any]:
        (reservation,) = self.ec2.describe_instances(InstanceIds=[self.id])["Reservations"]
        return dict(reservation["Instances"][0])

    @property
    def tags(self) -> dict[str, str]:
        return {tag["Key"]: tag["Value"] for tag in self.now.get("Tags", [])}

    def is_(self, state: str) -> bool:
        return bool(self.now["State"]["Name"] == state)

    def becomes(self, state: str) -> None:
        eventually(lambda: self.is_(state), timeout=self.patience)

    @contextmanager
    def restarted(self) -> Iterator[None]:
        """Wait until it runs anew: the moment in which it is down may be too short to be seen."""
        before = self.now["LaunchTime"]
        yield
        eventually(lambda: self.now["LaunchTime"] > before and self.is_("running"), timeout=self.patience)

    def stopped_by_hand(self) -> None:
        self.ec2.stop_instances(InstanceIds=[self.id])

    def started_by_hand(self) -> None:
        self.ec2.start_instances(InstanceIds=[self.id])
        self.becomes("running")


@pytest.fixture
def machine(aws: Callable[[str], Any], environment: Any) -> Iterator[Callable[..., Machine]]:
    """``machine(tag, …)``: a running instance that carries the tags; gone when the test ends."""
    ec2, made = aws("ec2"), []
    image = NO_MACHINE_BEHIND_IT
    if not environment.local:
        image = aws("ssm").get_parameter(Name=AMAZON_LINUX)["Parameter"]["Value"]

    def launch(*tags: dict[str, str]) -> Machine:
        named = [{"Key": "Name", "Value": "eventyard-test"}, *({"Key": t["key"], "Value": t["value"]} for t in tags)]
        answer = ec2.run_instances(
            ImageId=image, InstanceType="t4g.nano", MinCount=1, MaxCount=1,
            TagSpecifications=[{"ResourceType": "instance", "Tags": named}],
        )  # fmt: skip
        launched = Machine(answer["Instances"][0]["InstanceId"], ec2, patience=30 if environment.local else 300)
        made.append(launched.id)
        launched.becomes("running")
        return launched

    try:
        yield launch
    finally:
        if made:
            ec2.terminate_instances(InstanceIds=made)


@pytest.fixture
def call(aws: Callable[[str], Any]) -> Callable[..., tuple[Any, str | None]]:
    """``call(function)``: what it answers, and the kind of its error."""
    client = aws("lambda")

    def call(function: str, qualifier: str = "live") -> tuple[Any, str | None]:
        answer = client.invoke(FunctionName=function, Qualifier=qualifier, Payload=b"{}")
        return json.loads(answer["Payload"].read()), answer.get("FunctionError")

    return call


@pytest.fixture
def once(aws: Callable[[str], Any], outputs: dict[str, Any]) -> Iterator[Callable[..., None]]:
    """``once(action)``: have the scheduler call the function in a few seconds, as a schedule of the stack does."""
    scheduler, made = aws("scheduler"), []

    def schedule(action: str, zone: str = "UTC") -> None:
        due = datetime.now(ZoneInfo(zone)) + timedelta(seconds=3)
        made.append(f"test-{uuid.uuid4().hex[:8]}")
        scheduler.create_schedule(
            Name=made[-1],
            GroupName=outputs["schedule_group"],
            ScheduleExpression=f"at({due:%Y-%m-%dT%H:%M:%S})",
            ScheduleExpressionTimezone=zone,
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={
                "Arn": outputs["schedule_targets"][action],
                "RoleArn": outputs["schedule_role"],
                "Input": json.dumps({"action": action}),
            },
        )

    try:
        yield schedule
    finally:
        for name in made:
            scheduler.delete_schedule(Name=name, GroupName=outputs["schedule_group"])


def results(answer: dict[str, Any]) -> dict[str, str]:
    return {outcome["instance"]: outcome["result"] for outcome in answer["outcomes"]}


@pytest.mark.needs("scheduler_fires")
def test_what_the_schedule_stops_stays_stopped_until_the_schedule_starts_it(machine, once, outputs):
    both = machine(outputs["schedule_tag"], outputs["protect_tag"])

    once("stop")
    both.becomes("stopped")
    assert outputs["mark_tag_key"] in both.tags
    never(lambda: both.is_("running"), for_seconds=4)

    once("start")
    both.becomes("running")
    eventually(lambda: outputs["mark_tag_key"] not in both.tags)


def test_a_persons_stop_of_a_protected_instance_is_undone(machine, outputs):
    protected = machine(outputs["protect_tag"])
    with protected.restarted():
        protected.stopped_by_hand()


def test_a_persons_stop_is_undone_though_the_schedule_stopped_it_before(machine, call, outputs):
    both = machine(outputs["schedule_tag"], outputs["protect_tag"])
    call(outputs["functions"]["stop"])
    both.becomes("stopped")
    marked = datetime.fromisoformat(both.tags[outputs["mark_tag_key"]])
    eventually(lambda: datetime.now(UTC) > marked + timedelta(seconds=1))

    both.started_by_hand()
    with both.restarted():
        both.stopped_by_hand()


def test_a_start_brings_back_only_what_the_schedule_stopped(machine, call, outputs):
    by_schedule, by_hand = machine(outputs["schedule_tag"]), machine(outputs["schedule_tag"])
    by_hand.stopped_by_hand()
    by_hand.becomes("stopped")

    stopped, _ = call(outputs["functions"]["stop"])
    assert results(stopped)[by_schedule.id] == "stopped"
    assert by_hand.id not in results(stopped)
    by_schedule.becomes("stopped")

    started, _ = call(outputs["functions"]["start"])
    assert results(started)[by_schedule.id] == "started"
    assert by_hand.id not in results(started)
    by_schedule.becomes("running")
    assert by_hand.is_("stopped")


def test_a_repeated_call_changes_nothing(machine, call, outputs):
    scheduled = machine(outputs["schedule_tag"])
    for action, state in (("stop", "stopped"), ("start", "running")):
        call(outputs["functions"][action])
        scheduled.becomes(state)
        before = scheduled.now
        again, error = call(outputs["functions"][action])
        assert error is None
        assert scheduled.id not in results(again)
        assert scheduled.now == before


def test_an_instance_without_the_tag_is_never_touched(machine, call, outputs):
    bare, other = (
        machine(),
        machine({**outputs["schedule_tag"], "value": "never"}, {**outputs["protect_tag"], "value": "no"}),
    )

    stopped, _ = call(outputs["functions"]["stop"])
    assert not {bare.id, other.id} & set(results(stopped))
    assert bare.is_("running")
    assert other.is_("running")

    for each in (bare, other):
        each.stopped_by_hand()
        each.becomes("stopped")
    never(lambda: bare.is_("running") or other.is_("running"), for_seconds=4)


@contextmanager
def without_policy(iam: Any, role: str, name: str) -> Iterator[None]:
    policy = json.dumps(iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"])
    iam.delete_role_policy(RoleName=role, PolicyName=name)
    try:
        yield
    finally:
        iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=policy)


@pytest.mark.needs("iam_callers")
def test_without_its_permission_the_function_is_denied(machine, call, aws, outputs):
    scheduled = machine(outputs["schedule_tag"])

    with without_policy(aws("iam"), outputs["roles"]["stop"], "grants"):
        answer = eventually(lambda: next((a for a, error in [call(outputs["functions"]["stop"])] if error), None))

    assert "UnauthorizedOperation" in answer["errorMessage"]
    assert scheduled.is_("running")


@pytest.mark.needs("iam_callers", "lambda_async_on_failure", "scheduler_fires")
def test_a_stop_that_keeps_failing_ends_in_the_failure_queue(machine, once, aws, outputs):
    scheduled = machine(outputs["schedule_tag"])
    sqs, queue = aws("sqs"), outputs["failure_queues"]["stop"]

    with without_policy(aws("iam"), outputs["roles"]["stop"], "grants"):
        once("stop")
        # One call and two more attempts, on AWS one and two minutes later.
        (message,) = eventually(
            lambda: sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=2).get("Messages"),
            timeout=10 * scheduled.patience,
        )

    sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    record = json.loads(message["Body"])
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestPayload"] == {"action": "stop"}
    assert scheduled.is_("running")


@pytest.mark.needs("iam_callers")
def test_the_role_reaches_no_instance_without_the_tag(machine, call, aws, outputs):
    """Told to look for another tag, the function finds the instance, and its role still can't mark or stop it."""
    functions, name = aws("lambda"), outputs["functions"]["stop"]
    other = machine({**outputs["schedule_tag"], "value": "never"})
    settings = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    try:
        functions.update_function_configuration(
            FunctionName=name, Environment={"Variables": {**settings, "OPT_IN_TAG_VALUE": "never"}}
        )
        functions.get_waiter("function_updated_v2").wait(FunctionName=name)
        answer, error = call(name, qualifier="$LATEST")
    finally:
        functions.update_function_configuration(FunctionName=name, Environment={"Variables": settings})

    assert error
    assert "1 of 1 failed" in answer["errorMessage"]
    assert "UnauthorizedOperation" in answer["errorMessage"]
    assert other.is_("running")
    assert outputs["mark_tag_key"] not in other.tags


def test_the_schedules_are_in_their_time_zone(aws, outputs):
    names = aws("scheduler").list_schedules(GroupName=outputs["schedule_group"])["Schedules"]
    found = [aws("scheduler").get_schedule(Name=s["Name"], GroupName=outputs["schedule_group"]) for s in names]
    rendered = {s["ScheduleExpression"]: s["ScheduleExpressionTimezone"] for s in found}
    assert rendered == dict.fromkeys(("cron(0 7 ? * MON-FRI *)", "cron(0 19 ? * MON-FRI *)"), "Europe/London")


@pytest.mark.needs("scheduler_fires", "scheduler_time_zones")
def test_a_schedule_fires_by_the_clock_of_its_zone(machine, once, outputs):
    scheduled = machine(outputs["schedule_tag"])
    once("stop", zone="Asia/Tokyo")
    scheduled.becomes("stopped")


def test_a_second_plan_is_empty(stack):
    assert list(stack("ec2-control").second_plan) == []
