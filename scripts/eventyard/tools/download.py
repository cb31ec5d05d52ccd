"""Fetches a program that is published as one file in a zip."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import urllib.error
import urllib.request
import zipfile
from pathlib import Path

from eventyard.errors import EventyardError


def program(address: str, sha256: str, own: Path, *, name: str, fix: str) -> Path:
    """Put the program that a zip holds at `own`, under that name, as a whole or not at all.

    Parameters
    ----------
    address
        Of the zip.
    sha256
        Its hash, in hex.
    own
        Where the program is put; the zip's member has the same file name.
    name
        What it is called in errors, such as `Terraform 1.11.4`.
    fix
        What a person can do instead.

    Raises
    ------
    EventyardError
        It could not be fetched, or is not what was pinned.
    """
    own.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=own.parent) as folder:
        archive = Path(folder) / "program.zip"
        try:
            with urllib.request.urlopen(address, timeout=60) as answer, archive.open("wb") as file:  # noqa: S310 - https, or the mirror the user names
                shutil.copyfileobj(answer, file)
        except (urllib.error.URLError, OSError) as error:
            if isinstance(error, urllib.error.HTTPError):
                error.close()
            raise EventyardError(f"{name} could not be fetched: {error}", where=address, fix=fix) from error
        actual = hashlib.sha256(archive.read_bytes()).hexdigest()
        if actual != sha256:
            raise EventyardError(
                f"the download is not {name}: its SHA-256 is {actual}, expected {sha256}",
                where=address,
                fix=f"do not use it; {fix}",
            )
        with zipfile.ZipFile(archive) as members:
            members.extract(own.name, folder)
        unpacked = Path(folder) / own.name
        unpacked.chmod(0o755)
        unpacked.replace(own)
    return own
