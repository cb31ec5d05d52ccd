"""A workflow tells whether it is traced and what it is encrypted with; LocalStack forgets both. Nothing is encrypted.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachine.html
https://docs.aws.amazon.com/step-functions/latest/apireference/API_UpdateStateMachine.html
"""

from __future__ import annotations

import functools
from typing import Any

from localstack.services.stepfunctions.backend.state_machine import StateMachineInstance
from localstack.services.stepfunctions.provider import StepFunctionsProvider

_ENCRYPTION = "_eventyard_encryption"


def install() -> None:
    """Keep the settings when they are given, and add them where a workflow is described."""
    described = StateMachineInstance.describe
    created, updated = StepFunctionsProvider.create_state_machine, StepFunctionsProvider.update_state_machine

    def describe(machine: Any) -> Any:
        return {
            **described(machine),
            "tracingConfiguration": machine.tracing_config or {"enabled": False},
            "encryptionConfiguration": machine.__dict__.get(_ENCRYPTION, {"type": "AWS_OWNED_KEY"}),
        }

    # LocalStack finds an operation by what its decorator has put on the function: `wraps` takes it over.
    @functools.wraps(created)
    def create(provider: Any, context: Any, request: Any, **more: Any) -> Any:
        answer = created(provider, context, request, **more)
        _keep(provider, context, answer["stateMachineArn"], encryption=request.get("encryptionConfiguration"))
        return answer

    @functools.wraps(updated)
    def update(provider: Any, context: Any, state_machine_arn: str, **changes: Any) -> Any:
        tracing, encryption = (changes.pop(f"{name}_configuration", None) for name in ("tracing", "encryption"))
        machine = _keep(provider, context, state_machine_arn, tracing=tracing, encryption=encryption)
        if machine is not None and (tracing or encryption):
            # LocalStack wants one of those it keeps; the role as it is changes nothing.
            changes["role_arn"] = changes.get("role_arn") or machine.role_arn
        return updated(provider, context, state_machine_arn, **changes)

    StateMachineInstance.describe = describe
    StepFunctionsProvider.create_state_machine = create
    StepFunctionsProvider.update_state_machine = update


def _keep(provider: Any, context: Any, arn: str, *, tracing: Any = None, encryption: Any = None) -> Any:
    machine = provider.get_store(context).state_machines.get(arn)
    if machine is not None and tracing:
        machine.tracing_config = tracing
    if machine is not None and encryption:
        machine.__dict__[_ENCRYPTION] = encryption
    return machine
