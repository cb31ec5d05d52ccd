"""The workflow: starting, looking at and stopping an execution, and answering one that waits."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from pet_cuddle_o_tron._shared import aws
from pet_cuddle_o_tron._shared.reminders import execution_input

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pet_cuddle_o_tron._shared.reminders import Reminder

# The token's task is over: answered, timed out, or its execution stopped.
CLOSED = frozenset({"InvalidToken", "TaskDoesNotExist", "TaskTimedOut"})
LONGEST_ERROR = 256


class NameTakenError(Exception):
    """An execution of that name exists, of the last 90 days, and is not this reminder's."""


@dataclass(frozen=True)
class Workflow:
    """The state machine that delivers reminders."""

    client: Any
    arn: str

    def start(self, reminder: Reminder) -> None:
        """Start a reminder's execution; that it was started before is as good.

        Raises
        ------
        NameTakenError
            The name belongs to an execution with another input.
        """
        asked = execution_input(reminder)
        try:
            self.client.start_execution(
                stateMachineArn=self.arn, name=reminder.id, input=json.dumps(asked, sort_keys=True)
            )
        except ClientError as error:
            if aws.code(error) != "ExecutionAlreadyExists":
                raise
            found = self.client.describe_execution(executionArn=self._execution(reminder.id))
            if json.loads(found["input"]) != asked:
                raise NameTakenError from None

    def status(self, reminder_id: str) -> str | None:
        """Return `RUNNING`, `SUCCEEDED`, `FAILED`, `TIMED_OUT` or `ABORTED`; None when it never started."""
        try:
            return str(self.client.describe_execution(executionArn=self._execution(reminder_id))["status"])
        except ClientError as error:
            if aws.code(error) != "ExecutionDoesNotExist":
                raise
            return None

    def stop(self, reminder_id: str) -> None:
        """Stop an execution that runs; one that does not is left as it is."""
        if self.status(reminder_id) == "RUNNING":
            self.client.stop_execution(
                executionArn=self._execution(reminder_id), error="Cancelled", cause="cancelled by its owner"
            )

    def _execution(self, reminder_id: str) -> str:
        return f"{self.arn.replace(':stateMachine:', ':execution:')}:{reminder_id}"


@dataclass(frozen=True)
class Answers:
    """What a consumer tells the task that waits for it. All three return False when that task is over."""

    client: Any

    def alive(self, token: str) -> bool:
        """Ask whether anyone still waits, and say that work goes on."""
        return self._tell("send_task_heartbeat", taskToken=token)

    def success(self, token: str, output: Mapping[str, str]) -> bool:
        """Report that the work is done."""
        return self._tell("send_task_success", taskToken=token, output=json.dumps(output))

    def failure(self, token: str, error: str, cause: str) -> bool:
        """Report that the work can't be done, with an error name the workflow can catch."""
        return self._tell("send_task_failure", taskToken=token, error=error[:LONGEST_ERROR], cause=cause)

    def _tell(self, operation: str, **arguments: str) -> bool:
        try:
            getattr(self.client, operation)(**arguments)
        except ClientError as error:
            if aws.code(error) not in CLOSED:
                raise
            return False
        return True
