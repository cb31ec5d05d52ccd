from __future__ import annotations

import shutil
import ssl
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from eventyard.packaging.cache import Cache
from eventyard.packaging.dependencies import fetch
from eventyard.packaging.dependencies.credentials import Credentials
from eventyard.packaging.dependencies.fetch import Fetcher, FetchError, Gone, Wanted

from .conftest import Index, cut, put, status, wheel

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Fetch = Callable[..., str]

NAME = "one-1.0-py3-none-any.whl"
LOGIN = "me:p@ss,w:rd"
QUOTED = "me:p%40ss%2Cw%3Ard"


@pytest.fixture
def hashed(wheels: Path) -> str:
    """The hash of the one wheel there is."""
    return wheel(wheels, "one").split("sha256:")[1].strip()


@pytest.fixture
def get(tmp_path: Path, uv: Path, hashed: str) -> Fetch:
    """Fetch an address into the cache, with uv's settings in `tmp_path/fn`."""
    (tmp_path / "fn").mkdir()

    def run(url: str, *, hashes: frozenset[str] = frozenset({hashed}), fetcher: Fetcher | None = None) -> str:
        credentials = Credentials(tmp_path / "fn", lambda: uv)
        fetcher = fetcher or Fetcher(Cache(tmp_path / "cache"), sleep=lambda _: None)
        return fetcher.fetch(Wanted("`one` 1.0", url, hashes), "wheels", ".whl", credentials)

    return run


def files(tmp_path: Path) -> list[str]:
    return sorted(file.name for file in (tmp_path / "cache").rglob("*") if file.is_file())


# Whole or not at all


def test_what_is_fetched_lies_under_its_hash(get: Fetch, index: Any, hashed: str, tmp_path: Path) -> None:
    with index() as server:
        assert get(f"{server.root}/files/{NAME}") == hashed
    assert files(tmp_path) == [f"{hashed}.whl"]
    assert sha256((tmp_path / f"cache/wheels/{hashed}.whl").read_bytes()).hexdigest() == hashed


def test_a_file_of_this_machine_needs_no_server(get: Fetch, wheels: Path, hashed: str, tmp_path: Path) -> None:
    odd = wheels / "with space+ä"
    odd.mkdir()
    (wheels / NAME).rename(odd / NAME)
    assert get((odd / NAME).as_uri()) == hashed
    (odd / NAME).unlink()
    with pytest.raises(Gone, match=r"`one` 1\.0") as caught:
        get((odd / NAME).as_uri())
    assert caught.value.where == str(odd / NAME)


def test_another_content_is_refused_and_leaves_nothing(get: Fetch, index: Any, wheels: Path, tmp_path: Path) -> None:
    with index() as server:
        (wheels / NAME).write_bytes(b"else")
        with pytest.raises(FetchError, match=r"`one` 1\.0 is not what was locked") as caught:
            get(f"{server.root.replace('//', '//me:secret@')}/files/{NAME}")
    assert caught.value.where == f"{server.root}/files/{NAME}"
    assert "secret" not in str(caught.value)
    assert files(tmp_path) == []


@pytest.mark.parametrize(
    ("fault", "pauses"),
    [
        (status(503), [0.25, 0.5, 1.0]),
        (cut, [0.25, 0.5, 1.0]),
        (status(429, Retry_After="7"), [7, 7, 7]),
        (status(500, Retry_After="3600"), [10, 10, 10]),
    ],
)
def test_what_may_pass_is_tried_again(
    get: Fetch, index: Any, hashed: str, tmp_path: Path, fault: Callable[[Any], None], pauses: list[float]
) -> None:
    waited: list[float] = []
    with index(faults={NAME: [fault] * (fetch.ATTEMPTS - 1)}) as server:
        fetcher = Fetcher(Cache(tmp_path / "cache"), sleep=waited.append)
        assert get(f"{server.root}/files/{NAME}", fetcher=fetcher) == hashed
    assert waited == pauses
    assert files(tmp_path) == [f"{hashed}.whl"]


def test_what_does_not_pass_is_told_with_its_reason(get: Fetch, index: Any, tmp_path: Path) -> None:
    with index(faults={NAME: [status(502)] * fetch.ATTEMPTS}) as server:
        with pytest.raises(FetchError, match="HTTP 502"):
            get(f"{server.root}/files/{NAME}")
        assert len(server.asked) == fetch.ATTEMPTS
    with pytest.raises(FetchError, match="Connection refused") as caught:
        get(f"{server.root}/files/{NAME}")
    assert "HTTPS_PROXY" in (caught.value.fix or "")
    assert files(tmp_path) == []


