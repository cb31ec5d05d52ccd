from __future__ import annotations

import base64
import hashlib
import os
import shutil
import sys
import threading
import zipfile
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from eventyard import tools
from eventyard.packaging import Manifest, Options, Platform, Toolbox
from eventyard.packaging.handlers import package

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Mapping
    from types import TracebackType
    from typing import Self

LAMBDA = Platform(f"3.{sys.version_info.minor}", "x86_64")
PYTHON = Path(sys.executable)

APP = """
from shop._shared import text


def handler(event, context):
    return text.upper(event)
"""
TEXT = """
def upper(value):
    return value.upper()
"""


@pytest.fixture(scope="session")
def uv() -> Path:
    found = shutil.which("uv")
    if found:
        return Path(found)
    return tools.uv(Path(__file__).parents[3] / "build")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An import root with one function and what it shares."""
    folder = tmp_path / "handlers"
    put(folder, {"shop/sell/app.py": APP, "shop/_shared/text.py": TEXT, "shop/_shared/unused.py": "X = 1\n"})
    return folder


@pytest.fixture
def make(root: Path, tmp_path: Path, uv: Path) -> Callable[..., Manifest]:
    """Package `shop/sell`, unless told otherwise."""

    def run(**changes: Any) -> Manifest:
        arguments: dict[str, Any] = {"functions": ["shop/sell"], "platform": LAMBDA, "strict": True}
        tools = {"cache": tmp_path / "cache", "interpreter": PYTHON, "say": print}
        tools.update({name: changes.pop(name) for name in tuple(changes) if name in tools})
        options = {name: changes.pop(name) for name in tuple(changes) if name in ("bytecode", "strip", "from_source")}
        interpreter = tools.pop("interpreter")
        toolbox = Toolbox(uv=lambda: uv, interpreter=lambda _: interpreter, **tools)
        arguments.update(changes)
        return package(arguments.pop("source", root), tools=toolbox, options=Options(**options), **arguments)

    return run


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is uv's only index."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    settings = tmp_path / "uv.toml"
    settings.write_text(f'no-index = true\nfind-links = ["{folder}"]\n')
    monkeypatch.setenv("UV_CONFIG_FILE", str(settings))
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv-cache"))
    monkeypatch.setenv("UV_LINK_MODE", "copy")
    return folder


@pytest.fixture
def index(wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Index]:
    """Serve the folder of wheels: uv's only index, unless a test says otherwise."""
    for name in [*os.environ]:
        if name.startswith("UV_INDEX") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    settings = tmp_path / "uv.toml"

    class Serving(Index):
        def __enter__(self) -> Self:
            super().__enter__()
            settings.write_text(f'index-url = "{self.url}"\n')
            return self

    def serve(**options: Any) -> Index:
        return Serving(wheels, **options)

    return serve


def put(folder: Path, files: Mapping[str, str]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")


def wheel(
    folder: Path,
    name: str,
    *,
    tag: str = "py3-none-any",
    version: str = "1.0",
    files: Mapping[str, str] | None = None,
    **metadata: str,
) -> str:
    """Write a wheel and return its locked requirement."""
    info = f"{name}-{version}.dist-info"
    extra = "".join(f"{key.replace('_', '-')}: {value}\n" for key, value in metadata.items())
    members = {
        **(files or {f"{name}/__init__.py": "VALUE = 1\n"}),
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{extra}",
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {tag}\n",
    }
    rows = [f"{path},{_record(content)},{len(content.encode())}\n" for path, content in members.items()]
    members[f"{info}/RECORD"] = "".join(rows) + f"{info}/RECORD,,\n"
    path = folder / f"{name}-{version}-{tag}.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    return f"{name}=={version} --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


def _record(content: str) -> str:
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(content.encode()).digest()).rstrip(b"=").decode()


def names(manifest: Manifest, function: str = "shop/sell") -> list[str]:
    with zipfile.ZipFile(manifest.handlers[function].filename) as archive:
        return archive.namelist()


@dataclass
class Index:
    """A package index on this machine (PEP 503); it can ask for credentials, fail, and act as a proxy.

    It serves the files of a folder; what it was asked stands in `asked`.

    A name in `faults` is answered by the functions there first, each once.
    """

    folder: Path
    login: str | None = None
    algorithm: str = "sha256"
    tls: ssl.SSLContext | None = None
    files: str = "files"
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    faults: dict[str, list[Callable[[_Handler], None]]] = field(default_factory=dict)

    def __enter__(self) -> Self:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self.server.daemon_threads = True
        self.server.index = self  # type: ignore[attr-defined]
        if self.tls:
            self.server.socket = self.tls.wrap_socket(self.server.socket, server_side=True)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server.server_port}"

    @property
    def root(self) -> str:
        return f"{'https' if self.tls else 'http'}://{self.address}"

    @property
    def url(self) -> str:
        return f"{self.root}/simple"

    def downloads(self) -> list[str]:
        return [path.rpartition("/")[2] for path, _ in self.asked if not path.startswith("/simple")]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        index: Index = self.server.index  # type: ignore[attr-defined]
        path = urlsplit(self.path).path
        index.asked.append((path, self.headers.get("Authorization")))
        name = path.rstrip("/").rpartition("/")[2]
        if index.faults.get(name):
            index.faults[name].pop(0)(self)
            return
        expected = "Basic " + base64.b64encode((index.login or "").encode()).decode()
        if index.login and self.headers.get("Authorization") != expected:
            self.answer(401, b"", {"WWW-Authenticate": 'Basic realm="index"'})
        elif path.startswith("/simple/"):
            self.answer(*self._page(index, name.replace("-", "_")), {"Content-Type": "text/html"})
        elif path == f"/{index.files}/{name}" and (index.folder / name).is_file():
            self.answer(200, (index.folder / name).read_bytes())
        else:
            self.answer(404, b"")

    do_HEAD = do_GET  # noqa: N815 - the standard library's name

    def answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for key, value in {**(headers or {}), "Content-Length": str(len(body))}.items():
            self.send_header(key, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass

    def _page(self, index: Index, name: str) -> tuple[int, bytes]:
        found = [file for file in sorted(index.folder.iterdir()) if file.name.split("-")[0] == name]
        links = [
            f'<a href="/{index.files}/{file.name}#{index.algorithm}='
            f'{hashlib.new(index.algorithm, file.read_bytes()).hexdigest()}">{file.name}</a>'
            for file in found
        ]
        return (200 if links else 404), "".join(links).encode()


def status(code: int, **headers: str) -> Callable[[_Handler], None]:
    """Answer once with this status."""
    return lambda handler: handler.answer(code, b"", {key.replace("_", "-"): text for key, text in headers.items()})


def cut(handler: _Handler) -> None:
    """Promise much, send little, hang up."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    handler.wfile.write(b"PK")
    handler.wfile.flush()
    handler.close_connection = True
    handler.connection.close()
