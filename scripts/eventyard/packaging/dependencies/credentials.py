"""Who may read a private index: the names and passwords that uv's own settings hold.

uv writes addresses without credentials into a resolution, so that they can be kept; a download needs them again. They
are looked for where uv looks (https://docs.astral.sh/uv/concepts/authentication/): in the addresses of its indexes and
in `UV_INDEX_<NAME>_USERNAME` and `_PASSWORD`, in netrc, and, when a server still refuses, in what `uv auth login` has
stored and in `keyring`. They go to the server they were given for and to no other, and are never written down.
"""

from __future__ import annotations

import json
import netrc
import os
import re
import shutil
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit, urlunsplit

from eventyard.errors import EventyardError
from eventyard.packaging.dependencies import uv as runner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_NAMED = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)=(?P<url>.+)$")
_PORTS = {"http": 80, "https": 443}
_TRUE = ("1", "true", "yes", "on")


@dataclass(frozen=True)
class Index:
    """One address of uv's settings, with what it says of who may read it."""

    url: str
    name: str = ""

    @property
    def user(self) -> str | None:
        """The user's name, from the environment or the address."""
        return os.environ.get(f"UV_INDEX_{self._key}_USERNAME") or _unquoted(urlsplit(self.url).username)

    @property
    def password(self) -> str | None:
        """The password, from the environment or the address."""
        return os.environ.get(f"UV_INDEX_{self._key}_PASSWORD") or _unquoted(urlsplit(self.url).password)

    @property
    def _key(self) -> str:
        return re.sub(r"[^A-Z0-9]", "_", self.name.upper())


class Credentials:
    """What uv's settings in one folder say about who may read what.

    Parameters
    ----------
    folder
        Where uv is run.
    uv
        Gives the program, when its store has to be asked.
    """

    def __init__(self, folder: Path, uv: Callable[[], Path]) -> None:
        self._folder = folder
        self._uv = uv
        self._settings = tuple(_settings(folder))
        self._indexes = tuple(_indexes(self._settings))
        self._asked: dict[tuple[str, str, int | None], tuple[str, ...]] = {}
        self._lock = threading.Lock()

    def headers(self, url: str) -> Iterator[str | None]:
        """Yield what to send as `Authorization`, likeliest first; None sends nothing.

        The first costs nothing to know. The rest is asked for only when the server has refused what came before.
        """
        known = tuple(self._known(url))
        yield from known or (None,)
        with self._lock:
            if origin(url) not in self._asked:
                self._asked[origin(url)] = tuple(self._stored(url))
        yield from self._asked[origin(url)]

    def _known(self, url: str) -> Iterator[str]:
        """Yield what settings and netrc say; the index whose address has most in common with the file's comes first."""
        here = [index for index in self._indexes if origin(index.url) == origin(url)]
        for index in sorted(here, key=lambda index: -_shared(index.url, url)):
            if index.password is not None:
                yield _basic(index.user or "", index.password)
        found = _netrc(urlsplit(url).hostname or "")
        if found:
            yield _basic(*found)

    def _stored(self, url: str) -> Iterator[str]:
        """Yield what uv's store and `keyring` say; each is another program."""
        asked = json.dumps({"uri": url})
        done = runner.run(self._uv(), ["auth", "helper", "--protocol", "bazel", "get"], folder=self._folder, text=asked)
        if done.returncode == 0:
            yield from json.loads(done.stdout).get("headers", {}).get("Authorization", ())
        for index in self._indexes:
            if origin(index.url) != origin(url) or index.user is None or index.password is not None:
                continue
            password = self._keyring(index)
            yield _basic(index.user, password or "")  # a token may stand in the name's place, with no password

    def _keyring(self, index: Index) -> str | None:
        chosen = os.environ.get("UV_KEYRING_PROVIDER") or next(
            (found for table in self._settings if (found := table.get("keyring-provider"))), None
        )
        program = shutil.which("keyring")
        if chosen != "subprocess" or program is None:
            return None
        import subprocess  # noqa: PLC0415 - hardly ever needed

        for service in (bare(index.url), urlsplit(index.url).hostname or ""):
            done = subprocess.run(
                [program, "get", service, index.user or ""],
                capture_output=True,
                text=True,
                check=False,
                stdin=subprocess.DEVNULL,
            )
            if done.returncode == 0 and done.stdout.strip():
                return done.stdout.strip()
        return None


