"""Fetches distributions into the cache: in parallel, each whole and with the hash that was locked, or not at all."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from eventyard.errors import EventyardError
from eventyard.packaging.dependencies.credentials import bare, origin

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

    import urllib3

    from eventyard.packaging.cache import Cache
    from eventyard.packaging.dependencies.credentials import Credentials

CHUNK = 1 << 20
ATTEMPTS = 4
BACK_OFF_SECONDS = 0.25  # doubled with each attempt
LONGEST_PAUSE_SECONDS = 10.0
CONNECT_SECONDS = 15.0
READ_SECONDS = 30.0  # between two pieces of an answer; uv's own default
CONNECTIONS = 16  # to one server

_REFUSED = frozenset({401, 403})
_GONE = frozenset({404, 410})
_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})


def load() -> None:
    """Load what downloads need, which takes as long as a small download."""
    import urllib3  # noqa: PLC0415, F401 - a run that finds all in the cache needs no network


class FetchError(EventyardError):
    """A distribution can't be fetched, or is not what was locked."""


class Gone(FetchError):  # noqa: N818 - reads as what happened
    """It is no longer where the index said it was."""


class _Passing(Exception):  # noqa: N818 - never leaves this file
    """What may be better the next time: names the reason, and how long a server asks to wait."""

    def __init__(self, why: str, pause: float = 0.0) -> None:
        super().__init__(why)
        self.pause = pause


@dataclass(frozen=True)
class Wanted:
    """A file to fetch.

    Parameters
    ----------
    what
        A person's word for it.
    url
        `http:`, `https:` or `file:`, without credentials.
    hashes
        Any of these SHA-256 will do; empty where none is known beforehand.
    """

    what: str
    url: str
    hashes: frozenset[str]


class Fetcher:
    """Downloads for one run.

    Parameters
    ----------
    cache
        Keeps what is fetched under its hash.
    sleep
        Waits between attempts; seconds.
    """

    def __init__(self, cache: Cache, sleep: Callable[[float], object] | None = None) -> None:
        self._cache = cache
        self._stopped = threading.Event()
        self._sleep = sleep or self._stopped.wait
        self._accepted: dict[tuple[str, str, int | None], str | None] = {}
        self._managers = functools.cache(_manager)
        self._lock = threading.Lock()

    def fetch(self, wanted: Wanted, kind: str, suffix: str, credentials: Credentials) -> str:
        """Fetch a file into the cache, as `<SHA-256><suffix>` among the entries of a kind, and return its SHA-256.

        Raises
        ------
        Gone
            It is not there (any more).
        FetchError
            It is not what was locked, the server refuses it, or can't be reached however often it is tried.
        """
        if self._stopped.is_set():
            raise FetchError(f"{wanted.what} was not fetched: another download failed")
        with self._cache.scratch() as scratch:
            file = scratch / "fetched"
            found = self._tried(wanted, file, credentials)
            if wanted.hashes and found not in wanted.hashes:
                locked = " or ".join(sorted(f"{value[:12]}…" for value in wanted.hashes)[:3])
                raise FetchError(
                    f"{wanted.what} is not what was locked: its SHA-256 is {found[:12]}…, not {locked}",
                    where=bare(wanted.url),
                    fix="find out who changed it; if the change is right, run `eventyard lock` and compare the hashes",
                )
            self._cache.keep(kind, f"{found}{suffix}", file)
        return found

    def stop(self) -> None:
        """Break off what is under way."""
        self._stopped.set()

    def _tried(self, wanted: Wanted, file: Path, credentials: Credentials) -> str:
        """Write the content to a new file and return its SHA-256, trying more than once where that may help."""
        if urlsplit(wanted.url).scheme == "file":
            return _copied(wanted, file)
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._downloaded(wanted, file, credentials)
            except _Passing as reason:
                if attempt == ATTEMPTS or self._stopped.is_set():
                    raise FetchError(
                        f"{wanted.what} can't be fetched: {reason}",
                        where=bare(wanted.url),
                        fix="check the network, the proxy (`HTTPS_PROXY`, `NO_PROXY`) and the certificates "
                        "(`SSL_CERT_FILE`), and run the same command again",
                    ) from reason
                self._sleep(max(BACK_OFF_SECONDS * 2 ** (attempt - 1), reason.pause))
        raise AssertionError  # pragma: no cover - the loop returns or raises

    def _downloaded(self, wanted: Wanted, file: Path, credentials: Credentials) -> str:
        status = 0
        for authorization in self._authorizations(wanted.url, credentials):
            with self._answer(wanted.url, authorization) as answer:
                status = answer.status
                if status == 200:  # noqa: PLR2004 - HTTP's own word for it
                    with self._lock:
                        self._accepted[origin(wanted.url)] = authorization
                    return self._written(answer, file)
                if status not in _REFUSED:
                    break
        if status in _GONE:
            raise Gone(
                f"{wanted.what} is not there any more (HTTP {status})",
                where=bare(wanted.url),
                fix="run the same command again, or name another version and run `eventyard lock`",
            )
        if status in _REFUSED:
            raise FetchError(
                f"{wanted.what} may not be read: the server answers HTTP {status}",
                where=bare(wanted.url),
                fix="give uv the credentials: in the index's address (`UV_INDEX`, `uv.toml`), in "
                "`UV_INDEX_<NAME>_USERNAME` and `UV_INDEX_<NAME>_PASSWORD`, in `~/.netrc`, or with `uv auth login`",
            )
        raise FetchError(
            f"{wanted.what} can't be fetched: the server answers HTTP {status}",
            where=bare(wanted.url),
            fix="open the address, and see what the server says",
        )

    def _authorizations(self, url: str, credentials: Credentials) -> Iterator[str | None]:
        """Yield what to send, first what this server has accepted before."""
        with self._lock:
            known = origin(url) in self._accepted
            accepted = self._accepted.get(origin(url))
        if known:
            yield accepted
        for other in credentials.headers(url):
            if not known or other != accepted:
                yield other

    @contextlib.contextmanager
    def _answer(self, url: str, authorization: str | None) -> Iterator[urllib3.BaseHTTPResponse]:
        import urllib3  # noqa: PLC0415 - a run that finds all in the cache needs no network

        headers = {"Accept-Encoding": "identity", "User-Agent": "eventyard"}
        if authorization:
            headers["Authorization"] = authorization  # urllib3 takes it away when another host is redirected to
        try:
            answer = self._managers(_proxy(url), urlsplit(url).scheme == "https").request(
                "GET",
                url,
                headers=headers,
                preload_content=False,
                decode_content=False,
                retries=urllib3.Retry(connect=0, read=0, other=0, redirect=10, respect_retry_after_header=False),
                timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=_patience()),
            )
        except urllib3.exceptions.HTTPError as error:
            raise _Passing(_reason(error)) from error
        try:
            if answer.status in _BUSY:
                raise _Passing(f"the server answers HTTP {answer.status}", _asked(answer.headers.get("Retry-After")))
            yield answer
            answer.drain_conn()  # the connection serves the next file
        except urllib3.exceptions.HTTPError as error:
            raise _Passing(_reason(error)) from error
        finally:
            answer.close()

    def _written(self, answer: urllib3.BaseHTTPResponse, file: Path) -> str:
        found = hashlib.sha256()
        with file.open("wb") as content:
            for piece in answer.stream(CHUNK, decode_content=False):
                if self._stopped.is_set():
                    raise _Passing("another download failed")
                found.update(piece)
                content.write(piece)
        return found.hexdigest()


