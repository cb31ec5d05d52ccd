"""`python -m tests.contract.provider_majors`: write `provider-6.txt` again, from the bindings of a release.

It downloads them with npm's client (50 MB, a few seconds) and keeps nothing else. Wanted when a module uses a type that
is not in the file, and when a newer release shall be held beside the modules: `--version`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.contract.provider_majors import bindings, schema


def main() -> int:
    """Write the file; say how much it holds."""
    parser = argparse.ArgumentParser(prog="python -m tests.contract.provider_majors", description=__doc__)
    parser.add_argument("--package", default=bindings.PACKAGE)
    parser.add_argument("--version", default=bindings.VERSION)
    parser.add_argument("--tarball", type=Path, help="bindings that are here already, as npm packs them")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tarball = options.tarball or bindings.fetch(options.package, options.version, Path(folder))
        source, types = bindings.read(tarball)
    text = schema.write(source, types)
    schema.FILE.write_text(text, encoding="utf-8")
    kept = len(schema.read()[1])
    sys.stdout.write(f"{schema.FILE.name}: {kept} of {len(types)} types of provider {source.provider}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
