"""LocalStack's side: one executor for each execution environment LocalStack wants."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localstack import config
from localstack.aws.api.lambda_ import LogFormat
from localstack.services.lambda_.invocation.executor_endpoint import StatusErrorException
from localstack.services.lambda_.invocation.lambda_models import InitializationType, InvocationResult
from localstack.services.lambda_.invocation.runtime_executor import RuntimeExecutor

from localstack_process_executor import variables
from localstack_process_executor.environment import INIT_SECONDS, TEMPORARY, Call, Environment, InitError, Plan
from localstack_process_executor.errors import ProcessExecutorError
from localstack_process_executor.instance import Instance, instance
from localstack_process_executor.spawner import spawner
from localstack_process_executor.unpacked import CODE, LAYERS

if TYPE_CHECKING:
    from localstack.services.lambda_.invocation.lambda_models import FunctionVersion

LOG = logging.getLogger(__name__)

_PROVISIONED_INIT_SECONDS = 130.0
_LOOPBACK = "127.0.0.1"
_ANY = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - what others may have said, not where anything listens


class ProcessRuntimeExecutor(RuntimeExecutor):  # type: ignore[misc]  # LocalStack has no types here
    """Runs one execution environment as a process.

    Parameters
    ----------
    id
        LocalStack's, of the environment.
    function_version
        What runs in it.
    """

    def __init__(self, id: str, function_version: FunctionVersion) -> None:  # noqa: A002 - LocalStack's name
        super().__init__(id=id, function_version=function_version)
        self._environment: Environment | None = None

    def start(self, env_vars: dict[str, Any]) -> None:
        """Start the process and wait until the function is imported.

        Parameters
        ----------
        env_vars
            As LocalStack makes them: reserved variables, credentials, the function's own.

        Raises
        ------
        StatusErrorException
            Provisioned, and the function can't be imported. On demand the first invocation says so, with its log.
        """
        provisioned = env_vars["AWS_LAMBDA_INITIALIZATION_TYPE"] == InitializationType.provisioned_concurrency
        seconds = max(_PROVISIONED_INIT_SECONDS, self.function_version.config.timeout) if provisioned else INIT_SECONDS
        self._environment = Environment(self._plan(env_vars), spawner=spawner(), init_seconds=seconds)
        try:
            self._environment.start()
        except InitError as error:
            if provisioned:
                raise StatusErrorException("Environment startup failed", payload=error.payload) from error
            LOG.debug("Init of %s failed: %s", self.function_version.qualified_arn, error)

    def stop(self) -> None:
        """End the process, give back its port, delete its folder. An invocation in it ends with an exception."""
        if self._environment:
            self._environment.stop()

    def invoke(self, payload: dict[str, str]) -> InvocationResult:
        """Run one invocation; what goes wrong in it is a result too."""
        if self._environment is None:
            raise ProcessExecutorError(
                "was invoked before it was started", where=self.function_version.qualified_arn, fix="report this"
            )
        request_id = payload["invoke-id"]
        body = payload["payload"].encode()
        call = Call(request_id, payload["invoked-function-arn"], body, payload.get("trace-id"))
        result = self._environment.invoke(call)
        return InvocationResult(request_id, result.payload, is_error=result.failed, logs=result.logs)

    def get_logs(self) -> str:
        """Return all that the function wrote."""
        return self._environment.logs() if self._environment else ""

    def get_address(self) -> str:
        """Return where the process is, seen from LocalStack."""
        return _LOOPBACK

    def get_endpoint_from_executor(self) -> str:
        """Return where LocalStack is, seen from the process."""
        host = str(config.GATEWAY_LISTEN[0].host)
        return _LOOPBACK if host in _ANY else host

    def get_runtime_endpoint(self) -> str:
        """Return nothing: this is for LocalStack's own init, which isn't here."""
        return ""

    @classmethod
    def prepare_version(cls, function_version: FunctionVersion) -> None:
        """Unpack code and layers, once for each version.

        Raises
        ------
        ProcessExecutorError
            The function can't be run here; LocalStack puts it in the state Failed, with this reason.
        """
        settings, name = function_version.config, function_version.qualified_arn
        _shared().settings.python(settings.runtime, function=name)
        if settings.capacity_provider_config:
            raise ProcessExecutorError(
                "managed instances serve several invocations in one process, which is not offered here",
                where=name,
                fix="leave out the capacity provider",
            )
        archives = [settings.code, *(layer.code for layer in settings.layers)]
        if any(archive.is_hot_reloading() for archive in archives):
            raise ProcessExecutorError(
                "hot reloading needs Docker", where=name, fix="upload the code, and again when it changes"
            )
        for archive in archives:
            archive.prepare_for_execution()
        code, *layers = (Path(archive.get_unzipped_code_location()) for archive in archives)
        _shared().unpacked.add(_key(function_version), code, layers)

    @classmethod
    def cleanup_version(cls, function_version: FunctionVersion) -> None:
        """Delete what `prepare_version` unpacked."""
        _shared().unpacked.remove(_key(function_version))

    @classmethod
    def validate_environment(cls) -> bool:
        """Read the settings, so that what is wrong with them is said when LocalStack starts."""
        try:
            _shared().settings.python("python3.13", function="every function")
        except ProcessExecutorError as error:
            LOG.error("%s", error)  # noqa: TRY400 - a setting is wrong, the stack says nothing
            return False
        return True

    def _plan(self, given: dict[str, Any]) -> Plan:
        settings, shared = self.function_version.config, _shared()
        place = shared.unpacked.place(_key(self.function_version))
        folder = shared.environments / self.id
        python = shared.settings.python(settings.runtime, function=self.function_version.qualified_arn)
        places = variables.Places(python, place / CODE, place / LAYERS, folder / TEMPORARY)
        own = settings.environment or {}
        return Plan(
            # -B: /var/task can't be written to. -s: nothing of the person's own packages.
            command=(str(python), "-B", "-s", "-m", "awslambdaric", settings.handler),
            task=places.task,
            folder=folder,
            variables=variables.environment(given, own, runtime=settings.runtime, places=places),
            runtime=settings.runtime,
            version=self.function_version.id.qualifier,
            timeout=settings.timeout,
            memory=settings.memory_size,
            largest_answer=int(config.LAMBDA_LIMITS_MAX_FUNCTION_PAYLOAD_SIZE_BYTES),
            json_logs=settings.logging_config.get("LogFormat") == LogFormat.JSON,
        )


def _shared() -> Instance:
    return instance(Path(config.dirs.tmp) / "process-executor")


def _key(version: FunctionVersion) -> str:
    """Name a version as a folder. The revision changes whenever LocalStack makes new environments for it."""
    of = version.id
    qualifier = of.qualifier.replace("$", "")
    return f"{of.account}-{of.region}-{of.function_name}-{qualifier}-{version.config.internal_revision}"