def bare(url: str) -> str:
    """Return an address without credentials, as it may be shown and kept."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def origin(url: str) -> tuple[str, str, int | None]:
    """Return the scheme, host and port of an address: what credentials belong to."""
    parts = urlsplit(url)
    return parts.scheme, (parts.hostname or "").lower(), parts.port or _PORTS.get(parts.scheme)


def _settings(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield uv's settings files' tables, nearest first (https://docs.astral.sh/uv/concepts/configuration-files/)."""
    if os.environ.get("UV_NO_CONFIG", "").lower() in _TRUE:
        return
    named = os.environ.get("UV_CONFIG_FILE")
    files = [Path(named)] if named else [*_project(folder), *_of_user()]
    for file in files:
        table = _read(file)
        if file.name == "pyproject.toml":
            table = table.get("tool", {}).get("uv", {})
        yield table
        if isinstance(table.get("pip"), dict):
            yield table["pip"]


def _project(folder: Path) -> Iterator[Path]:
    for parent in (folder, *folder.resolve().parents):
        if (parent / "uv.toml").is_file():
            yield parent / "uv.toml"
            return
        file = parent / "pyproject.toml"
        if file.is_file() and "uv" in _read(file).get("tool", {}):
            yield file
            return


def _of_user() -> Iterator[Path]:
    home = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    systems = [Path(name) for name in os.environ.get("XDG_CONFIG_DIRS", "/etc/xdg").split(":") if name]
    for file in (home / "uv/uv.toml", *(system / "uv/uv.toml" for system in systems), Path("/etc/uv/uv.toml")):
        if file.is_file():
            yield file


def _read(file: Path) -> dict[str, Any]:
    import tomllib  # noqa: PLC0415 - a run with nothing to do reads no settings

    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise EventyardError(
            f"uv's settings can't be read: {error}", where=str(file), fix="mend the file, or name another"
        ) from error


def _indexes(settings: tuple[dict[str, Any], ...]) -> Iterator[Index]:
    """Yield every address uv may download from, with its name if it has one."""
    for variable in ("UV_INDEX", "UV_DEFAULT_INDEX", "UV_EXTRA_INDEX_URL", "UV_INDEX_URL", "UV_FIND_LINKS"):
        between = "," if variable == "UV_FIND_LINKS" else None
        for written in os.environ.get(variable, "").split(between):
            named = _NAMED.match(written)
            yield Index(named["url"], named["name"]) if named else Index(written)
    for table in settings:
        for index in table.get("index", ()):
            yield Index(index.get("url", ""), index.get("name", ""))
        for key in ("index-url", "extra-index-url", "find-links"):
            written = table.get(key, ())
            yield from (Index(url) for url in ([written] if isinstance(written, str) else written))


def _netrc(host: str) -> tuple[str, str] | None:
    file = Path(os.environ.get("NETRC") or Path.home() / ".netrc")
    try:
        found = netrc.netrc(file).authenticators(host)
    except (OSError, netrc.NetrcParseError):
        return None
    return (found[0], found[2] or "") if found else None


def _basic(user: str, password: str) -> str:
    import base64  # noqa: PLC0415 - most indexes are public

    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def _shared(one: str, other: str) -> int:
    """Count the leading folders two addresses share."""
    pairs = zip(urlsplit(one).path.split("/"), urlsplit(other).path.split("/"), strict=False)
    return next((number for number, (here, there) in enumerate(pairs) if here != there), len(one))


def _unquoted(value: str | None) -> str | None:
    return None if value is None else unquote(value)
