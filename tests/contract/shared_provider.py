"""One AWS provider for all native tests of a worker: Terraform starts one for every `run` otherwise, and that is most
of what they take.

https://developer.hashicorp.com/terraform/plugin/debugging#starting-a-provider-in-debug-mode
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eventyard.plans.offline import Answers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_ROOT = 'terraform {\n  required_providers {\n    aws = { source = "hashicorp/aws" }\n  }\n}\n'
_ATTACH = "TF_REATTACH_PROVIDERS"
_PATIENCE_SECONDS = 60
_BUNDLES = {"AWS_CA_BUNDLE", "SSL_CERT_FILE"}


@dataclass(frozen=True)
class SharedProvider:
    """A running provider: `environment` makes Terraform use it, `answers` tells what it asked AWS for."""

    environment: Mapping[str, str]
    answers: Answers


@contextmanager
def started(terraform: Path, environment: Mapping[str, str], folder: Path) -> Iterator[SharedProvider]:
    """Start the provider that `terraform init` chooses, and stop it afterwards.

    Parameters
    ----------
    terraform
        The binary.
    environment
        What Terraform needs to find its provider.
    folder
        Empty; the provider is looked for and writes its log there.
    """
    binary = _binary(terraform, environment, folder)
    log = folder / "provider.log"
    with Answers() as answers, log.open("w") as out:
        # One process is configured again and again, which a bundle of certificates survives only once.
        inherited = {name: value for name, value in os.environ.items() if name not in _BUNDLES}
        process = subprocess.Popen(
            [str(binary), "-debug"], env={**inherited, **answers.environment}, stdout=out, stderr=subprocess.STDOUT
        )
        try:
            attach = _attachment(process, log)
            yield SharedProvider({**environment, **answers.environment, _ATTACH: attach}, answers)
        finally:
            process.terminate()
            process.wait()


def _binary(terraform: Path, environment: Mapping[str, str], folder: Path) -> Path:
    (folder / "main.tf").write_text(_ROOT)
    subprocess.run(
        [str(terraform), "init", "-input=false"],
        cwd=folder,
        env={**os.environ, **environment},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    [binary] = (folder / ".terraform/providers").glob("*/hashicorp/aws/*/*/terraform-provider-aws*")
    return binary


def _attachment(process: subprocess.Popen[bytes], log: Path) -> str:
    """Return what the provider says Terraform should be told of it, as soon as it does."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < until and process.poll() is None:
        told = [line.strip() for line in log.read_text().splitlines() if f"{_ATTACH}=" in line]
        if told and told[0].endswith("'"):
            attach = told[0].removeprefix(f"{_ATTACH}=").strip("'")
            json.loads(attach)
            return attach
        time.sleep(0.05)
    raise AssertionError(f"the provider did not start:\n{log.read_text()}")
