"""Plans of a root made without AWS, for tests and for judging a change before any account is at hand.

The provider asks AWS two things while it plans something new: who is calling, and whether a state machine's definition
is sound. Both are answered on loopback. Anything else it asks for (a data look-up by name, a refresh) is refused and
named, because a module that needs it can't be planned before what it looks up is there.
"""

from __future__ import annotations

import json
import os
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from eventyard.errors import EventyardError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

ACCOUNT = "123456789012"
REGION = "eu-west-1"
_IDENTITY = f"""<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:iam::{ACCOUNT}:user/plan</Arn><UserId>AIDAPLAN</UserId><Account>{ACCOUNT}</Account>
</GetCallerIdentityResult></GetCallerIdentityResponse>"""


class PlanError(EventyardError):
    """Terraform could not plan the root."""


class Answers:
    """What a provider needs to hear while it plans; `refused` lists what it asked for besides."""

    def __init__(self) -> None:
        self.refused: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        """Start to listen, on a free port of loopback."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def environment(self) -> dict[str, str]:
        """Return the variables that send the provider here, with credentials that open nothing."""
        return {
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": REGION,
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self._server.server_port}",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_MAX_ATTEMPTS": "1",
            "NO_PROXY": "127.0.0.1",
        }

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        refused = self.refused

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                action = self.headers.get("X-Amz-Target", "")
                if "Action=GetCallerIdentity" in body:
                    self._answer(200, _IDENTITY, "text/xml")
                elif action.endswith(".ValidateStateMachineDefinition"):
                    self._answer(200, json.dumps({"result": "OK", "diagnostics": []}), "application/x-amz-json-1.0")
                else:
                    self._refuse(action or body[:80])

            def do_GET(self) -> None:
                self._refuse(f"GET {self.path}")

            do_HEAD = do_PUT = do_DELETE = do_GET  # noqa: N815 - the base class asks for these names

            def _refuse(self, what: str) -> None:
                refused.append(what)
                self._answer(403, f"<Error><Code>AccessDenied</Code><Message>{what}</Message></Error>", "text/xml")

            def _answer(self, status: int, text: str, kind: str) -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(text.encode())))
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
                """Say nothing: what is refused is in `refused`."""

        return Handler


def plan(root: Path, *, terraform: Path, environment: Mapping[str, str], state: Path | None = None) -> dict[str, Any]:
    """Initialise and plan `root`, and return the plan's JSON.

    Parameters
    ----------
    root
        A root module with an `aws` provider; `.terraform` and the lock file are written there.
    terraform
        The binary.
    environment
        What Terraform needs to find its provider.
    state
        A state to plan against, not refreshed; nothing exists without one.

    Raises
    ------
    PlanError
        Terraform refused, or the provider asked AWS for something that has to exist before the plan.
    """
    with Answers() as answers:
        full = {**_inherited(), **environment, **answers.environment}

        def run(*arguments: str) -> str:
            done = subprocess.run(
                [str(terraform), *arguments], cwd=root, env=full, capture_output=True, text=True, check=False
            )
            if done.returncode:
                asked = f"\nasked AWS for: {', '.join(answers.refused)}" if answers.refused else ""
                raise PlanError(
                    f"`terraform {arguments[0]}` failed",
                    where=str(root),
                    fix=f"{done.stderr.strip() or done.stdout.strip()}{asked}",
                )
            return done.stdout

        run("init", "-input=false", "-no-color")
        against = [f"-state={state}"] if state else []
        run("plan", "-input=false", "-no-color", "-refresh=false", "-lock=false", *against, "-out=offline.tfplan")
        found: dict[str, Any] = json.loads(run("show", "-json", "offline.tfplan"))
        return found


def _inherited() -> dict[str, str]:
    """Return this process's environment without what would steer Terraform elsewhere."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "TF_"))}
    configuration = os.environ.get("TF_CLI_CONFIG_FILE")
    return {**kept, "TF_CLI_CONFIG_FILE": configuration} if configuration and Path(configuration).is_file() else kept
