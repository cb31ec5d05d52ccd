"""What came out of packaging, for people and for programs: sizes, limits, and what changed since the last time.

Imported by every run, so it imports next to nothing.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from eventyard.packaging.limits import PACKED_BYTES, UNPACKED_BYTES
from eventyard.packaging.model import Artefact, Manifest, ManifestError
from eventyard.packaging.sizes import human

if TYPE_CHECKING:
    from collections.abc import Sequence

DOCUMENT_VERSION = 1
COLUMNS = 110
HEAVIEST = 10
_MEGABYTE = 1024 * 1024
_SMALLEST = 0.05  # megabytes: what one decimal would round to nothing
_OWN = "own code"
_WHERE = ("Lambda", "this machine")


@dataclass(frozen=True)
class Change:
    """What became of one part of an artefact since the last time.

    Parameters
    ----------
    name
        The distribution; empty for the function's own code.
    before, after
        Its versions, empty for own code; None where it was not there, or is not any more.
    size
        Bytes more than before, unpacked.
    """

    name: str
    before: str | None
    after: str | None
    size: int

    def __str__(self) -> str:
        """Return the words a person reads."""
        if self.before == self.after:
            return f"{self.name or _OWN} {signed(self.size)}"
        if self.before is None:
            what = f"{self.name or _OWN} {self.after}".rstrip()
        elif self.after is None:
            what = f"without {self.name or _OWN}"
        else:
            what = f"{self.name} {self.before} → {self.after}"
        return f"{what} ({signed(self.size)})"


class Heavy(NamedTuple):
    """A file of an artefact, and its bytes, unpacked and packed."""

    path: str
    size: int
    packed: int


def lines(manifest: Manifest, previous: Manifest | None) -> list[str]:
    """Return one line a function: built or reused, its sizes against Lambda's limits, and what grew.

    Parameters
    ----------
    manifest
        What this run made.
    previous
        What the last one made; None where that isn't known, and then nothing is said of growth.

    Returns
    -------
    list[str]
        Plain text in aligned columns. What changed is named from the greatest change on, as far as 110 columns reach.
    """
    rows = [
        (name, "reused" if one.reused else "built", _megabytes(one.size), _megabytes(one.unpacked_size))
        for name, one in sorted(manifest.handlers.items())
    ]
    if not rows:
        return []
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    packed_limit, unpacked_limit = PACKED_BYTES // _MEGABYTE, UNPACKED_BYTES // _MEGABYTE
    return [
        _fitted(
            f"{name:<{widths[0]}}  {state:<{widths[1]}}  {packed:>{widths[2]}} MB of {packed_limit}, "
            f"{unpacked:>{widths[3]}} MB of {unpacked_limit} unpacked{_saving(manifest.handlers[name])}",
            _news(manifest, previous, name),
        )
        for name, state, packed, unpacked in rows
    ]


def document(manifest: Manifest, previous: Manifest | None) -> dict[str, Any]:
    """Return the same for programs; keys stay, new ones may come.

    Parameters
    ----------
    manifest, previous
        As in `lines`.

    Returns
    -------
    dict
        `version` (of this form, 1), `platform` (`python`, `architecture`, `host`), `bytecode` (`cpython-313`, or null),
        `limits` (`packed`, `unpacked`, in bytes) and `functions`, each by its name:

        - `filename` (null where it was never on this machine), `hash`, `handler`, `runtime`, `architecture`;
        - `reused`; `size`, `unpacked_size` and `stripped`, in bytes; `needs_bucket`, true when too large to upload;
        - `parts`: `name` (empty for own code), `version`, `sha256` of the wheel, `size` in bytes, unpacked;
        - `change`: null where no earlier artefact is known, else `size` and `unpacked_size` (bytes more than before)
          and `parts`: `name`, `before` and `after` (versions; null where it was not there), `size` (bytes more).
    """
    return {
        "version": DOCUMENT_VERSION,
        "platform": asdict(manifest.platform),
        "bytecode": manifest.bytecode,
        "limits": {"packed": PACKED_BYTES, "unpacked": UNPACKED_BYTES},
        "functions": {
            name: {
                "filename": str(one.filename) if one.filename else None,
                "hash": one.hash,
                "handler": one.handler,
                "runtime": one.runtime,
                "architecture": one.architecture,
                "reused": one.reused,
                "size": one.size,
                "unpacked_size": one.unpacked_size,
                "stripped": one.stripped,
                "needs_bucket": _needs_bucket(manifest, one),
                "parts": [asdict(part) for part in one.parts],
                "change": _change(one, previous.handlers.get(name) if previous else None),
            }
            for name, one in sorted(manifest.handlers.items())
        },
    }


def heaviest(artefact: Artefact, count: int = HEAVIEST) -> list[Heavy]:
    """Return the largest files of a zip, by its directory alone: nothing is unpacked.

    Raises
    ------
    ManifestError
        The zip is not on this machine, or is damaged.
    """
    import zipfile  # noqa: PLC0415 - read only when somebody asks

    file = artefact.file
    try:
        with zipfile.ZipFile(file) as archive:
            found = [Heavy(info.filename, info.file_size, info.compress_size) for info in archive.infolist()]
    except (zipfile.BadZipFile, OSError) as error:
        raise ManifestError(
            f"The artefact can't be read: {error}",
            where=str(file),
            fix="remove the file and run `eventyard package` again",
        ) from error
    return sorted(found, key=lambda one: (-one.size, one.path))[:count]


def explanation(manifest: Manifest) -> list[str]:
    """Return, for each function, its parts and its heaviest files, largest first.

    Raises
    ------
    ManifestError
        A zip is not on this machine, or is damaged.
    """
    found: list[str] = []
    for name, one in sorted(manifest.handlers.items()):
        found.append(f"{name}: {human(one.unpacked_size)} unpacked, {human(one.size)} packed")
        parts = sorted(one.parts, key=lambda part: (-part.size, part.name))
        found += _table("parts, unpacked", [(f"{part.name or _OWN} {part.version}", part.size) for part in parts])
        found += _table(
            "heaviest files, unpacked",
            [(f"{heavy.path} ({human(heavy.packed)} packed)", heavy.size) for heavy in heaviest(one)],
        )
    return found


def changes(now: Artefact, before: Artefact) -> list[Change]:
    """Return what is another version or size in `now` than it was, the greatest change first."""
    old = {part.name: part for part in before.parts}
    new = {part.name: part for part in now.parts}
    found = []
    for name in old.keys() | new.keys():
        was, is_ = old.get(name), new.get(name)
        change = Change(
            name,
            was.version if was else None,
            is_.version if is_ else None,
            (is_.size if is_ else 0) - (was.size if was else 0),
        )
        if change.size or change.before != change.after:
            found.append(change)
    return sorted(found, key=lambda change: (-abs(change.size), change.name))


def signed(size: int) -> str:
    """Return a difference in words, such as `+1.2 MB`; `same size` for none."""
    return f"{'+' if size > 0 else '-'}{human(abs(size))}" if size else "same size"


def _news(manifest: Manifest, previous: Manifest | None, name: str) -> tuple[str, list[str]]:
    """Return what a line must say after its sizes, and what it may as far as there is room."""
    one = manifest.handlers[name]
    needs = ["needs `artefacts.bucket`"] if _needs_bucket(manifest, one) else []
    before = previous.handlers.get(name) if previous else None
    if previous is None or before is None:
        return ", ".join([*needs, *([] if previous is None else ["new"])]), []
    reasons = _reasons(manifest, previous)
    parts = changes(one, before)
    total = one.unpacked_size - before.unpacked_size
    if not reasons and (not parts or (len(parts) == 1 and parts[0].size == total)):
        grown = [str(part) for part in parts] or ([signed(total)] if total else [])
        return ", ".join([*needs, *grown]), []
    return ", ".join([*needs, signed(total)]), [*reasons, *map(str, parts)]


def _reasons(manifest: Manifest, previous: Manifest) -> list[str]:
    """Return what makes every part another one: the platform and the bytecode."""
    now, was = manifest.platform, previous.platform
    found = [
        f"{what}{before} → {after}"
        for what, before, after in (
            ("Python ", was.python, now.python),
            ("", was.architecture, now.architecture),
            ("", _WHERE[was.host], _WHERE[now.host]),
        )
        if before != after
    ]
    if bool(manifest.bytecode) != bool(previous.bytecode):
        found.append("with bytecode" if manifest.bytecode else "without bytecode")
    return found


def _fitted(line: str, news: tuple[str, list[str]]) -> str:
    """Add what there is to say to a line: all of it, or as much as fits and how much more there is."""
    said, pieces = news
    line += f", {said}" if said else ""
    for shown in range(len(pieces), 0, -1):
        rest = len(pieces) - shown
        whole = f"{line}: {', '.join(pieces[:shown])}" + (f", {rest} more" if rest else "")
        if len(whole) <= COLUMNS:
            return whole
    return line


def _change(now: Artefact, before: Artefact | None) -> dict[str, Any] | None:
    if before is None:
        return None
    return {
        "size": now.size - before.size,
        "unpacked_size": now.unpacked_size - before.unpacked_size,
        "parts": [asdict(change) for change in changes(now, before)],
    }


def _saving(artefact: Artefact) -> str:
    return f" ({human(artefact.stripped)} stripped)" if artefact.stripped else ""


def _needs_bucket(manifest: Manifest, artefact: Artefact) -> bool:
    """Tell whether AWS would refuse it in the call that makes the function."""
    return artefact.size > PACKED_BYTES and not manifest.platform.host


def _megabytes(size: int) -> str:
    megabytes = size / _MEGABYTE
    return f"{megabytes:.1f}" if megabytes >= _SMALLEST else "<0.1"


def _table(title: str, rows: Sequence[tuple[str, int]]) -> list[str]:
    sizes = [human(size) for _, size in rows]
    width = max(map(len, sizes), default=0)
    return [
        f"  {title}",
        *(f"    {size:>{width}}  {what.rstrip()}" for size, (what, _) in zip(sizes, rows, strict=True)),
    ]
