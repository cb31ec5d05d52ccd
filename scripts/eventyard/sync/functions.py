"""Lambda, as far as `sync` needs it: new code, the version it becomes, the alias that serves it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from eventyard.errors import EventyardError
from eventyard.operations.session import code

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .matching import Pair

# https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html
_READY: Final = frozenset({"Active", "Inactive"})
_LONGEST_UPDATE_SECONDS: Final = 120.0
_FIRST_LOOK_SECONDS: Final = 0.01
_CONFLICT_SECONDS: Final = 0.2
_LONGEST_LOOK_SECONDS: Final = 1.0
_DENIED: Final = frozenset({"AccessDenied", "AccessDeniedException"})


class UpdateError(EventyardError):
    """A function's code could not be updated; what it served before it serves still."""


@dataclass(frozen=True)
class Published:
    """What Lambda made of new code."""

    version: str
    code_sha256: str


@dataclass(frozen=True)
class AliasNow:
    """What an alias serves now."""

    version: str
    weighted: bool


@dataclass(frozen=True)
class Functions:
    """The functions of one account and region.

    Parameters
    ----------
    client
        Lambda's client; several threads may use it.
    place
        Puts an artefact where Lambda takes code from, and returns the arguments that name it.
    apply
        The command that makes what should be there, in backticks.
    """

    client: Any
    place: Callable[[Pair], Mapping[str, Any]]
    apply: str

    def code_sha256(self, name: str, qualifier: str | None = None) -> str:
        """Return Lambda's hash of the code a function, a version of it or an alias serves."""
        return str(self._configuration(name, qualifier)["CodeSha256"])

    def alias(self, name: str, alias: str) -> AliasNow:
        """Return what an alias serves now."""
        answer = self._call("get_alias", FunctionName=name, Name=alias)
        weights = (answer.get("RoutingConfig") or {}).get("AdditionalVersionWeights")
        return AliasNow(str(answer["FunctionVersion"]), bool(weights))

    def update(self, pair: Pair) -> Published:
        """Give a function its artefact, published where its stack publishes; return when it can be called.

        Raises
        ------
        UpdateError
            Lambda refuses or fails, or takes longer than two minutes.
        """
        function = pair.function
        deadline = time.monotonic() + _LONGEST_UPDATE_SECONDS
        code_from = self.place(pair)
        while True:
            try:
                answer = self.client.update_function_code(
                    FunctionName=function.name, Publish=function.publish, **code_from
                )
                break
            except Exception as error:
                # Somebody else's update is under way: Lambda takes one at a time.
                if code(error) != "ResourceConflictException" or time.monotonic() > deadline:
                    raise self._refusal(function.name, error) from error
                time.sleep(_CONFLICT_SECONDS)
        self._until_updated(function.name, deadline)
        version = str(answer["Version"]) if function.publish else ""
        if version:
            self._until_ready(function.name, version, deadline)
        return Published(version, str(answer["CodeSha256"]))

    def serve(self, name: str, alias: str, version: str) -> None:
        """Let an alias serve a version."""
        self._call("update_alias", FunctionName=name, Name=alias, FunctionVersion=version)

    def forget(self, name: str, version: str) -> bool:
        """Delete a version; return False where an alias still needs it or it may not be deleted."""
        try:
            self.client.delete_function(FunctionName=name, Qualifier=version)
        except Exception as error:  # noqa: BLE001 - a version too many does no harm; the next update tries again
            return code(error) == "ResourceNotFoundException"
        return True

    def _until_updated(self, name: str, deadline: float) -> None:
        def done() -> bool:
            now = self._configuration(name)
            status = now.get("LastUpdateStatus", "Successful")
            if status == "Failed":
                raise UpdateError(
                    f"Lambda could not update `{name}`: {now.get('LastUpdateStatusReason', 'it does not say why')}",
                    where=name,
                    fix="mend what it names; it serves what it served before",
                )
            return bool(status == "Successful")

        _wait(done, name, deadline)

    def _until_ready(self, name: str, version: str, deadline: float) -> None:
        """Wait until a version can be called: an alias that serves it earlier fails its callers."""

        def done() -> bool:
            now = self._configuration(name, version)
            state = now.get("State", "Active")
            if state == "Failed":
                reason = now.get("StateReason", "Lambda does not say why")
                raise UpdateError(
                    f"Version {version} of `{name}` can't be called: {reason}",
                    where=name,
                    fix="mend what it names; its aliases serve what they served before",
                )
            return state in _READY

        _wait(done, name, deadline)

    def _configuration(self, name: str, qualifier: str | None = None) -> dict[str, Any]:
        arguments = {"Qualifier": qualifier} if qualifier else {}
        return self._call("get_function_configuration", FunctionName=name, **arguments)

    def _call(self, operation: str, **arguments: Any) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = getattr(self.client, operation)(**arguments)
        except Exception as error:
            raise self._refusal(arguments["FunctionName"], error) from error
        return answer

    def _refusal(self, name: str, error: Exception) -> UpdateError:
        if code(error) == "ResourceNotFoundException":
            what = f"Lambda has no function `{name}`, or not what its state says of it"
            return UpdateError(what, where=name, fix=f"run {self.apply}, which makes what is missing")
        if code(error) in _DENIED:
            operation = getattr(error, "operation_name", "the call")
            what = f"These credentials may not update `{name}`: {operation} is denied"
            return UpdateError(what, where=name, fix=f"allow `lambda:{operation}` to them, or run {self.apply}")
        what = f"`{name}` could not be updated: {error}"
        return UpdateError(what, where=name, fix="run `eventyard doctor`; it serves what it served before")


def _wait(done: Callable[[], bool], name: str, deadline: float) -> None:
    """Look until it is done, less and less often."""
    pause = _FIRST_LOOK_SECONDS
    while not done():
        if time.monotonic() + pause > deadline:
            raise UpdateError(
                f"The update of `{name}` takes longer than {_LONGEST_UPDATE_SECONDS:.0f} s",
                where=name,
                fix="look at the function in Lambda, then run it again",
            )
        time.sleep(pause)
        pause = min(pause * 2, _LONGEST_LOOK_SECONDS)
