"""Call terraform-aws-lambda's package.py as its Terraform module does: prepare, then build, ten functions at a time.

`python drive_package_py.py PACKAGE.PY HANDLERS ARTEFACTS RUNTIME`; prints a line `FUNCTION ZIP` for each.
Terraform's own time is not in it: ten at a time is what Terraform's default parallelism is.
"""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

package_py, handlers, artefacts, runtime = sys.argv[1:5]
PARALLEL = 10


def run(*arguments: str, given: str = "") -> str:
    """Run package.py; its log goes to the errors."""
    command = [sys.executable, package_py, *arguments]
    return subprocess.run(command, input=given, check=True, stdout=subprocess.PIPE, text=True).stdout


def package(folder: Path) -> str:
    """Package one function and return where."""
    here = str(Path.cwd())
    query = {
        "paths": json.dumps({"module": str(Path(package_py).parent), "root": here, "cwd": here}),
        "artifacts_dir": artefacts,
        "runtime": runtime,
        "function_name": folder.name,
        "source_path": json.dumps([{"path": str(folder), "pip_requirements": (folder / "requirements.txt").is_file()}]),
        "hash_extra": folder.name,
        "hash_internal": "[]",
        "recreate_missing_package": "true",
        "quiet": "true",
        "docker": None,
    }
    prepared = json.loads(run("prepare", given=json.dumps(query)))
    run("build", "--timestamp", prepared["timestamp"], prepared["build_plan_filename"])
    return f"{folder.name} {prepared['filename']}"


with ThreadPoolExecutor(PARALLEL) as pool:
    for line in pool.map(package, sorted(Path(handlers).iterdir())):
        sys.stdout.write(f"{line}\n")
