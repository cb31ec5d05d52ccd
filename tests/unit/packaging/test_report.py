from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from eventyard.packaging import Artefact, Manifest, Part, Platform, report
from eventyard.packaging.archives import archive
from eventyard.packaging.archives.entries import PLAIN, pack
from eventyard.packaging.model import MANIFEST_VERSION, ManifestError

if TYPE_CHECKING:
    from pathlib import Path

LAMBDA = Platform("3.13", "x86_64")
KB, MB = 1024, 1024 * 1024
PANDAS = Part("pandas", "2.2.0", "a" * 64, 60 * MB)
NUMPY = Part("numpy", "2.1.0", "b" * 64, 30 * MB)
OWN = Part("", "", "", 12 * KB)


def artefact(*parts: Part, size: int = 20 * MB, reused: bool = False) -> Artefact:
    return Artefact(
        filename=None,
        hash="c" * 64,
        handler="app.handler",
        runtime="python3.13",
        architecture="x86_64",
        size=size,
        unpacked_size=sum(part.size for part in parts),
        parts=parts,
        reused=reused,
    )


def manifest(bytecode: str | None = "cpython-313", platform: Platform = LAMBDA, **handlers: Artefact) -> Manifest:
    return Manifest(platform, handlers, bytecode)


def grown(part: Part, by: int, version: str | None = None) -> Part:
    return replace(part, size=part.size + by, version=version or part.version)


def test_one_line_a_function_in_aligned_columns() -> None:
    made = manifest(
        reports_daily=artefact(OWN, PANDAS, NUMPY), stop=artefact(OWN, size=3 * KB, reused=True), a=artefact(OWN)
    )
    assert report.lines(made, None) == [
        "a              built   20.0 MB of 50, <0.1 MB of 250 unpacked",
        "reports_daily  built   20.0 MB of 50, 90.0 MB of 250 unpacked",
        "stop           reused  <0.1 MB of 50, <0.1 MB of 250 unpacked",
    ]
    assert report.lines(manifest(), None) == []


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ((OWN, PANDAS), ""),
        ((grown(OWN, 4 * KB), PANDAS), "own code +4 KB"),
        ((grown(OWN, -1), PANDAS), "own code -1 byte"),
        ((OWN, grown(PANDAS, MB, "2.3.0")), "pandas 2.2.0 → 2.3.0 (+1.0 MB)"),
        ((OWN, grown(PANDAS, 0, "2.3.0")), "pandas 2.2.0 → 2.3.0 (same size)"),
        ((OWN,), "without pandas (-60.0 MB)"),
        ((OWN, PANDAS, NUMPY), "numpy 2.1.0 (+30.0 MB)"),
        (
            (grown(OWN, 4 * KB), grown(PANDAS, MB, "2.3.0")),
            "+1.0 MB: pandas 2.2.0 → 2.3.0 (+1.0 MB), own code +4 KB",
        ),
        (
            (grown(OWN, 4 * KB), grown(PANDAS, -4 * KB, "2.1.0")),
            "same size: own code +4 KB, pandas 2.2.0 → 2.1.0 (-4 KB)",
        ),
    ],
)
def test_what_changed_since_the_last_time_is_named(parts: tuple[Part, ...], said: str) -> None:
    before, now = manifest(report=artefact(OWN, PANDAS)), manifest(report=artefact(*parts))
    line = report.lines(now, before)[0]
    assert line.partition(" unpacked")[2] == (f", {said}" if said else "")
    assert len(line) <= report.COLUMNS


def test_a_function_that_was_not_there_is_new() -> None:
    assert report.lines(manifest(a=artefact(OWN)), manifest())[0].endswith(" unpacked, new")


def test_what_makes_all_parts_others_is_said_first() -> None:
    now = artefact(OWN, grown(PANDAS, 5 * MB), grown(NUMPY, 2 * MB))
    then = artefact(OWN, PANDAS, NUMPY)
    line = report.lines(manifest(f=now), manifest(f=then, bytecode=None))[0]
    assert line.endswith("unpacked, +7.0 MB: with bytecode, pandas +5.0 MB, numpy +2.0 MB")
    line = report.lines(manifest(f=then), manifest(f=then, platform=Platform("3.12", "arm64")))[0]
    assert line.endswith("unpacked, same size: Python 3.12 → 3.13, arm64 → x86_64")
    line = report.lines(manifest(f=then), manifest(f=then, platform=Platform("3.13", "x86_64", host=True)))[0]
    assert line.endswith("unpacked, same size: this machine → Lambda")


def test_more_changes_than_a_line_holds_are_counted() -> None:
    then = [Part(f"distribution-{number}", "1.0", "d" * 64, MB) for number in range(30)]
    now = [grown(part, number * KB, "1.1") for number, part in enumerate(then)]
    line = report.lines(manifest(reports=artefact(OWN, *now)), manifest(reports=artefact(OWN, *then)))[0]
    assert len(line) <= report.COLUMNS
    assert line.endswith("unpacked, +435 KB: distribution-29 1.0 → 1.1 (+29 KB), 29 more")


def test_what_no_upload_takes_needs_the_bucket() -> None:
    large, just = artefact(OWN, size=50 * MB + 1), artefact(OWN, size=50 * MB)
    lines = report.lines(manifest(a=large, b=just), manifest(a=just, b=just))
    assert lines[0].endswith("unpacked, needs `artefacts.bucket`")
    assert lines[1].endswith("unpacked")
    here = manifest(a=large, platform=Platform("3.13", "x86_64", host=True))
    assert report.lines(here, None)[0].endswith("unpacked")  # an emulator takes it