@pytest.mark.parametrize(("code", "kind"), [(404, Gone), (410, Gone), (400, FetchError), (403, FetchError)])
def test_what_will_not_pass_is_asked_once(get: Fetch, index: Any, code: int, kind: type[Exception]) -> None:
    with index(faults={NAME: [status(code)]}) as server:
        with pytest.raises(kind, match=str(code)):
            get(f"{server.root}/files/{NAME}")
        assert len(server.asked) == 1


def test_a_run_that_is_broken_off_stops_in_the_middle(get: Fetch, index: Any, tmp_path: Path) -> None:
    began, goes_on = threading.Event(), threading.Event()

    def slow(handler: Any) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(fetch.CHUNK * 3))
        handler.end_headers()
        handler.wfile.write(b"x" * fetch.CHUNK)
        began.set()
        goes_on.wait(20)
        handler.wfile.write(b"x" * fetch.CHUNK * 2)

    fetcher = Fetcher(Cache(tmp_path / "cache"))
    with index(faults={NAME: [slow]}) as server, ThreadPoolExecutor() as pool:
        job = pool.submit(get, f"{server.root}/files/{NAME}", fetcher=fetcher)
        assert began.wait(20)
        fetcher.stop()
        goes_on.set()
        with pytest.raises(FetchError):
            job.result(20)
        with pytest.raises(FetchError):
            get(f"{server.root}/files/{NAME}", fetcher=fetcher)
        assert len(server.asked) == 1
    assert files(tmp_path) == []


# Who may read


