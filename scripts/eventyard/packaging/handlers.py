"""A project's functions: their code is imported from one root, and each carries what it imports of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from eventyard.packaging.build import build
from eventyard.packaging.cache import Cache
from eventyard.packaging.identity import PACKAGER, digest
from eventyard.packaging.model import Manifest, Options
from eventyard.packaging.sources.members import Reference, Source, SourceError, member, tree

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from eventyard.packaging.model import Platform
    from eventyard.packaging.sources.members import Member
    from eventyard.packaging.toolbox import Toolbox

KIND = "closures"
_ATTEMPTS = 3


def package(
    source: Path,
    *,
    functions: Sequence[str],
    platform: Platform,
    tools: Toolbox,
    strict: bool,
    options: Options | None = None,
) -> Manifest:
    """Make the artefacts of some of a project's functions.

    Parameters
    ----------
    source
        The import root: `<stack>/<function>/app.py` lie in it.
    functions
        Their names, such as `ec2_control/stop`.
    platform
        Where they will run.
    tools
        Cache, resolver, compiler.
    strict
        True for AWS: what is made for this machine is refused before it is made.
    options
        What travels along.

    Raises
    ------
    EventyardError
        What is wrong, at which file and line, and the command or edit that mends it.
    """
    found = _collect(source, list(dict.fromkeys(functions)), Cache(tools.cache))
    # Each file of ours parses here, and is there to be imported: where the runtime's Python can't, the function fails.
    return build(found, platform=platform, options=options or Options(), tools=tools, strict=strict, all_compile=True)


def _collect(root: Path, functions: Sequence[str], cache: Cache) -> list[Source]:
    """Find what each function consists of; which files those are is kept for as long as no file of the root changes."""
    root = root.resolve()
    for _ in range(_ATTEMPTS):
        there = files(root)
        state = digest([PACKAGER, [[path, one.digest] for path, one in there.items()]])
        entry = cache.path(KIND, f"{state}.json")
        known = _known(entry)
        missing = [name for name in functions if name not in known]
        if not missing:
            cache.used(entry)
            return [_source(name, known[name], root, there) for name in functions]
        from eventyard.packaging.sources.closure import ImportRoot  # noqa: PLC0415 - nothing is parsed when nothing has changed

        imported = ImportRoot(root)
        fresh = {name: imported.collect(name) for name in missing}
        if files(root) == there:  # nobody was editing
            with cache.writing(KIND, entry.name) as scratch:
                rows = known | {name: _row(one, root) for name, one in fresh.items()}
                scratch.write_text(json.dumps(rows), encoding="utf-8")
            return [fresh.get(name) or _source(name, known[name], root, there) for name in functions]
    raise SourceError(
        "The files change faster than they can be packaged", where=str(root), fix="run the same command again"
    )


def files(root: Path) -> dict[str, Member]:
    """Return every file of an import root that may decide what functions consist of, by its path there."""
    if not root.is_dir():
        return {}
    found: dict[str, Member] = {}
    for path, entry in tree(root, _is_compiled):
        if entry.is_file():
            one = member(root / path, path)
            found[one.path] = one
    return found


def _is_compiled(name: str) -> bool:
    return name == "__pycache__" or name.endswith(".pyc")


def _known(entry: Path) -> dict[str, list[Any]]:
    try:
        return dict(json.loads(entry.read_bytes()))
    except (FileNotFoundError, ValueError):
        return {}


def _row(source: Source, root: Path) -> list[Any]:
    """Return what is kept of a function: its handler, its files, and its imports of others."""
    external = [
        [list(one.module), list(one.names), str(one.file.relative_to(root)), one.line, one.optional]
        for one in source.external
    ]
    return [source.handler, [one.path for one in source.members], external]


def _source(name: str, row: list[Any], root: Path, files: dict[str, Member]) -> Source:
    """Return what `_row` kept."""
    handler, paths, external = row
    return Source(
        name=name,
        folder=root / name,
        handler=handler,
        members=tuple(files.get(path) or member(root / path, path) for path in paths),  # some lie behind links
        external=tuple(
            Reference(tuple(module), tuple(names), root / file, line, optional=optional)
            for module, names, file, line, optional in external
        ),
    )
