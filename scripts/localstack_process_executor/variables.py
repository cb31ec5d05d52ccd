"""The environment a function sees: Lambda's variables and its own, nothing of LocalStack's process.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# LocalStack tells its own in-container init what to do by these; a function on Lambda has none of them.
_PRIVATE = ("LOCALSTACK_", "AWS_LAMBDA_FUNCTION_TIMEOUT")
# How a function written for LocalStack finds it; LocalStack promises both.
_PROMISED = frozenset({"LOCALSTACK_HOSTNAME"})


@dataclass(frozen=True)
class Places:
    """Where things are that have a fixed place on Lambda.

    Parameters
    ----------
    python
        Interpreter.
    task
        Plays `/var/task`.
    layers
        Plays `/opt`; it need not exist.
    temporary
        Plays `/tmp`.
    """

    python: Path
    task: Path
    layers: Path
    temporary: Path


def environment(given: Mapping[str, object], own: Mapping[str, str], *, runtime: str, places: Places) -> dict[str, str]:
    """Return all variables of a function's process.

    Parameters
    ----------
    given
        As LocalStack makes them: Lambda's reserved ones, credentials, its endpoint, and the function's.
    own
        The function's alone. They win, but for what Lambda's runtime adds to `PYTHONPATH`.
    runtime
        `python3.13`
    places
        Of this environment.
    """
    lambdas = {name: str(value) for name, value in given.items() if name in _PROMISED or not name.startswith(_PRIVATE)}
    variables = {
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "PATH": f"{places.python.parent}:/usr/local/bin:/usr/bin:/bin:{places.layers}/bin",
        "LD_LIBRARY_PATH": f"{places.task}:{places.task}/lib:{places.layers}/lib",
        # The machine's configuration, caches and credentials are a person's, not the function's.
        "HOME": str(places.temporary),
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        **lambdas,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{runtime}",
        "LAMBDA_TASK_ROOT": str(places.task),
        "LAMBDA_RUNTIME_DIR": str(places.python.parent.parent),
        "TMPDIR": str(places.temporary),
        **own,
    }
    layers = [places.layers / "python" / "lib" / runtime / "site-packages", places.layers / "python"]
    paths = [*filter(None, [own.get("PYTHONPATH")]), *(str(path) for path in layers if path.is_dir())]
    if paths:
        variables["PYTHONPATH"] = ":".join(paths)
    return variables
