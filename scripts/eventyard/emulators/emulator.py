"""A running emulator, and everything one needs to reach it."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_args
from urllib.parse import urlsplit

from eventyard.emulators import addresses, http, mail, processes, records
from eventyard.emulators.errors import EmulatorError
from eventyard.emulators.sessions import DEFAULT_ACCOUNT, SECRET, LocalSession, access_key

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from eventyard.emulators.mail import Mail

Kind = Literal["ministack", "localstack"]

_HEALTH = {"ministack": "/_ministack/health", "localstack": "/_localstack/health"}
_RESET = {"ministack": "/_ministack/reset", "localstack": "/_eventyard/reset"}
_RESTART_SECONDS = 60.0
_GRACE_SECONDS = 5.0
_WRITING_SECONDS = 60.0
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True)
class Emulator:
    """An emulator that answers at `endpoint`.

    Parameters
    ----------
    kind
        Which one it is.
    endpoint
        Where it answers, on the loopback address.
    region
        Region of sessions and of Terraform's environment.
    pid
        Its process; None when it was attached to.
    folder
        Where its pid, log and record are; None when it was attached to.
    incarnation
        Changes with each start and each reset that leaves the emulator empty: a state written for another
        incarnation describes nothing that exists. Empty when it was attached to.
    """

    kind: Kind
    endpoint: str
    region: str
    pid: int | None = None
    folder: Path | None = None
    incarnation: str = ""
    _token: str = field(default="", repr=False)

    @property
    def log(self) -> Path | None:
        """The emulator's log, when it was started here."""
        return self.folder / "log" if self.folder else None

    def healthy(self, *, timeout: float = 5.0) -> bool:
        """Tell whether it answers, and is the process that was started."""
        if self._token:
            return self._about(timeout=timeout).get("token") == self._token
        return http.get_json(f"{self.endpoint}{_HEALTH[self.kind]}", timeout=timeout) is not None

    def _about(self, *, timeout: float = 5.0) -> dict[str, Any]:
        """Return what our server in the emulator's process says of itself; nothing where there is none."""
        answer = http.get_json(f"{self.endpoint}/_eventyard/health", timeout=timeout)
        return answer if isinstance(answer, dict) else {}

    def _await_another(self, before: str | None) -> None:
        """Wait until the process that answered as `before` was started anew."""
        end = time.monotonic() + _RESTART_SECONDS
        while time.monotonic() < end:
            about = self._about(timeout=1.0)
            if about.get("token") == self._token and about.get("started") != before:
                return
            time.sleep(0.1)
        raise EmulatorError(
            f"The emulator did not come back within {_RESTART_SECONDS:.0f} seconds of being emptied",
            where=str(self.log),
            fix="Stop it: `eventyard local down`",
        )

    def stop(self, *, grace: float | None = None) -> None:
        """End the process, functions that still run included.

        Nothing is left of what it held, unless it was started to keep that (`PERSIST_STATE`) and ends within `grace`
        seconds of being asked. An emulator that was attached to is left alone.
        """
        if self.pid is None or self.folder is None:
            return
        record = records.read(self.folder)
        keeps = record is not None and record.keeps and record.token == self._token
        if processes.is_ours(self.pid, self._token):
            patience = grace if grace is not None else _WRITING_SECONDS if keeps else _GRACE_SECONDS
            asked = processes.end(self.pid, self._token, grace=patience)
            processes.end_group(self.pid)
            if record is not None and keeps and asked:
                records.keep(self.folder, record)
        if processes.is_ours(self.pid, self._token):
            raise EmulatorError(
                f"The emulator's process {self.pid} does not end",
                where=str(self.folder),
                fix=f"End it by hand: `kill -9 {self.pid}`",
            )
        records.remove(self.folder)

    def reset(self) -> Emulator:
        """Empty it; return it with its new `incarnation`, by which callers drop states that describe nothing now.

        Raises
        ------
        EmulatorError
            It could not be emptied; LocalStack that was attached to never can.
        """
        if self.kind == "localstack" and not self._token:
            raise EmulatorError(
                "LocalStack's core has no call that empties it", where=self.endpoint, fix="Start it anew where it runs"
            )
        before = self._about().get("started")
        try:
            with http.request(f"{self.endpoint}{_RESET[self.kind]}", method="POST", data=b"", timeout=60):
                pass
        except OSError as error:
            raise EmulatorError(
                f"The emulator could not be emptied: {error}",
                where=self.endpoint,
                fix="See `eventyard local status`, or start it anew",
            ) from error
        if self.kind == "localstack":
            self._await_another(before)
        record = records.read(self.folder) if self.folder else None
        if record is None or self.folder is None:
            return self
        record = record.renewed()
        records.write(self.folder, record)
        return from_record(record, self.folder)

    def mail(self) -> list[Mail]:
        """Return the mails it took in, oldest first: SES by either API, and Cognito's."""
        ministack = self.kind == "ministack"
        where = f"{self.endpoint}{'/_ministack/ses/messages' if ministack else '/_aws/ses'}"
        answer = http.get_json(where, timeout=10)
        if answer is None:
            raise EmulatorError("The emulator's mailbox does not answer", where=where)
        return mail.from_ministack(answer) if ministack else mail.from_localstack(answer)

    def environment(self, account: str = DEFAULT_ACCOUNT) -> dict[str, str]:
        """Return the variables with which Terraform and AWS's tools reach it as the root of `account`.

        They belong in an environment from which every other `AWS_*` variable was taken out: a profile, a session
        token or a service's own endpoint would win over them.
        """
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": access_key(account),
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def session(self, account: str = DEFAULT_ACCOUNT) -> LocalSession:
        """Return a boto3-like session that acts as the root of `account`."""
        return LocalSession(self.endpoint, region=self.region, account=account)

    def translate(self, value: Any) -> Any:
        """Rewrite AWS's addresses within `value` to ones `curl`, Python and a browser can open.

        See :func:`eventyard.emulators.addresses.translate`. What is chosen by host name (a CloudFront
        distribution, a function URL) opens in browsers and `curl`; Python takes :meth:`open_url`.
        """
        return addresses.translate(value, self.endpoint)

    def reach(self, url: str) -> addresses.Reach:
        """Return the URL and headers by which Python opens `url`, an AWS address or a translated one."""
        return addresses.reach(url, self.endpoint)

    def open_url(
        self,
        url: str,
        *,
        method: str = "GET",
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float = 10.0,
    ) -> Any:
        """Open an AWS address or a translated one and return the response, as `urllib` gives it."""
        way = self.reach(url)
        return http.request(
            way.url, method=method, data=data, headers={**(headers or {}), **way.headers}, timeout=timeout
        )


