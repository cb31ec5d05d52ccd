"""`python -m eventyard.reference [--check | --results] [ROOT]`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from eventyard.errors import EventyardError
from eventyard.reference import check, results, systems, write


def main(arguments: list[str] | None = None) -> int:
    """Write the generated docs, or with `--check` say which are out of date; 1 when one is."""
    parser = argparse.ArgumentParser(prog="python -m eventyard.reference", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when something is out of date")
    parser.add_argument("--results", action="store_true", help="take over the results of the last runs first")
    parser.add_argument("root", nargs="?", type=Path, default=Path(), help="the repository")
    options = parser.parse_args(arguments)
    try:
        if options.check:
            stale = [outcome.file for outcome in check(options.root) if not outcome.fresh]
        else:
            if options.results:
                results.take_over(options.root, systems.read(options.root / "docs/systems.toml"))
            stale = []
            for file in write(options.root):
                sys.stdout.write(f"{file}\n")
    except EventyardError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    for file in stale:
        sys.stderr.write(f"`{file}` is out of date; `make docs` writes it\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