def test_programs_get_the_same() -> None:
    before = manifest(f=artefact(OWN, PANDAS), g=artefact(OWN))
    now = manifest(f=artefact(OWN, grown(PANDAS, MB, "2.3.0"), size=51 * MB), h=artefact(OWN, reused=True))
    told = json.loads(json.dumps(report.document(now, before)))
    assert told["platform"] == {"python": "3.13", "architecture": "x86_64", "host": False}
    assert told["limits"] == {"packed": 50 * MB, "unpacked": 250 * MB}
    assert (told["version"], told["bytecode"], list(told["functions"])) == (1, "cpython-313", ["f", "h"])
    f, h = told["functions"]["f"], told["functions"]["h"]
    assert (f["needs_bucket"], f["reused"], h["needs_bucket"], h["reused"]) == (True, False, False, True)
    assert f["parts"][1] == {"name": "pandas", "version": "2.3.0", "sha256": "a" * 64, "size": 61 * MB}
    assert f["change"] == {
        "size": 31 * MB,
        "unpacked_size": MB,
        "parts": [{"name": "pandas", "before": "2.2.0", "after": "2.3.0", "size": MB}],
    }
    assert h["change"] is None
    assert set(f) == set(h) | set(f)


def zipped(folder: Path, count: int = 12) -> Artefact:
    """A real artefact of files that are larger the higher their number."""
    file = folder / "f.zip"
    file.unlink(missing_ok=True)
    size = archive.write(file, [pack(f"lib/{n:02}.py", PLAIN, b"x = 1\n" * 1000 * n) for n in range(count)])
    return replace(artefact(replace(OWN, size=1000), PANDAS), filename=file, size=size)


def test_the_heaviest_files_come_first_with_both_sizes(tmp_path: Path) -> None:
    found = report.heaviest(zipped(tmp_path))
    assert [one.path for one in found] == [f"lib/{n:02}.py" for n in range(11, 1, -1)]
    assert (found[0].size, len(found)) == (66000, 10)
    assert 0 < found[0].packed < found[0].size
    assert len(report.heaviest(zipped(tmp_path), 3)) == 3


def test_an_explanation_names_parts_and_files(tmp_path: Path) -> None:
    lines = report.explanation(manifest(f=zipped(tmp_path)))
    assert lines[0].startswith("f: 60.0 MB unpacked, ")
    assert lines[1:5] == [
        "  parts, unpacked",
        "       60.0 MB  pandas 2.2.0",
        "    1000 bytes  own code",
        "  heaviest files, unpacked",
    ]
    assert lines[5].startswith("    64 KB  lib/11.py (")
    assert len(lines) == 15


@pytest.mark.parametrize("damage", ["gone", "cut", "never here"])
def test_what_cannot_be_explained_says_why(tmp_path: Path, damage: str) -> None:
    made = zipped(tmp_path)
    assert made.filename
    if damage == "gone":
        made.filename.unlink()
    elif damage == "cut":
        made.filename.write_bytes(made.filename.read_bytes()[:-30])
    else:
        made = replace(made, filename=None)
    with pytest.raises(ManifestError) as refused:
        report.heaviest(made)
    assert "eventyard package" in str(refused.value.fix)


def test_a_manifest_carries_parts_and_bytecode(tmp_path: Path) -> None:
    made = manifest(f=zipped(tmp_path))
    made.write(tmp_path / "package/manifest.json")
    assert Manifest.read(tmp_path / "package/manifest.json") == made
    assert report.lines(made, Manifest.previous(tmp_path / "package/manifest.json")) == report.lines(made, made)


def test_an_older_manifest_asks_for_packaging_again(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    manifest(f=zipped(tmp_path)).write(path)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"version": MANIFEST_VERSION - 1}))
    with pytest.raises(ManifestError, match=f"has version {MANIFEST_VERSION - 1}") as refused:
        Manifest.read(path)
    assert refused.value.fix == "run `eventyard package` again"
    assert Manifest.previous(path) is None


@pytest.mark.parametrize(
    "change",
    [
        None,
        b"\xff",
        b"[]",
        b"7",
        {"platform": {"python": "4.0"}},
        {"platform": {"python": 3}},
        {"platform": []},
        {"handlers": []},
        {"handlers": {"f": {"size": "large"}}},
        {"handlers": {"f": None}},
        {"bytecode": [1]},
    ],
)
def test_no_former_manifest_stops_packaging(tmp_path: Path, change: bytes | dict[str, object] | None) -> None:
    path = tmp_path / "manifest.json"
    made = manifest(f=artefact(OWN, PANDAS))
    made.write(path)
    if isinstance(change, bytes):
        path.write_bytes(change)
    elif change is None:
        path.unlink()
        path.mkdir()
    else:
        path.write_text(json.dumps(json.loads(path.read_text()) | change))
    assert len(report.lines(made, Manifest.previous(path))) == 1
    assert report.document(made, Manifest.previous(path))["functions"]["f"]["size"] == 20 * MB


def test_a_part_with_a_size_that_is_no_number_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    manifest(f=artefact(OWN)).write(path)
    path.write_text(path.read_text().replace(f'"size": {12 * KB}', '"size": "big"'))
    with pytest.raises(ManifestError, match="can't be read"):
        Manifest.read(path)
    assert Manifest.previous(path) is None


def test_reporting_loads_nothing_heavy() -> None:
    heavy = {"rich", "typer", "zipfile", "subprocess", "tempfile", "shutil", "packaging", "pydantic", "cyclonedx"}
    program = f"import sys; from eventyard.packaging import report; print(*({heavy} & sys.modules.keys()))"
    script = f"import sys; sys.path[:] = {sys.path}; {program}"
    done = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
