"""Manifests of what was applied, kept in the bucket: what to go back to, and what to hand on to another environment."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from eventyard.config.errors import ConfigError
from eventyard.console import command
from eventyard.packaging.model import Manifest, ManifestError

from . import artefacts, commits
from .bucket import Bucket, BucketError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .context import Context

_NAME = re.compile(r"^\d{8}T\d{6}Z-[0-9a-f]{12}$")
_DIGEST_LENGTH: Final = 12


@dataclass(frozen=True)
class Release:
    """A manifest as the bucket keeps it.

    Parameters
    ----------
    environment, name
        Where and when it was applied, and what of; together its id.
    manifest
        Its artefacts; none of them need be on this machine.
    tag
        What the artefacts were made for, more exactly than the manifest's platform says.
    commit
        The commit they were made from, with a `+` where files had been edited; empty when nobody knew.
    origin
        Id of the manifest it was promoted from or rolled back to; empty when it was packaged for this apply.
    """

    environment: str
    name: str
    manifest: Manifest
    tag: str = ""
    commit: str = ""
    origin: str = ""

    @property
    def id(self) -> str:
        """What `--manifest` takes."""
        return f"{self.environment}/{self.name}"

    @property
    def applied(self) -> str:
        """When it was applied, as a person reads it; UTC."""
        at = self.name
        return f"{at[:4]}-{at[4:6]}-{at[6:8]} {at[9:11]}:{at[11:13]}:{at[13:15]}"

    def differing(self, other: Release) -> list[str]:
        """Return the functions whose artefact isn't that of `other`, each without its stack's name."""
        mine, theirs = ({name: one.hash for name, one in all_.items()} for all_ in (self._made, other._made))
        names = sorted(name for name in {*mine, *theirs} if mine.get(name) != theirs.get(name))
        return [f"{_sign(name in mine, name in theirs)}{name.rpartition('/')[2]}" for name in names]

    @property
    def _made(self) -> dict[str, Any]:
        return dict(self.manifest.handlers)


def keep(context: Context, manifest: Manifest, origin: Release | None = None) -> Release | None:
    """Keep the manifest of an apply that went well, unless it is the one that was kept last.

    Parameters
    ----------
    context
        Stack and environment.
    manifest
        What was applied.
    origin
        The manifest it was taken from; None when it was packaged here.
    """
    bucket = Bucket.of(context)
    if bucket is None or not manifest.handlers:
        return None
    digest = _digest(manifest)
    there = _names(bucket, context.stack, context.environment.name)
    if there and there[-1].endswith(f"-{digest}"):
        return None
    made = Release(
        environment=context.environment.name,
        name=f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{digest}",
        manifest=manifest,
        tag=manifest.platform.tag,
        commit=origin.commit if origin else commits.current(context.settings.root),
        origin=origin.id if origin else "",
    )
    document = {
        "stack": context.stack,
        "environment": made.environment,
        "tag": made.tag,
        "commit": made.commit,
        "origin": made.origin,
        **manifest.as_json(),
    }
    try:
        bucket.write(_key(bucket, context.stack, made.environment, made.name), json.dumps(document, indent=2) + "\n")
    except BucketError as error:
        raise BucketError(
            f"All was applied, and its manifest could not be kept: {error.what}",
            where=error.where,
            fix=f"{error.fix}; then {context.hint('apply')} keeps it",
        ) from error
    context.console.note(f"  the manifest is kept as {made.id}")
    return made


def newest(context: Context, limit: int) -> list[Release]:
    """Return the newest manifests of this stack and environment, newest first.

    Raises
    ------
    ConfigError
        The environment names no bucket.
    """
    bucket = _required(context)
    bucket.check()
    names = _names(bucket, context.stack, context.environment.name)
    return [
        release
        for name in reversed(names[-limit:])
        if (release := _read(bucket, context.stack, context.environment.name, name)) is not None
    ]


def find(context: Context, wanted: str) -> Release:
    """Return a kept manifest, of this environment or of another one that keeps its artefacts in the same place.

    Parameters
    ----------
    context
        Stack and environment it is to be applied to.
    wanted
        `<environment>/<name>`, or a name of this environment.

    Raises
    ------
    ConfigError
        There is none of that name, or the other environment's artefacts lie elsewhere.
    ManifestError
        Its artefacts don't fit this environment.
    """
    bucket = _required(context)
    bucket.check()
    environment, _, name = wanted.rpartition("/")
    environment = environment or context.environment.name
    _refuse_elsewhere(context, environment)
    found = _read(bucket, context.stack, environment, name) if _NAME.match(name) else None
    if found is None:
        there = _names(bucket, context.stack, environment)
        newest_one = f"the newest is `{environment}/{there[-1]}`; " if there else ""
        hint = command("manifests", environment=environment, stack=context.stack)
        raise ConfigError(
            f"There is no manifest `{name}` of `{context.stack}` in `{environment}`",
            where=f"s3://{bucket.artefacts.bucket}/{bucket.artefacts.manifests(context.stack, environment)}",
            fix=f"{newest_one}see {hint}",
        )
    _refuse_unfit(context, found)
    return found


def use(context: Context, wanted: str) -> Release:
    """Let the next steps take a kept manifest's artefacts, in place of what packaging would make."""
    release = find(context, wanted)
    release.manifest.write(context.paths.manifest)
    commit = f", from commit {release.commit}" if release.commit else ""
    context.console.note(f"  {len(release.manifest.handlers)} artefacts of {release.id}{commit}")
    return release


