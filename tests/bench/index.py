"""A package index on this machine, so that no figure depends on a network.

It serves the wheels of one folder as the simple repository API says: a page a project, as JSON and as HTML, with the
hash of each wheel, and each wheel's metadata beside it, so that a resolver need not fetch what it only asks about.
Pages and files carry the caching headers that public indexes send: what a tool caches there, it caches here.

https://packaging.python.org/en/latest/specifications/simple-repository-api/
"""

from __future__ import annotations

import hashlib
import html
import json
import threading
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import formatdate
from functools import cached_property
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

JSON = "application/vnd.pypi.simple.v1+json"
HTML = "text/html; charset=utf-8"
_PAGE_SECONDS, _FILE_SECONDS = 600, 365_000_000


@dataclass(frozen=True)
class Served:
    """One wheel of the index."""

    path: Path

    @property
    def name(self) -> str:
        """The project's name, as addresses have it."""
        return canonicalize_name(self.path.name.split("-")[0])

    @property
    def version(self) -> str:
        """The release."""
        return self.path.name.split("-")[1]

    @cached_property
    def sha256(self) -> str:
        """Of the file."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    @cached_property
    def metadata(self) -> bytes:
        """The wheel's METADATA."""
        with zipfile.ZipFile(self.path) as wheel:
            found = next(n for n in wheel.namelist() if n.endswith(".dist-info/METADATA") and n.count("/") == 1)
            return wheel.read(found)

    @property
    def metadata_sha256(self) -> str:
        """Of the metadata."""
        return hashlib.sha256(self.metadata).hexdigest()


class Pages:
    """What the index answers, worked out once: address → content type, body, seconds it may be kept."""

    def __init__(self, folder: Path) -> None:
        projects: dict[str, list[Served]] = {}
        for path in sorted(folder.glob("*.whl")):
            wheel = Served(path)
            projects.setdefault(wheel.name, []).append(wheel)
        self.files = {f"/files/{wheel.path.name}": wheel for wheels in projects.values() for wheel in wheels}
        self._json = {f"/simple/{name}/": _json(name, wheels) for name, wheels in projects.items()}
        self._html = {f"/simple/{name}/": _html(name, wheels) for name, wheels in projects.items()}

    def page(self, address: str, accept: str) -> tuple[str, bytes] | None:
        """Return a project's page in the form that was asked for."""
        address = address.rstrip("/") + "/"
        if JSON in accept:
            return (JSON, self._json[address]) if address in self._json else None
        return (HTML, self._html[address]) if address in self._html else None


def _json(name: str, wheels: list[Served]) -> bytes:
    files = [
        {
            "filename": wheel.path.name,
            "url": f"../../files/{wheel.path.name}",
            "hashes": {"sha256": wheel.sha256},
            "size": wheel.path.stat().st_size,
            "core-metadata": {"sha256": wheel.metadata_sha256},
            "upload-time": "2026-01-01T00:00:00.000000Z",
            "yanked": False,
        }
        for wheel in wheels
    ]
    versions = sorted({wheel.version for wheel in wheels})
    page = {"meta": {"api-version": "1.1"}, "name": name, "versions": versions, "files": files}
    return json.dumps(page).encode()


def _html(name: str, wheels: list[Served]) -> bytes:
    links = "".join(
        f'<a href="../../files/{html.escape(wheel.path.name)}#sha256={wheel.sha256}"'
        f' data-core-metadata="sha256={wheel.metadata_sha256}">{html.escape(wheel.path.name)}</a><br>\n'
        for wheel in wheels
    )
    head = f'<meta name="pypi:repository-version" content="1.1"><title>{html.escape(name)}</title>'
    return f"<!DOCTYPE html><html><head>{head}</head><body>\n{links}</body></html>\n".encode()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Without this the second, small packet of an answer waits 40 ms for the first one's acknowledgement.
    disable_nagle_algorithm = True
    wbufsize = -1
    pages: Pages

    def do_GET(self) -> None:
        """Answer a page, a wheel or its metadata."""
        address = self.path.partition("?")[0]
        if page := self.pages.page(address, self.headers.get("Accept", "")):
            self._answer(page[1], page[0], _PAGE_SECONDS)
        elif wheel := self.pages.files.get(address):
            self._file(wheel)
        elif wheel := self.pages.files.get(address.removesuffix(".metadata")):
            self._answer(wheel.metadata, "text/plain; charset=utf-8", _FILE_SECONDS)
        else:
            self._answer(b"not here\n", "text/plain", 0, HTTPStatus.NOT_FOUND)

    do_HEAD = do_GET  # noqa: N815 - the name that http.server calls

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name http.server has
        """Say nothing: a line a request would be part of what is measured."""

    def _file(self, wheel: Served) -> None:
        size = wheel.path.stat().st_size
        self._head("application/octet-stream", size, _FILE_SECONDS, HTTPStatus.OK, {"ETag": f'"{wheel.sha256}"'})
        if self.command == "GET":
            self.wfile.flush()
            with wheel.path.open("rb") as file:
                self.connection.sendfile(file)

    def _answer(self, body: bytes, kind: str, seconds: int, status: HTTPStatus = HTTPStatus.OK) -> None:
        etag = f'"{hashlib.sha256(body).hexdigest()}"'
        if self.headers.get("If-None-Match") == etag:
            self._head(kind, 0, seconds, HTTPStatus.NOT_MODIFIED, {"ETag": etag})
            return
        self._head(kind, len(body), seconds, status, {"ETag": etag})
        if self.command == "GET":
            self.wfile.write(body)

    def _head(self, kind: str, size: int, seconds: int, status: HTTPStatus, more: Mapping[str, str]) -> None:
        self.send_response(status)
        immutable = ", immutable" if seconds == _FILE_SECONDS else ""
        fields = {
            "Content-Type": kind,
            "Content-Length": str(size),
            "Cache-Control": f"max-age={seconds}, public{immutable}",
            "Last-Modified": formatdate(1_767_225_600, usegmt=True),
            "Vary": "Accept",
        }
        for name, value in {**fields, **more}.items():
            self.send_header(name, value)
        self.end_headers()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away early is its own business."""


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Serve the wheels of `folder` on a free port of this machine, and give the index's address."""
    handler = type("Handler", (_Handler,), {"pages": Pages(folder)})
    with _Server(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, name="index", daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/simple/"
        finally:
            server.shutdown()
            thread.join()
