"""One round: package, find what is not served yet, serve it, remember it."""

from __future__ import annotations

import io
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeVar

from rich.console import Console as RichConsole

from eventyard.console import Console
from eventyard.deployment import artefacts
from eventyard.deployment.holder import held
from eventyard.errors import EventyardError

from .functions import Functions
from .matching import match, pending
from .outcome import Failure, Round, Update
from .place import place
from .served import KEPT, Record, is_served, superseded
from .stage import Stage, refuse

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from eventyard.deployment import Context
    from eventyard.packaging import Manifest

    from .functions import Published
    from .matching import Matches, Pair
    from .stage import Scene

_Answer = TypeVar("_Answer")
_AT_ONCE: Final = 8


class Sync:
    """Gives the functions of one stack the code their handlers have now.

    Parameters
    ----------
    context
        Stack and environment.
    manifest
        The artefacts to serve: those of an apply. Without them the handlers are packaged in each round, and
        environments are refused that `sync` is not for.

    Raises
    ------
    EventyardError
        The environment is protected, or is named `prod`.
    """

    def __init__(self, context: Context, manifest: Manifest | None = None) -> None:
        if manifest is None:
            refuse(context)
        self.stage = Stage(context)
        self._context = context
        self._manifest = manifest
        self._known: dict[str, str] = {}
        self._seen: object = None
        self._packaged = False

    def check(self) -> None:
        """Refuse what no edit would mend: see `Stage.check`."""
        self.stage.check()

    def round(self, noticed: float | None = None) -> Round:
        """Serve what is not served yet.

        Parameters
        ----------
        noticed
            When the edit was noticed, as `time.perf_counter` tells it; now when None.

        Raises
        ------
        HeldError
            Another run is at work on the stack.
        EventyardError
            The handlers can't be packaged, or there is nothing they could be given to.
        """
        began = time.perf_counter() if noticed is None else noticed
        with self._held():
            scene = self.stage.now()
            if scene.version != self._seen:
                self._known, self._seen = {}, scene.version
            found = self._match(self._manifest or self._package(), scene)
            functions = self._functions(scene)
            record = Record.read(self._context.paths.synced, scene.incarnation)
            todo = self._todo(functions, found.pairs, record)
            done = _each(lambda pair: self._serve(functions, pair, began), todo)
            for pair, outcome in zip(todo, done, strict=True):
                if not isinstance(outcome, Failure):
                    update, code_sha256 = outcome
                    record = record.with_update(update.name, pair.artefact.hash, code_sha256, update.version)
                    self._known[update.name] = pair.artefact.hash
            if todo:
                record.write(self._context.paths.synced)
            return Round(
                updates=tuple(one[0] for one in done if not isinstance(one, Failure)),
                failures=tuple(one for one in done if isinstance(one, Failure)),
                unchanged=len(found.pairs) - len(todo),
                notes=found.notes,
                pending=pending(found.pairs),
            )

    def tidy(self, *, keep: int = KEPT) -> None:
        """Delete the versions `sync` has made that nothing serves any more, but for the newest `keep` of a function.

        Each keeps its code, and on an emulator a process that waits to be called. Where none is left, nothing needs
        to be remembered either.
        """
        with self._held():
            scene = self.stage.now()
            record = before = Record.read(self._context.paths.synced, scene.incarnation)
            functions = self._functions(scene)
            for function in scene.deployed:
                old = superseded(function, record.of(function.name), keep)
                gone = {version for version in old if functions.forget(function.name, version)}
                record = record.without_versions(function.name, gone) if gone else record
            if not keep:
                record = record.settled()
            if record != before:
                record.write(self._context.paths.synced)

    def remains(self, manifest: Manifest) -> list[str]:
        """Return the functions that serve what `sync` left although Terraform finds nothing to change in them."""
        scene = self.stage.now()
        record = Record.read(self._context.paths.synced, scene.incarnation)
        functions = self._functions(scene)
        return [pair.label for pair in self._match(manifest, scene).pairs if _is_left(functions, pair, record)]

    def _package(self) -> Manifest:
        """Package; what there is to say of it is said once."""
        manifest = artefacts.package(self._quiet if self._packaged else self._context)
        self._packaged = True
        return manifest

    def _match(self, manifest: Manifest, scene: Scene) -> Matches:
        return match(
            manifest.handlers,
            scene.deployed,
            package=self._context.stack.replace("-", "_"),
            apply=self._context.hint("apply"),
        )

    @cached_property
    def _quiet(self) -> Context:
        return replace(self._context, console=Console(RichConsole(file=io.StringIO()), RichConsole(file=io.StringIO())))

    def _functions(self, scene: Scene) -> Functions:
        context = self.stage.context
        return Functions(scene.client, lambda pair: place(context, pair), context.hint("apply"))

    def _todo(self, functions: Functions, pairs: Sequence[Pair], record: Record) -> list[Pair]:
        """Return the pairs whose function serves something else; Lambda is asked once for each."""
        unsure = [pair for pair in pairs if pair.function.name not in self._known]
        for pair, served in zip(unsure, _each(lambda pair: _serves(functions, pair, record), unsure), strict=True):
            if served is True:
                self._known[pair.function.name] = pair.artefact.hash
        return [pair for pair in pairs if self._known.get(pair.function.name) != pair.artefact.hash]

    def _serve(self, functions: Functions, pair: Pair, began: float) -> tuple[Update, str]:
        function = pair.function
        published = functions.update(pair)
        aliases, left = _point(functions, pair, published)
        milliseconds = (time.perf_counter() - began) * 1000
        update = Update(pair.label, function.name, published.version, tuple(aliases), tuple(left), milliseconds)
        return update, published.code_sha256

    def _held(self) -> AbstractContextManager[None]:
        context = self._context
        return held(context.paths.folder, f"`{context.stack}` in `{context.environment.name}`")


