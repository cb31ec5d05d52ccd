"""What the executor is told, by variables of LocalStack's process."""

from __future__ import annotations

import functools
import logging
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from localstack_process_executor.errors import ProcessExecutorError

if TYPE_CHECKING:
    from collections.abc import Mapping

LOG = logging.getLogger(__name__)

PYTHON = "PROCESS_EXECUTOR_PYTHON"
FOLDER = "PROCESS_EXECUTOR_FOLDER"

_RUNTIME = re.compile(r"python3\.\d+")
_PROBE_SECONDS = 60


@dataclass(frozen=True)
class Settings:
    """Interpreters and folder.

    Parameters
    ----------
    pythons
        Interpreter by variable name: `PROCESS_EXECUTOR_PYTHON`, and `PROCESS_EXECUTOR_PYTHON_3_12` … where given.
    folder
        Where code, layers and temporary folders are put.
    """

    pythons: Mapping[str, Path]
    folder: Path

    @classmethod
    def of(cls, variables: Mapping[str, str], *, folder: Path) -> Settings:
        """Read `variables`.

        Parameters
        ----------
        variables
            Of LocalStack's process; empty ones count as unset.
        folder
            What `PROCESS_EXECUTOR_FOLDER` is when it is unset.
        """
        given = {name: value for name, value in variables.items() if name.startswith(PYTHON) and value}
        pythons = {name: Path(value).absolute() for name, value in given.items()}
        if PYTHON not in pythons:
            LOG.warning(
                "%s is not set: functions run on LocalStack's own interpreter, and can import what LocalStack can; "
                "set it to one whose environment holds boto3 and awslambdaric only",
                PYTHON,
            )
            pythons[PYTHON] = Path(sys.executable)
        return cls(pythons, Path(variables.get(FOLDER) or folder).absolute())

    def python(self, runtime: str | None, *, function: str) -> Path:
        """Return the interpreter for a runtime.

        Raises
        ------
        ProcessExecutorError
            Not a Python runtime, or the interpreter does not start or has no `awslambdaric`.
        """
        if runtime is None or not _RUNTIME.fullmatch(runtime):
            raise ProcessExecutorError(
                f"the runtime {runtime or 'of a container image'} does not run without Docker",
                where=function,
                fix="use python3.x as a zip, or LAMBDA_RUNTIME_EXECUTOR=docker",
            )
        own = f"{PYTHON}_{runtime.removeprefix('python').replace('.', '_')}"
        name = own if own in self.pythons else PYTHON
        python = self.pythons[name]
        if reason := _unfit(python):
            raise ProcessExecutorError(
                f"{python} can't run functions: {reason}",
                where=f"{function}, {name}",
                fix=f"name an interpreter there whose environment holds awslambdaric: `{python} -m pip install "
                "awslambdaric boto3`",
            )
        return python


@functools.cache
def _unfit(python: Path) -> str:
    """Say why an interpreter can't run functions, or nothing. One look for the life of LocalStack."""
    try:
        probe = subprocess.run(
            [python, "-I", "-c", "import awslambdaric.bootstrap, runtime_client"],
            env={"PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            timeout=_PROBE_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return probe.stderr.strip().rpartition("\n")[2] if probe.returncode else ""
