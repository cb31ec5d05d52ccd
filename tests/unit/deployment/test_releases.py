from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from eventyard.config import ConfigError, Environment, Settings
from eventyard.deployment import Context, commits, releases
from eventyard.deployment.bucket import BucketError
from eventyard.packaging import Artefact, Manifest, Platform
from eventyard.packaging.model import ManifestError

from .conftest import FixedTarget, Objects, keeping, quiet, said

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

AWS = {"target": "aws", "account": "111111111111", "state": {"bucket": "states"}, "artefacts": {"bucket": "kept"}}
OTHER = {**AWS, "artefacts": {"bucket": "kept", "prefix": "x"}}
LAMBDA = Platform()


def made(**hashes: str) -> Manifest:
    handlers = {
        f"jobs/{name}": Artefact(None, digest, f"jobs.{name}.app.handler", "python3.13", "arm64", 3, 3)
        for name, digest in hashes.items()
    }
    return Manifest(LAMBDA, handlers)


@pytest.fixture
def store() -> Objects:
    return Objects(owner="111111111111")


@pytest.fixture
def there(tmp_path: Path, store: Objects) -> Callable[[str], Context]:
    """One project with four environments, three of them on AWS."""
    named = {
        name: Environment.model_validate({"name": name, **settings})
        for name, settings in {"dev": AWS, "prod": AWS, "else": OTHER, "local": {}}.items()
    }
    settings = Settings(root=tmp_path, environments=named)
    build = tmp_path / "build"

    def make(name: str) -> Context:
        context = Context(settings, named[name], "jobs", build, FixedTarget(named[name], build), quiet())
        return keeping(context, store)

    return make


