"""What LocalStack finds: `LAMBDA_RUNTIME_EXECUTOR=process`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localstack.services.lambda_.invocation.plugins import RuntimeExecutorPlugin

if TYPE_CHECKING:
    from localstack_process_executor.executor import ProcessRuntimeExecutor


class ProcessRuntimeExecutorPlugin(RuntimeExecutorPlugin):  # type: ignore[misc]  # LocalStack has no types here
    """The plugin."""

    name = "process"

    def load(self, *args: object, **kwargs: object) -> type[ProcessRuntimeExecutor]:  # noqa: ARG002 - LocalStack's
        """Return the executor; imported late, as every LocalStack plugin is."""
        from localstack_process_executor.executor import ProcessRuntimeExecutor  # noqa: PLC0415

        return ProcessRuntimeExecutor
