# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""Functions run on an interpreter of their own, with Lambda's environment and nothing of the emulator's.

Lambda's Python runtime holds the SDK and the standard library. MiniStack starts functions with `sys.executable`: its
own environment, in which `yaml`, `h2` and `cryptography` can be imported, so that a dependency nobody packed works
here and fails on AWS. The interpreter is the one in `EVENTYARD_WORKER_PYTHON`, and the variables meant for the
emulator are taken out of a function's environment before its module is imported.

https://docs.aws.amazon.com/lambda/latest/dg/python-package.html
https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
"""

from __future__ import annotations

import json
import os

from ministack.core import lambda_runtime

# What a function may keep of the emulator's environment; the rest is set by MiniStack for each function.
_SHARED = frozenset(
    {
        "AWS_CONFIG_FILE",
        "AWS_DEFAULT_REGION",
        "AWS_EC2_METADATA_DISABLED",
        "AWS_SHARED_CREDENTIALS_FILE",
        "HOME",
        "LANG",
        "LC_ALL",
        "PATH",
        "TMPDIR",
        "TZ",
    }
)


def install() -> None:
    """Choose the interpreter, and clean the environment it starts functions with."""
    python = os.environ["EVENTYARD_WORKER_PYTHON"]
    # A function may set a variable of the same name itself; only the emulator's value is taken out.
    inherited = json.dumps({name: value for name, value in os.environ.items() if name not in _SHARED})
    prologue = (
        "import json as _json, os as _os\n"
        f"for _name, _value in _json.loads({inherited!r}).items():\n"
        "    if _os.environ.get(_name) == _value:\n"
        "        del _os.environ[_name]\n"
    )
    original = lambda_runtime._detect_runtime_binary

    def detect(runtime: str) -> tuple[str, str]:
        binary, script = original(runtime)
        return (python, prologue + script) if runtime.startswith("python") else (binary, script)

    lambda_runtime._detect_runtime_binary = detect