def at(monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    class Clock(releases.datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return cls.fromisoformat(moment)

    monkeypatch.setattr(releases, "datetime", Clock)


def test_what_was_applied_is_listed_newest_first_with_what_differs(
    there: Callable[[str], Context], store: Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    dev = there("dev")
    for moment, manifest in {
        "2026-11-01T08:00:00+00:00": made(a="1", b="1"),
        "2026-11-01T08:05:00+00:00": made(a="2", b="1"),
        "2026-11-02T09:00:00+00:00": made(a="3", c="1"),
    }.items():
        at(monkeypatch, moment)
        assert releases.keep(dev, manifest) is not None
    found = releases.newest(dev, 20)
    assert [one.applied for one in found] == ["2026-11-02 09:00:00", "2026-11-01 08:05:00", "2026-11-01 08:00:00"]
    assert [one.differing(found[0]) for one in found] == [[], ["a", "+b", "-c"], ["a", "+b", "-c"]]
    assert [one.name for one in releases.newest(dev, 1)] == [found[0].name]
    document = json.loads(store.found[f"manifests/jobs/dev/{found[0].name}.json"])
    assert (document["stack"], document["environment"], document["platform"]["host"]) == ("jobs", "dev", False)
    told = {"hash": "3", "handler": "jobs.a.app.handler", "runtime": "python3.13", "size": 3, "unpacked_size": 3}
    assert document["handlers"]["jobs/a"].items() >= told.items()
    assert "filename" not in document["handlers"]["jobs/a"]


def test_the_same_again_is_not_kept_twice(there: Callable[[str], Context], store: Objects) -> None:
    dev = there("dev")
    assert releases.keep(dev, made(a="1")) is not None
    assert releases.keep(dev, made(a="1")) is None
    assert releases.keep(dev, made()) is None
    assert len(store.found) == 1


def test_a_manifest_is_found_by_name_or_by_environment_and_name(there: Callable[[str], Context]) -> None:
    dev, prod = there("dev"), there("prod")
    kept = releases.keep(dev, made(a="1"))
    assert kept is not None
    assert releases.find(dev, kept.name) == kept
    promoted = releases.use(prod, kept.id)
    assert promoted == kept
    assert Manifest.read(prod.paths.manifest) == made(a="1")
    assert f"artefacts of {kept.id}" in said(prod)
    again = releases.keep(prod, promoted.manifest, promoted)
    assert again is not None
    assert (again.environment, again.origin) == ("prod", kept.id)


@pytest.mark.parametrize(
    ("wanted", "what"),
    [
        ("20261101T080000Z-000000000000", "There is no manifest `20261101T080000Z-000000000000` of `jobs` in `prod`"),
        ("dev/../../secret", "There is no environment `dev/../..`"),
        ("dev/latest", "There is no manifest `latest` of `jobs` in `dev`"),
        ("else/20261101T080000Z-000000000000", "`else` does not keep its artefacts where `prod` takes them from"),
        ("local/20261101T080000Z-000000000000", "`local` does not keep its artefacts where"),
        ("staging/20261101T080000Z-000000000000", "There is no environment `staging`"),
    ],
)
def test_a_manifest_there_isn_t_is_refused(there: Callable[[str], Context], wanted: str, what: str) -> None:
    prod = there("prod")
    with pytest.raises(ConfigError, match=what):
        releases.use(prod, wanted)
    assert not prod.paths.manifest.exists()


def test_the_newest_is_named_when_another_was_asked_for(there: Callable[[str], Context]) -> None:
    dev = there("dev")
    kept = releases.keep(dev, made(a="1"))
    assert kept is not None
    with pytest.raises(ConfigError) as refused:
        releases.find(dev, "20261101T080000Z-000000000000")
    assert refused.value.fix == f"the newest is `{kept.id}`; see `eventyard manifests --stack jobs --env dev`"


def test_an_environment_without_a_bucket_keeps_nothing(there: Callable[[str], Context]) -> None:
    local = there("local")
    assert releases.keep(local, made(a="1")) is None
    with pytest.raises(ConfigError, match="`local` keeps no manifests"):
        releases.newest(local, 20)


@pytest.mark.parametrize(
    ("platform", "what"),
    [
        (Platform.of_host(), "made for this machine, and AWS would run them"),
        (Platform(architecture="x86_64"), "this environment is Lambda, Python 3.13, arm64"),
        (Platform(python="3.12"), "were made for Lambda, Python 3.12"),
    ],
)
def test_artefacts_of_another_platform_are_refused(
    there: Callable[[str], Context], platform: Platform, what: str
) -> None:
    dev, prod = there("dev"), there("prod")
    kept = releases.keep(dev, replace(made(a="1"), platform=platform))
    assert kept is not None
    with pytest.raises(ManifestError, match=what) as refused:
        releases.use(prod, kept.id)
    assert "choose another" in (refused.value.fix or "")
    assert not prod.paths.manifest.exists()


def test_artefacts_of_another_kind_of_machine_are_refused(
    there: Callable[[str], Context], store: Objects, context: Callable[..., Context]
) -> None:
    local = keeping(context(artefacts={"bucket": "kept"}), Objects())
    host = Platform.of_host()
    kept = releases.keep(local, Manifest(host, made(a="1").handlers))
    assert kept is not None
    assert releases.find(local, kept.id) == kept
    session = local.target.session
    ((key, content),) = session.found.items()
    session.found[key] = content.replace(host.tag.encode(), b"host-3.13-x86_64-elsewhere")
    with pytest.raises(ManifestError, match="another kind of machine"):
        releases.find(local, kept.id)


@pytest.mark.parametrize("content", [b"", b"[]", b'{"version": 1}', b'{"tag": "", "commit": "", "origin": ""}'])
def test_a_damaged_manifest_is_named(there: Callable[[str], Context], store: Objects, content: bytes) -> None:
    dev = there("dev")
    kept = releases.keep(dev, made(a="1"))
    assert kept is not None
    store.found[f"manifests/jobs/dev/{kept.name}.json"] = content
    with pytest.raises(ManifestError, match="can't be read") as refused:
        releases.find(dev, kept.id)
    assert refused.value.where == f"s3://kept/manifests/jobs/dev/{kept.name}.json"


def test_an_apply_whose_manifest_can_t_be_kept_says_that_all_was_applied(
    there: Callable[[str], Context], store: Objects
) -> None:
    store.refusals["PutObject"] = ["AccessDenied"]
    with pytest.raises(BucketError, match="All was applied, and its manifest could not be kept") as refused:
        releases.keep(there("dev"), made(a="1"))
    assert "`eventyard apply --stack jobs --env dev` keeps it" in (refused.value.fix or "")


def test_a_commit_is_known_where_there_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GIT_DIR", "GIT_WORK_TREE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    assert commits.current(tmp_path) == ""

    def git(*words: str) -> str:
        who = ("-c", "user.name=a", "-c", "user.email=a@example.com")
        return subprocess.run(["git", *who, *words], cwd=tmp_path, check=True, capture_output=True, text=True).stdout

    git("init", "--quiet")
    assert commits.current(tmp_path) == ""
    (tmp_path / "x").write_text("1")
    git("add", "x")
    git("commit", "--quiet", "--message", "x")
    commit = git("rev-parse", "HEAD").strip()
    assert commits.current(tmp_path) == commit
    (tmp_path / "x").write_text("2")
    assert commits.current(tmp_path) == f"{commit}+"
    monkeypatch.setenv("PATH", "")
    assert commits.current(tmp_path) == ""
