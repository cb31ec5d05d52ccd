"""Programs that come from npm, against the hashes of a lock file: LocalStack's Kinesis is one."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from eventyard import resources
from eventyard.errors import EventyardError

if TYPE_CHECKING:
    from pathlib import Path


def node_modules(name: str, build: Path) -> Path | None:
    """Return the folder of installed packages that `requirements/<name>/package-lock.json` pins.

    Parameters
    ----------
    name
        Folder below `requirements`.
    build
        The project's build folder; they are kept in `envs/<name>` there.

    Returns
    -------
    Path or None
        None where there is no Node.js: what needs it can't be had, and everything else can.

    Raises
    ------
    EventyardError
        npm could not install them; carries its last line.
    """
    import hashlib  # noqa: PLC0415 - whoever looks for another tool needs none of these
    import shutil  # noqa: PLC0415 - as above

    from filelock import FileLock  # noqa: PLC0415 - as above

    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        return None
    source = resources.data("requirements") / name
    folder = build / "envs" / name
    stamp = hashlib.sha256((source / "package-lock.json").read_bytes()).hexdigest()
    mark = folder / "eventyard.stamp"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.parent / f".{name}.lock"):
        if not (mark.is_file() and mark.read_text() == stamp):
            sys.stderr.write(f"Fetching the packages of `{name}` (once, and when their lock changes)\n")
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(source, folder)
            _install(npm, folder)
            mark.write_text(stamp)
    return folder / "node_modules"


def _install(npm: str, folder: Path) -> None:
    import subprocess  # noqa: PLC0415 - as above

    got = subprocess.run(
        # No package's own scripts are run.
        [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    if got.returncode != 0:
        last = (got.stderr.strip() or "no reason given").splitlines()[-1]
        raise EventyardError(
            f"`npm ci` failed: {last}", where=str(folder), fix="check the network and npm's settings, then try again"
        )
