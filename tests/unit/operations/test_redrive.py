from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from eventyard.config.errors import ConfigError
from eventyard.operations import redrive
from eventyard.operations.redrive import DeadLetterQueue, RedriveError, Task

SQS = "arn:aws:sqs:eu-west-1:000000000000"
LAMBDA = "arn:aws:lambda:eu-west-1:000000000000:function"
QUEUE = DeadLetterQueue(f"{SQS}:work-dead", ("work",))


def resource(kind: str, *instances: dict[str, Any]) -> dict[str, Any]:
    held = [{"index_key": number, "attributes": one} for number, one in enumerate(instances)]
    return {"type": kind, "name": "this", "mode": "managed", "instances": held}


def policy(name: str) -> str:
    return json.dumps({"deadLetterTargetArn": f"{SQS}:{name}", "maxReceiveCount": 5})


def queue(name: str, dead: str = "") -> dict[str, Any]:
    return {"name": name, "arn": f"{SQS}:{name}", "redrive_policy": policy(dead) if dead else ""}


STATE = {
    "resources": [
        resource(
            "aws_sqs_queue",
            queue("work", "work-dead"),
            queue("more-work", "work-dead"),
            queue("work-dead"),
            queue("plain"),
            queue("late"),
        ),
        resource(
            "aws_sqs_queue_redrive_policy",
            {
                "queue_url": "https://sqs.eu-west-1.amazonaws.com/000000000000/late",
                "redrive_policy": policy("elsewhere"),
            },
        ),
        resource(
            "aws_lambda_function",
            {"function_name": "quiet", "dead_letter_config": [{"target_arn": f"{SQS}:functions"}]},
            {"function_name": "loud", "dead_letter_config": []},
        ),
        resource(
            "aws_lambda_function_event_invoke_config",
            {"function_name": "loud", "destination_config": [{"on_failure": [{"destination": f"{SQS}:functions"}]}]},
            {"function_name": "told", "destination_config": [{"on_failure": [{"destination": "arn:aws:sns:r:0:t"}]}]},
            {"function_name": "none", "destination_config": []},
        ),
        resource(
            "aws_lambda_event_source_mapping",
            {
                "function_arn": f"{LAMBDA}:reader:live",
                "destination_config": [{"on_failure": [{"destination_arn": f"{SQS}:records"}]}],
            },
            {"function_arn": f"{LAMBDA}:consumer:live", "destination_config": []},
        ),
        resource(
            "aws_sns_topic_subscription",
            {"topic_arn": "arn:aws:sns:eu-west-1:000000000000:news", "redrive_policy": policy("undelivered")},
            {"topic_arn": "arn:aws:sns:eu-west-1:000000000000:news", "redrive_policy": ""},
        ),
        resource("aws_cloudwatch_event_target", {"rule": "large", "dead_letter_config": [{"arn": f"{SQS}:events"}]}),
        resource(
            "aws_scheduler_schedule",
            {"name": "nightly", "target": [{"dead_letter_config": [{"arn": f"{SQS}:events"}]}]},
        ),
    ]
}


def chosen(name: str) -> DeadLetterQueue:
    return redrive.choose(STATE, name, stack="shop", hint="`eventyard redrive --dry-run`")


def test_whatever_something_gives_up_into_is_a_dead_letter_queue_and_nothing_else() -> None:
    found = {one.name: one.origin for one in redrive.dead_letter_queues(STATE)}
    assert found == {
        "elsewhere": "queue late",
        "events": "rule large, schedule nightly",
        "functions": "function loud, function quiet",
        "records": "stream of function reader",
        "undelivered": "topic news",
        "work-dead": "queue more-work, queue work",
    }
    assert redrive.dead_letter_queues({}) == []


@pytest.mark.parametrize(
    "word",
    [
        "work-dead",
        f"{SQS}:work-dead",
        "https://sqs.eu-west-1.amazonaws.com/000000000000/work-dead",
        "work",
        "more-work",
    ],
)
def test_a_queue_is_named_by_its_name_arn_or_url_or_by_the_one_it_serves(word: str) -> None:
    assert chosen(word).arn == f"{SQS}:work-dead"