def kind_of(target: str) -> Kind:
    """Return the emulator that a local environment's `target` names.

    Raises
    ------
    EmulatorError
        It names none.
    """
    for kind in get_args(Kind):
        if target == kind:
            return kind  # type: ignore[no-any-return]  # `get_args` forgets what it took apart
    raise EmulatorError(f"No emulator is called `{target}`", fix="Name `ministack` or `localstack`")


def attach(endpoint: str, *, kind: Kind = "ministack", region: str = "us-east-1") -> Emulator:
    """Return the emulator that answers at `endpoint` already. Nothing is started and nothing is patched.

    Raises
    ------
    EmulatorError
        `endpoint` is no loopback address: a local target never leaves this machine.
    """
    url = urlsplit(endpoint)
    if url.scheme not in ("http", "https") or url.hostname not in _LOOPBACK:
        raise EmulatorError(
            f"`{endpoint}` is not on this machine",
            fix="Name an endpoint such as `http://127.0.0.1:4566`; an environment elsewhere has the target `aws`",
        )
    return Emulator(kind=kind, endpoint=endpoint.rstrip("/"), region=region)


def from_record(record: records.Record, folder: Path) -> Emulator:
    """Return the emulator that `record` describes."""
    return Emulator(
        kind=kind_of(record.kind),
        endpoint=record.endpoint,
        region=record.region,
        pid=record.pid,
        folder=folder,
        incarnation=record.incarnation,
        _token=record.token,
    )