def _copied(wanted: Wanted, file: Path) -> str:
    """Copy a file of this machine."""
    source = Path(unquote(urlsplit(wanted.url).path))
    found = hashlib.sha256()
    try:
        with source.open("rb") as content, file.open("wb") as copy:
            while piece := content.read(CHUNK):
                found.update(piece)
                copy.write(piece)
    except FileNotFoundError:
        raise Gone(
            f"{wanted.what} is not there any more",
            where=str(source),
            fix="put it back, or change uv's settings",
        ) from None
    except OSError as error:
        raise FetchError(
            f"{wanted.what} can't be read: {error.strerror}", where=str(source), fix="look at the file"
        ) from error
    return found.hexdigest()


def _manager(proxy: str | None, secure: bool) -> urllib3.PoolManager:
    import urllib3  # noqa: PLC0415 - as above

    certificates = _certificates() if secure or (proxy or "").startswith("https:") else None
    if proxy is None:
        return urllib3.PoolManager(maxsize=CONNECTIONS, ssl_context=certificates)
    user = urlsplit(proxy)
    known = f"{unquote(user.username)}:{unquote(user.password or '')}" if user.username else None
    try:
        return urllib3.ProxyManager(
            bare(proxy),
            proxy_headers=urllib3.make_headers(proxy_basic_auth=known) if known else None,
            maxsize=CONNECTIONS,
            ssl_context=certificates,
        )
    except urllib3.exceptions.ProxySchemeUnknown as error:
        raise FetchError(
            f"The proxy is neither http nor https: `{user.scheme}`",
            where="HTTPS_PROXY, HTTP_PROXY, ALL_PROXY",
            fix="name an HTTP proxy",
        ) from error


def _proxy(url: str) -> str | None:
    """Return the proxy the environment (or the system) names for an address."""
    from urllib.request import getproxies, proxy_bypass  # noqa: PLC0415 - as above

    parts = urlsplit(url)
    proxies = getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    if not proxy or proxy_bypass(parts.netloc.rpartition("@")[2]):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def _certificates() -> ssl.SSLContext:
    """Trust whom the environment says, else the system, else (a Python without any) whom botocore trusts."""
    import ssl  # noqa: PLC0415 - as above

    named = os.environ.get("SSL_CERT_FILE") or os.environ.get("REQUESTS_CA_BUNDLE")
    try:
        context = ssl.create_default_context(cafile=named or None)
        client = os.environ.get("SSL_CLIENT_CERT")
        if client:
            context.load_cert_chain(client)
    except OSError as error:
        raise FetchError(
            f"The certificates can't be read: {error.strerror or error}",
            where=f"SSL_CERT_FILE, REQUESTS_CA_BUNDLE, SSL_CLIENT_CERT: {named or ''}".rstrip(": "),
            fix="name files in PEM format",
        ) from error
    if not named and not context.get_ca_certs() and not os.environ.get("SSL_CERT_DIR"):
        paths = ssl.get_default_verify_paths()
        if not (paths.cafile or paths.capath):
            import botocore  # noqa: PLC0415 - as above

            context.load_verify_locations(Path(botocore.__file__).with_name("cacert.pem"))
    return context


def _patience() -> float:
    """Return how long to wait for a server, in seconds: uv's own setting counts."""
    with contextlib.suppress(ValueError):
        return float(os.environ.get("UV_HTTP_TIMEOUT", READ_SECONDS))
    return READ_SECONDS


def _asked(pause: str | None) -> float:
    """Return the seconds a server asks to wait, within reason."""
    return min(float(pause), LONGEST_PAUSE_SECONDS) if pause and pause.isdigit() else 0.0


def _reason(error: BaseException) -> str:
    """Return the innermost cause in plain words."""
    inner = getattr(error, "reason", None) or error.__cause__
    if isinstance(inner, BaseException):
        return _reason(inner)
    text = str(error.args[-1] if error.args else error)
    return text.rpartition(": ")[2] if "object at 0x" in text else text
