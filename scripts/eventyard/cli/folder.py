"""`package --handlers DIR`, from words to lines, without the libraries of the other commands."""

from __future__ import annotations

import argparse
import functools
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from eventyard.packaging import Options, Platform, report, standalone, toolbox

if TYPE_CHECKING:
    from eventyard.packaging import Manifest
    from eventyard.packaging.standalone import Request

DEFAULT_PYTHON = "3.13"
DEFAULT_ARCHITECTURE = "x86_64"  # Lambda's own, where a function names none
DEFAULT_OUT = Path("build/package")
BUILD = Path("build")
_COLUMNS = 110  # said, so that nothing is loaded to ask the terminal


def main(words: list[str]) -> None:
    """Package a folder as the words of a command line ask."""
    given = parser().parse_args(words)
    platform = Platform(given.python, given.architecture)
    request = standalone.Request(
        handlers=given.handlers,
        out=given.out,
        platform=platform,
        options=Options(given.bytecode, given.strip, frozenset(map(_normalised, given.from_source))),
        cache=toolbox.cache_folder(given.cache, BUILD),
        build=BUILD.absolute(),
    )
    show(request, *standalone.run(request), as_json=given.json, explain=given.explain, sbom=given.sbom)


def show(
    request: Request, manifest: Manifest, previous: Manifest | None, *, as_json: bool, explain: bool, sbom: bool
) -> None:
    """Print what was made."""
    if sbom:
        from eventyard.packaging import sbom as bills  # noqa: PLC0415 - its library is loaded when it is asked for

        bills.write(manifest, request.out)
    if as_json:
        lines = [json.dumps(report.document(manifest, previous), indent=2, sort_keys=True)]
    else:
        lines = report.lines(manifest, previous)
        if explain:
            lines.extend(report.explanation(manifest))
    sys.stdout.write("".join(f"{line}\n" for line in lines))


def parser() -> argparse.ArgumentParser:
    """Return the options."""
    made = argparse.ArgumentParser(
        prog="eventyard package",
        description="Zip every function of a folder: each folder directly in it that holds Python files is one.",
        allow_abbrev=False,
        formatter_class=functools.partial(argparse.HelpFormatter, width=_COLUMNS),
    )
    add = made.add_argument
    add("--handlers", type=Path, required=True, metavar="DIR", help="the folder of functions")
    add("--out", type=Path, default=DEFAULT_OUT, metavar="DIR", help="where the zips go (%(default)s)")
    add("--python", default=DEFAULT_PYTHON, metavar="3.N", help="Lambda's Python (%(default)s)")
    add("--architecture", choices=("x86_64", "arm64"), default=DEFAULT_ARCHITECTURE, help="Lambda's (%(default)s)")
    add("--bytecode", action=argparse.BooleanOptionalAction, default=True, help="ship compiled bytecode")
    add("--strip", action="store_true", help="leave tests, type stubs and headers of dependencies behind")
    add("--from-source", action="append", default=[], metavar="NAME", help="build this one where it has no wheel")
    add("--cache", type=Path, metavar="DIR", help=f"the cache ({toolbox.CACHE_VARIABLE}, else {BUILD}/cache)")
    add("--explain", action="store_true", help="list the heaviest files of each artefact")
    add("--sbom", action="store_true", help="write a CycloneDX bill of materials beside each")
    add("--json", action="store_true", help="print the result as JSON")
    return made


def _normalised(name: str) -> str:
    from packaging.utils import canonicalize_name  # noqa: PLC0415 - only a name that was given needs it

    return str(canonicalize_name(name))