def test_a_word_that_is_no_queue_is_refused_with_the_nearest() -> None:
    with pytest.raises(ConfigError, match="`shop` has no queue `work-daed`") as refused:
        chosen("work-daed")
    assert refused.value.fix == "did you mean `work-dead`?"


def test_a_queue_nothing_gives_up_into_is_refused_with_all_there_are() -> None:
    with pytest.raises(ConfigError, match="`plain` is nobody's dead-letter queue") as refused:
        chosen("plain")
    assert "`elsewhere`, `events`, `functions`" in (refused.value.fix or "")


@pytest.mark.parametrize(
    ("to", "arn"),
    [
        (f"{SQS}:other", f"{SQS}:other"),
        ("https://sqs.eu-west-1.amazonaws.com/000000000000/other", f"{SQS}:other"),
        ("http://127.0.0.1:4566/000000000000/other/", f"{SQS}:other"),
    ],
)
def test_a_destination_is_an_arn_or_a_url(to: str, arn: str) -> None:
    assert redrive.destination(QUEUE, to) == arn


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("other", "no queue's ARN or URL"),
        ("arn:aws:sns:eu-west-1:000000000000:topic", "no queue's ARN or URL"),
        (QUEUE.arn, "to where they are"),
        (f"{SQS}:other.fifo", "first-in, first-out"),
    ],
)
def test_a_destination_that_can_take_nothing_is_refused(to: str, said: str) -> None:
    with pytest.raises(RedriveError, match=said):
        redrive.destination(QUEUE, to)


class Tasks:
    """SQS, as far as it tells of tasks: each look is answered with the next one."""

    def __init__(self, *told: dict[str, Any], refusal: str = "") -> None:
        self.told = list(told)
        self.refusal = refusal
        self.started: list[dict[str, Any]] = []

    def list_message_move_tasks(self, **_: Any) -> dict[str, Any]:
        return {"Results": [self.told.pop(0)] if self.told else []}

    def start_message_move_task(self, **settings: Any) -> dict[str, Any]:
        if self.refusal:
            raise ClientError({"Error": {"Code": self.refusal, "Message": "no"}}, "StartMessageMoveTask")
        self.started.append(settings)
        return {"TaskHandle": "h"}


def told(status: str, moved: int = 0, **more: Any) -> dict[str, Any]:
    counts = {"ApproximateNumberOfMessagesMoved": moved, "ApproximateNumberOfMessagesToMove": 9}
    return {"Status": status, **counts, **more}


def test_a_task_is_started_with_what_was_asked_for_and_nothing_else() -> None:
    sqs = Tasks(told("COMPLETED", 3))
    redrive.start(sqs, QUEUE, to=None, rate=None, hint="x")
    redrive.start(sqs, QUEUE, to=f"{SQS}:other", rate=5, hint="x")
    assert sqs.started == [
        {"SourceArn": QUEUE.arn},
        {"SourceArn": QUEUE.arn, "DestinationArn": f"{SQS}:other", "MaxNumberOfMessagesPerSecond": 5},
    ]


@pytest.mark.parametrize(
    "sqs",
    [
        Tasks(told("RUNNING", 4)),
        Tasks(told("COMPLETED"), told("RUNNING", 4), refusal="AWS.SimpleQueueService.UnsupportedOperation"),
    ],
)
def test_there_is_one_task_at_a_time(sqs: Tasks) -> None:
    with pytest.raises(RedriveError, match="moves the messages of `work-dead` already: 4 of 9 moved") as refused:
        redrive.start(sqs, QUEUE, to=None, rate=None, hint="`eventyard redrive work-dead --cancel`")
    assert "`eventyard redrive work-dead --cancel`" in (refused.value.fix or "")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("ResourceNotFoundException", "There is no queue `work-dead`"),
        ("AWS.SimpleQueueService.NonExistentQueue", "There is no queue `work-dead`"),
        ("AccessDenied", "may not move"),
        ("InternalError", "SQS refuses"),
    ],
)
def test_a_refusal_says_what_to_do(code: str, said: str) -> None:
    with pytest.raises(RedriveError, match=said) as refused:
        redrive.start(Tasks(refusal=code), QUEUE, to=None, rate=None, hint="x")
    assert refused.value.fix