def _required(context: Context) -> Bucket:
    bucket = Bucket.of(context)
    if bucket is None:
        raise ConfigError(
            f"`{context.environment.name}` keeps no manifests: it names no bucket for artefacts",
            where=f"eventyard.toml: environments.{context.environment.name}",
            fix='set `artefacts = { bucket = "…" }` there',
        )
    return bucket


def _refuse_elsewhere(context: Context, environment: str) -> None:
    mine, other = context.environment.artefacts, context.settings.environment(environment).artefacts
    if mine is None or not mine.same_place(other):
        raise ConfigError(
            f"`{environment}` does not keep its artefacts where `{context.environment.name}` takes them from",
            where=f"eventyard.toml: environments.{environment}.artefacts",
            fix="let both name the same `bucket` and `prefix`",
        )


def _refuse_unfit(context: Context, release: Release) -> None:
    """Refuse artefacts made for another platform; of two machines, also for another system."""
    wanted = artefacts.platform(context)
    fix = f"choose another, or package for this environment: {context.hint('apply')}"
    release.manifest.require(wanted, files=False, fix=fix)
    if release.tag != wanted.tag:
        raise ManifestError(
            f"The artefacts were made for another kind of machine ({release.tag}; this is {wanted.tag})",
            where=release.id,
            fix=fix,
        )


def _names(bucket: Bucket, stack: str, environment: str) -> Sequence[str]:
    """Return the names of what is kept, oldest first: they begin with the time."""
    prefix = bucket.artefacts.manifests(stack, environment)
    names = (key.removeprefix(prefix).removesuffix(".json") for key in bucket.keys(prefix))
    return [name for name in names if _NAME.match(name)]


def _read(bucket: Bucket, stack: str, environment: str, name: str) -> Release | None:
    key = _key(bucket, stack, environment, name)
    content = bucket.read(key)
    if content is None:
        return None
    where, fix = f"s3://{bucket.artefacts.bucket}/{key}", "choose another"
    try:
        document = json.loads(content)
        about = {key: str(document[key]) for key in ("tag", "commit", "origin")}
    except (ValueError, KeyError, TypeError) as error:
        raise ManifestError(f"The manifest can't be read: {error}", where=where, fix=fix) from error
    return Release(environment, name, Manifest.from_json(document, where=where, fix=fix), **about)


def _key(bucket: Bucket, stack: str, environment: str, name: str) -> str:
    return f"{bucket.artefacts.manifests(stack, environment)}{name}.json"


def _digest(manifest: Manifest) -> str:
    """Return the identity of what is applied: platform, and each function's artefact and entry."""
    handlers = {name: [one.hash, one.handler] for name, one in manifest.handlers.items()}
    text = json.dumps([manifest.platform.tag, handlers], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGEST_LENGTH]


def _sign(mine: bool, theirs: bool) -> str:
    if mine and theirs:
        return ""
    return "+" if mine else "-"
