"""`init` only when something it reads has changed, and the provider's lock file of remote environments."""

from __future__ import annotations

import hashlib
import re
import shutil
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Final

from filelock import FileLock

from eventyard.errors import EventyardError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from .runner import Terraform

LOCK: Final = ".terraform.lock.hcl"
_STAMP: Final = "eventyard-init"
_HASHES: Final = re.compile(r"^  hashes += \[\n(?:    .*\n)*  \]\n", re.MULTILINE)


def lock_file(root: Path, environment: str) -> Path:
    """Return where an environment with a remote state keeps its provider lock."""
    return root / f"{environment}.terraform.lock.hcl"


def ready(terraform: Terraform, *, needs: str, lock: Path | None, bootstrap: str) -> bool:
    """Run `init` unless the folder is initialised for exactly this; return whether it ran.

    Parameters
    ----------
    terraform
        The adapter of the root's folder.
    needs
        Identity of what the stack's modules ask for.
    lock
        The environment's own lock file, used as it is; None for a lock of the folder's own.
    bootstrap
        The command that writes a missing `lock`.

    Raises
    ------
    EventyardError
        The environment has a remote state and no lock file.
    """
    folder = terraform.folder
    if lock is not None:
        if not lock.is_file():
            raise EventyardError(
                "The environment keeps its state remotely and has no provider lock file",
                where=str(lock),
                fix=f"run {bootstrap}, which writes it, and commit the file",
            )
        if not (folder / LOCK).is_file() or (folder / LOCK).read_bytes() != lock.read_bytes():
            shutil.copyfile(lock, folder / LOCK)
    stamp = folder / ".terraform" / _STAMP
    wanted = _identity(terraform, needs)
    if stamp.is_file() and stamp.read_text() == wanted and (folder / LOCK).is_file():
        return False
    with _alone_in_the_cache(terraform), _own_lock(folder) if lock is None else nullcontext():
        terraform.init(readonly_lock=lock is not None)
    stamp.parent.mkdir(exist_ok=True)
    stamp.write_text(_identity(terraform, needs))
    return True


@contextmanager
def _own_lock(folder: Path) -> Iterator[None]:
    """Give the lock that a folder writes for itself its hashes while `init` runs, and take them out for the rest.

    `init` writes down by itself what it has just fetched, so that these hashes tell no more than that the provider is
    what it was then. Every command would go through 700 MB for it. A lock that somebody committed is used as it is.
    """
    lock, whole = folder / LOCK, folder / ".terraform" / "eventyard-lock.hcl"
    # Without its hashes, `init` would not take from the plugin cache what is there.
    if whole.is_file():
        shutil.copyfile(whole, lock)
    yield
    if lock.is_file():
        whole.parent.mkdir(exist_ok=True)
        shutil.copyfile(lock, whole)
        lock.write_text(_HASHES.sub("", lock.read_text(encoding="utf-8")), encoding="utf-8")


def _alone_in_the_cache(terraform: Terraform) -> AbstractContextManager[object]:
    """Hold the plugin cache: Terraform says itself that two runs at once may spoil it.

    https://developer.hashicorp.com/terraform/cli/config/config-file#provider-plugin-cache
    """
    cache = terraform.variables.get("TF_PLUGIN_CACHE_DIR")
    return FileLock(f"{cache}.lock") if cache else nullcontext()


def _identity(terraform: Terraform, needs: str) -> str:
    """Versions and backend of the root, modules of the stack, the lock, the binary: what `init` depends on."""
    lock = terraform.folder / LOCK
    parts = [
        (terraform.folder / "terraform.tf").read_bytes(),
        lock.read_bytes() if lock.is_file() else b"",
        str(terraform.binary).encode(),
        needs.encode(),
    ]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()