def test_a_task_is_followed_to_its_end_and_each_step_is_told_once() -> None:
    seen: list[Task] = []
    steps = [told("RUNNING", 1, TaskHandle="h"), told("RUNNING", 1, TaskHandle="h")]
    end = told("FAILED", 2, FailureReason="CouldNotDetermineMessageSource")
    assert redrive.follow(Tasks(*steps, end), QUEUE, tell=seen.append) == seen[-1]
    assert [(one.status, one.moved) for one in seen] == [("RUNNING", 1), ("FAILED", 2)]
    assert (seen[-1].reason, seen[-1].runs) == ("CouldNotDetermineMessageSource", False)


def test_a_task_that_nobody_knows_any_more_is_an_error() -> None:
    with pytest.raises(RedriveError, match="does not know a task"):
        redrive.follow(Tasks(), QUEUE, tell=lambda _: None)


def test_nothing_is_cancelled_where_nothing_runs() -> None:
    with pytest.raises(RedriveError, match="No task moves messages out of `work-dead`"):
        redrive.cancel(Tasks(told("COMPLETED", 9)), QUEUE)


class Queues:
    """SQS, as far as it holds messages; a body `refused` is taken by nobody."""

    def __init__(self, **held: list[str]) -> None:
        self.held = held
        self.taken: dict[str, tuple[str, str]] = {}

    def get_queue_url(self, *, QueueName: str, **_: Any) -> dict[str, str]:  # noqa: N803 - boto3's names
        return {"QueueUrl": QueueName}

    def get_queue_attributes(self, *, QueueUrl: str, **_: Any) -> dict[str, Any]:  # noqa: N803
        return {"Attributes": {"ApproximateNumberOfMessages": str(len(self.held[QueueUrl]))}}

    def receive_message(self, *, QueueUrl: str, MaxNumberOfMessages: int, **_: Any) -> dict[str, Any]:  # noqa: N803
        bodies = [one for one in self.held[QueueUrl] if one not in {body for _, body in self.taken.values()}]
        messages = []
        for body in bodies[:MaxNumberOfMessages]:
            self.taken[f"handle of {body}"] = (QueueUrl, body)
            messages.append({"Body": body, "ReceiptHandle": f"handle of {body}", "Attributes": {"MessageGroupId": "g"}})
        return {"Messages": messages}

    def send_message_batch(self, *, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        fine = [one for one in Entries if one["MessageBody"] != "refused"]
        assert {one["MessageGroupId"] for one in Entries} == {"g"}
        self.held[QueueUrl] += [one["MessageBody"] for one in fine]
        return {"Successful": [{"Id": one["Id"]} for one in fine]}

    def delete_message_batch(self, *, QueueUrl: str, Entries: list[dict[str, Any]]) -> None:  # noqa: N803
        for one in Entries:
            self.held[QueueUrl].remove(self.taken[one["ReceiptHandle"]][1])


def test_what_came_from_no_queue_is_handed_over_and_deleted_only_where_it_was_taken() -> None:
    bodies = [f"m{number:02}" for number in range(23)]
    sqs = Queues(functions=[*bodies[:12], "refused", *bodies[12:]], other=[])
    steps = list(redrive.hand_over(sqs, DeadLetterQueue(f"{SQS}:functions"), f"{SQS}:other", rate=None))
    assert (steps[-1].status, steps[-1].moved, steps[-1].to_move) == ("COMPLETED", 23, 24)
    assert sorted(sqs.held["other"]) == bodies
    assert sqs.held["functions"] == ["refused"]


def test_a_queue_that_takes_nothing_ends_the_handing_over() -> None:
    sqs = Queues(functions=["refused"], other=[])
    (step,) = redrive.hand_over(sqs, DeadLetterQueue(f"{SQS}:functions"), f"{SQS}:other", rate=None)
    assert (step.status, step.moved) == ("FAILED", 0)
    assert sqs.held == {"functions": ["refused"], "other": []}