def _in_the_address(folder: Path, server: Index, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("UV_INDEX_URL", f"http://{QUOTED}@{server.address}/simple")


def _in_one_of_many(folder: Path, server: Index, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("UV_INDEX", f"http://other.invalid/simple own=http://{QUOTED}@{server.address}/simple")


def _by_name(folder: Path, server: Index, patch: pytest.MonkeyPatch) -> None:
    put(folder, {"uv.toml": f'[[index]]\nname = "own-1"\nurl = "{server.url}"\n'})
    patch.setenv("UV_INDEX_OWN_1_USERNAME", "me")
    patch.setenv("UV_INDEX_OWN_1_PASSWORD", LOGIN.partition(":")[2])


def _in_the_settings(folder: Path, server: Index, patch: pytest.MonkeyPatch) -> None:
    put(folder.parent, {"uv.toml": f'[[index]]\nurl = "http://{QUOTED}@{server.address}/simple"\n'})


def _in_the_project(folder: Path, server: Index, patch: pytest.MonkeyPatch) -> None:
    put(folder, {"pyproject.toml": f'[tool.uv.pip]\nextra-index-url = ["http://{QUOTED}@{server.address}/simple"]\n'})


def _in_the_users_settings(folder: Path, server: Index, patch: pytest.MonkeyPatch) -> None:
    home = folder.parent / "config"
    put(home / "uv", {"uv.toml": f'index-url = "http://{QUOTED}@{server.address}/simple"\n'})
    patch.setenv("XDG_CONFIG_HOME", str(home))


def _in_netrc(folder: Path, server: Index, patch: pytest.MonkeyPatch) -> None:
    put(folder.parent / "home", {"net": f"machine 127.0.0.1\nlogin me\npassword {LOGIN.partition(':')[2]}\n"})
    patch.setenv("NETRC", str(folder.parent / "home/net"))


def _in_uvs_store(folder: Path, server: Index, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("UV_CREDENTIALS_DIR", str(folder.parent / "credentials"))
    command = ["auth", "login", server.url, "--username", "me", "--password", LOGIN.partition(":")[2]]
    subprocess.run([UV[0], *command], check=True, capture_output=True)


def _in_the_keyring(folder: Path, server: Index, patch: pytest.MonkeyPatch) -> None:
    """A stand-in for the program `keyring`, which needs a desktop's services."""
    program = folder.parent / "bin/keyring"
    put(folder.parent, {"bin/keyring": f'#!/bin/sh\n[ "$1 $2 $3" = "get {server.url} me" ] && echo "p@ss,w:rd"\n'})
    program.chmod(0o755)
    patch.setenv("PATH", str(program.parent), prepend=":")
    patch.setenv("UV_CREDENTIALS_DIR", str(folder.parent / "none"))
    put(folder, {"uv.toml": f'keyring-provider = "subprocess"\nindex-url = "http://me@{server.address}/simple"\n'})


UV: list[Path] = []
WAYS = [
    _in_the_address,
    _in_one_of_many,
    _by_name,
    _in_the_settings,
    _in_the_project,
    _in_the_users_settings,
    _in_netrc,
    _in_uvs_store,
    _in_the_keyring,
]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__.strip("_"))
def test_credentials_are_found_where_uv_finds_them(
    get: Fetch,
    index: Any,
    hashed: str,
    tmp_path: Path,
    uv: Path,
    monkeypatch: pytest.MonkeyPatch,
    way: Callable[[Path, Index, pytest.MonkeyPatch], None],
) -> None:
    monkeypatch.delenv("UV_CONFIG_FILE")
    UV[:] = [uv]
    with index(login=LOGIN) as server:
        (tmp_path / "uv.toml").unlink()
        way(tmp_path / "fn", server, monkeypatch)
        assert get(f"{server.root}/files/{NAME}") == hashed


def test_without_credentials_the_settings_that_hold_them_are_named(get: Fetch, index: Any, tmp_path: Path) -> None:
    with index(login=LOGIN) as server:
        with pytest.raises(FetchError, match="HTTP 401") as caught:
            get(f"{server.root}/files/{NAME}")
        assert [authorization for _, authorization in server.asked] == [None]
    for word in ("UV_INDEX", "uv.toml", "UV_INDEX_<NAME>_PASSWORD", "netrc", "uv auth login"):
        assert word in (caught.value.fix or "")


def test_of_two_indexes_on_one_server_the_nearer_ones_credentials_go_first(
    get: Fetch, index: Any, hashed: str, wheels: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (wheels / "a/b").mkdir(parents=True)
    with index(login=LOGIN, files="a/b/files") as server:
        near = f"http://{QUOTED}@{server.address}/a/b/simple"
        far = f"http://you:wrong@{server.address}/a/simple"
        monkeypatch.setenv("UV_INDEX", f"{far} {near}")
        assert get(f"{server.root}/a/b/files/{NAME}") == hashed
        assert len(server.asked) == 1
        monkeypatch.setenv("UV_INDEX", f"{far} {near.replace('/a/b/', '/c/')}")
        assert get(f"{server.root}/a/b/files/{NAME}") == hashed
        assert len(server.asked) == 3


def test_credentials_stay_with_their_server(
    get: Fetch, index: Any, hashed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another port is another server; so is the store that a private index redirects to."""
    with index() as store, index(login=LOGIN) as server:
        moved = status(302, Location=f"{store.root}/files/{NAME}")
        server.faults[NAME] = [moved, moved]
        monkeypatch.setenv("UV_INDEX_URL", f"http://{QUOTED}@{server.address}/simple")
        assert get(f"{server.root}/files/{NAME}") == hashed
        assert get(f"{store.root}/files/{NAME}") == hashed
        assert server.asked[0][1] is not None
        assert [authorization for _, authorization in store.asked] == [None, None]


def test_what_a_server_accepted_is_sent_first_the_next_time(
    get: Fetch, index: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetcher = Fetcher(Cache(tmp_path / "cache"), sleep=lambda _: None)
    with index(login=LOGIN) as server:
        wrong, right = f"http://you:wrong@{server.address}/files", f"http://{QUOTED}@{server.address}/simple"
        monkeypatch.setenv("UV_INDEX", f"{wrong} {right}")
        get(f"{server.root}/files/{NAME}", fetcher=fetcher)
        assert len(server.asked) == 2
        get(f"{server.root}/files/{NAME}", fetcher=fetcher)
        assert len(server.asked) == 3


# Proxies and certificates


def test_a_proxy_is_used_unless_the_server_is_left_out(
    get: Fetch, index: Any, hashed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with index() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.root.replace("//", "//me:secret@"))
        monkeypatch.setenv("NO_PROXY", "")
        assert get(f"http://index.invalid/files/{NAME}") == hashed
        assert len(proxy.asked) == 1
        with index() as server:
            monkeypatch.setenv("NO_PROXY", "127.0.0.1")
            assert get(f"{server.root}/files/{NAME}") == hashed
        assert len(proxy.asked) == 1
    monkeypatch.setenv("HTTP_PROXY", "socks5://127.0.0.1:1")
    with pytest.raises(FetchError, match="neither http nor https: `socks5`"):
        get(f"http://index.invalid/files/{NAME}")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="the program `openssl` makes the certificate")
@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
def test_a_companys_own_certificates_are_trusted_when_they_are_named(
    get: Fetch, index: Any, hashed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    written = ["-keyout", tmp_path / "key.pem", "-out", tmp_path / "own.pem", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(["openssl", *made, *written], check=True, capture_output=True)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(tmp_path / "own.pem", tmp_path / "key.pem")
    with index(tls=tls) as server:
        with pytest.raises(FetchError, match="certificate verify failed"):
            get(f"{server.root}/files/{NAME}")
        monkeypatch.setenv(variable, str(tmp_path / "own.pem"))
        assert get(f"{server.root}/files/{NAME}") == hashed
    monkeypatch.setenv(variable, str(tmp_path / "none.pem"))
    with pytest.raises(FetchError, match="certificates can't be read"):
        get(f"{server.root}/files/{NAME}")