def _serves(functions: Functions, pair: Pair, record: Record) -> bool:
    """Ask Lambda whether a function serves its artefact already, by itself and by each alias that follows it.

    By itself too: an alias that follows gets at the next apply what was published last, whatever that is.
    """
    served = record.of(pair.function.name)
    return all(is_served(pair, served, code) for code in _codes(functions, pair))


def _is_left(functions: Functions, pair: Pair, record: Record) -> bool:
    """Tell whether a function Terraform takes for up to date has other code, which `sync` has put there."""
    served = record.of(pair.function.name)
    if pair.function.hash != pair.artefact.hash or served.hash in ("", pair.artefact.hash):
        return False
    return served.code_sha256 in _codes(functions, pair)


def _codes(functions: Functions, pair: Pair) -> list[str]:
    """Return Lambda's hashes of the code a function has, and of what each alias that follows it serves."""
    function = pair.function
    qualifiers = (None, *(alias.name for alias in function.followers))
    return [functions.code_sha256(function.name, one) for one in qualifiers]


def _point(functions: Functions, pair: Pair, published: Published) -> tuple[list[str], list[str]]:
    """Let the aliases serve what was published, but for those a release holds; return both kinds."""
    function = pair.function
    moved: list[str] = []
    left = [f"`{alias.name}` stays with version {alias.version}: a release holds it" for alias in function.pinned]
    for alias in function.followers:
        now = functions.alias(function.name, alias.name)
        if now.weighted:
            left.append(f"`{alias.name}` shares its calls between versions: a release holds it")
        else:
            functions.serve(function.name, alias.name, published.version)
            moved.append(alias.name)
    return moved, left


def _each(work: Callable[[Pair], _Answer], pairs: Sequence[Pair]) -> list[_Answer | Failure]:
    """Do `work` for every pair, several at a time; one that fails stops no other."""

    def one(pair: Pair) -> _Answer | Failure:
        try:
            return work(pair)
        except EventyardError as error:
            return Failure(pair.label, error)

    if len(pairs) < 2:  # noqa: PLR2004 - alone, it needs no thread
        return [one(pair) for pair in pairs]
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        return list(pool.map(one, pairs))
