"""A project of somebody else's: its own `eventyard.toml`, stacks and handlers, in a folder outside this repository."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eventyard import emulators
from eventyard.testing.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Sequence

CHECKOUT = Path(__file__).resolve().parents[3]
TIMEOUT = 240
_SHARED = ("envs", "tools")
"""What the checkout has made already, and any project may use: environments and programs, keyed by their locks."""


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """What `--json` printed: all of stdout, and nothing else."""
        return json.loads(self.out)


@dataclass
class Project:
    """A project in `folder`, used as its owner would: by the command line."""

    folder: Path
    program: Path = field(default_factory=lambda: Path(sys.executable).with_name("eventyard"))
    _started: list[subprocess.Popen[str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        build = self.folder / "build"
        build.mkdir(parents=True, exist_ok=True)
        for name in _SHARED:
            (CHECKOUT / "build" / name).mkdir(parents=True, exist_ok=True)
            (build / name).symlink_to(CHECKOUT / "build" / name)

    def write(self, name: str, text: str) -> Path:
        """Write one of the project's files."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def stack(self, name: str, text: str) -> None:
        """Write a stack of one file; every stack takes a prefix."""
        self.write(f"terraform/stacks/{name}/main.tf", 'variable "prefix" {\n  type = string\n}\n' + text)

    def run(self, *words: str, code: int = 0, **variables: str) -> Done:
        """Run a command to its end; it must exit with `code`."""
        process = self.start(*words, **variables)
        try:
            out, err = process.communicate(timeout=TIMEOUT)
        except BaseException:
            process.kill()
            raise
        assert process.returncode == code, f"eventyard {' '.join(words)}: {process.returncode}\n{out}\n{err}"
        return Done(process.returncode, out, err)

    def start(self, *words: str, **variables: str) -> subprocess.Popen[str]:
        """Start a command of the kit."""
        return self.started([self.program, *words], **variables)

    def started(self, command: Sequence[str | Path], **variables: str) -> subprocess.Popen[str]:
        """Start any program in the project's folder, in a session of its own as a terminal would."""
        process = subprocess.Popen(
            command,
            cwd=self.folder,
            env=self.environment() | variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self._started.append(process)
        return process

    def environment(self) -> dict[str, str]:
        """Return the process environment of a person who has set nothing."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MAKE", "PYTEST_"))}
        # Terraform's plugin cache is not shared: two `init`s at once replace it under a third one's feet.
        return kept | {"UV_CACHE_DIR": str(CHECKOUT / "build/cache/uv"), "COLUMNS": "200"}

    def emulator(self, environment: str = "local") -> emulators.Emulator:
        """Return the emulator that runs for an environment."""
        found = emulators.find(self.folder / "build" / environment / "emulator")
        assert found is not None, f"no emulator runs for {environment}"
        return found

    def client(self, service: str, environment: str = "local") -> Any:
        """Return a boto3 client of an environment's emulator."""
        return self.emulator(environment).session().client(service)

    def parameters(self, environment: str = "local") -> dict[str, str]:
        """Return every SSM parameter there is, by name."""
        return parameters(self.client("ssm", environment))

    def stack_folder(self, stack: str, environment: str = "local") -> Path:
        """Return where a stack's files of an environment lie."""
        return self.folder / "build" / environment / stack

    def until_held(self, stack: str, environment: str = "local") -> dict[str, Any]:
        """Wait until a run says that it holds a stack; return what it says of itself."""
        note = self.stack_folder(stack, environment) / "holder.json"
        eventually(note.is_file, timeout=60)
        return dict(json.loads(note.read_text(encoding="utf-8")))

    def close(self) -> None:
        """End every command that was started, and every emulator."""
        for process in self._started:
            if process.poll() is None:
                process.kill()
            process.communicate()
        for folder in (self.folder / "build").glob("*/emulator"):
            found = emulators.find(folder)
            if found is not None:
                found.stop()


def parameters(client: Any) -> dict[str, str]:
    """Return every SSM parameter there is, by name."""
    names = [one["Name"] for one in client.describe_parameters()["Parameters"]]
    return {name: client.get_parameter(Name=name)["Parameter"]["Value"] for name in names}
