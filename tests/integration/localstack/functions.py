"""Functions as the tests of the executor need them: from sources, called with their log."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eventyard.testing.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.integration.support.workbench import Workbench


@dataclass(frozen=True)
class Called:
    """What an invocation gave."""

    answer: Any
    failed: bool
    log: str
    version: str


@dataclass(frozen=True)
class Functions:
    """Makes and calls them."""

    bench: Workbench

    @property
    def client(self) -> Any:
        return self.bench.client("lambda")

    def create(self, source: str | Mapping[str, str], **settings: Any) -> str:
        """Make a function of one `app.py`, or of several files, and wait until it can be called."""
        name = self.bench.unique("function")
        given = {"Runtime": "python3.13", "Handler": "app.handler", "Timeout": 10, "Role": self.bench.role()}
        self.client.create_function(FunctionName=name, Code={"ZipFile": archive(source)}, **{**given, **settings})
        self.active(name)
        return name

    def active(self, name: str) -> None:
        """Wait until the function, and its last update, are in place."""

        def there() -> bool:
            now = self.client.get_function_configuration(FunctionName=name)
            return now["State"] == "Active" and now["LastUpdateStatus"] == "Successful"

        eventually(there)

    def call(self, name: str, event: Any = None, **arguments: Any) -> Called:
        """Call it and wait for the answer."""
        given = self.client.invoke(FunctionName=name, Payload=json.dumps(event), LogType="Tail", **arguments)
        log = base64.b64decode(given.get("LogResult", "")).decode()
        return Called(json.loads(given["Payload"].read()), "FunctionError" in given, log, given["ExecutedVersion"])

    def lines(self, name: str) -> list[str]:
        """Return what is in its log group, in order."""
        logs = self.bench.client("logs")
        group = f"/aws/lambda/{name}"
        if not logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
            return []
        return [event["message"] for event in logs.filter_log_events(logGroupName=group)["events"]]


def archive(source: str | Mapping[str, str]) -> bytes:
    """Return a zip of one `app.py`, or of several files."""
    files = {"app.py": source} if isinstance(source, str) else source
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as zipped:
        for name, text in files.items():
            zipped.writestr(name, text)
    return written.getvalue()
