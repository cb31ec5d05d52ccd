from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from cyclonedx.model.bom import Bom

from eventyard.packaging import Artefact, Manifest, Part, Platform, sbom
from eventyard.packaging.archives import archive
from eventyard.packaging.archives.entries import PLAIN, pack
from eventyard.packaging.model import ManifestError

if TYPE_CHECKING:
    from pathlib import Path

HASHES = {"pandas": "a" * 64, "python-dateutil": "b" * 64}
PARTS = (
    Part("", "", "", 100),
    Part("pandas", "2.3.0", HASHES["pandas"], 1000),
    Part("python-dateutil", "2.9.0.post0", HASHES["python-dateutil"], 500),
)
MOZILLA = "License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)"
DUAL = (
    "License: Dual License\n"
    "Classifier: License :: OSI Approved :: BSD License\n"
    "Classifier: License :: OSI Approved :: Apache Software License\n"
)


def made(folder: Path, metadata: dict[str, str] | None = None) -> Artefact:
    """A real artefact: own code, and the metadata of what it depends on, by the name of its folder."""
    files = {"app.py": b"def handler(event, context): ...\n"}
    for name, text in (metadata or {}).items():
        files[f"{name}.dist-info/METADATA"] = f"Metadata-Version: 2.4\n{text}\n\nThe ünicode readme".encode()
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "f.zip"
    file.unlink(missing_ok=True)
    size = archive.write(file, [pack(path, PLAIN, content) for path, content in files.items()])
    return Artefact(file, "c" * 64, "app.handler", "python3.13", "arm64", size, 1600, PARTS)


def bill(artefact: Artefact, name: str = "shop/sell") -> dict[str, Any]:
    return dict(json.loads(sbom.document(artefact, name)))


def licences(tmp_path: Path, text: str) -> Any:
    pandas = bill(made(tmp_path, {"pandas-2.3.0": text}))["components"][0]
    return pandas.get("licenses")


def test_a_bill_names_the_function_and_every_distribution(tmp_path: Path) -> None:
    artefact = made(tmp_path, {"pandas-2.3.0": "License-Expression: BSD-3-Clause", "python_dateutil-2.9.0.post0": DUAL})
    told = bill(artefact)
    assert (told["bomFormat"], told["specVersion"], told["version"]) == ("CycloneDX", "1.6", 1)
    assert uuid.UUID(told["serialNumber"].removeprefix("urn:uuid:")).version == 5
    main = told["metadata"]["component"]
    assert (main["type"], main["name"], main["version"]) == ("application", "shop/sell", artefact.hash)
    assert main["hashes"] == [{"alg": "SHA-256", "content": hashlib.sha256(artefact.file.read_bytes()).hexdigest()}]
    assert {one["name"]: one["value"] for one in main["properties"]} == {
        "eventyard:architecture": "arm64",
        "eventyard:handler": "app.handler",
        "eventyard:runtime": "python3.13",
    }
    pandas, dateutil = told["components"]
    assert pandas["purl"] == pandas["bom-ref"] == "pkg:pypi/pandas@2.3.0"
    assert dateutil["purl"] == "pkg:pypi/python-dateutil@2.9.0.post0"
    for one in (pandas, dateutil):
        assert one["type"] == "library"
        assert one["hashes"] == [{"alg": "SHA-256", "content": HASHES[one["name"]]}]
    assert pandas["licenses"] == [{"license": {"id": "BSD-3-Clause", "acknowledgement": "declared"}}]
    assert [one["license"]["name"] for one in dateutil["licenses"]] == ["Apache Software License", "BSD License"]
    edges = {one["ref"]: one.get("dependsOn", []) for one in told["dependencies"]}
    assert edges[main["bom-ref"]] == [pandas["bom-ref"], dateutil["bom-ref"]]
    assert [one["name"] for one in told["metadata"]["tools"]["components"]] == ["eventyard"]


def test_the_library_reads_it_back(tmp_path: Path) -> None:
    told = bill(made(tmp_path, {"pandas-2.3.0": "License-Expression: BSD-3-Clause OR MIT"}))
    read = Bom.from_json(told)  # type: ignore[attr-defined]
    assert {str(one.purl) for one in read.components} == {one["purl"] for one in told["components"]}
    assert read.metadata.component.version == "c" * 64
    assert read.validate()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("License-Expression: MIT OR Apache-2.0", [("expression", "MIT OR Apache-2.0")]),
        ("License-Expression: MIT\nLicense: something else", [("id", "MIT")]),
        ("License: apache-2.0", [("id", "Apache-2.0")]),
        ("License: MIT OR Apache-2.0\nClassifier: License :: OSI Approved", [("expression", "MIT OR Apache-2.0")]),
        ("License: Apache License, Version 2.0", [("name", "Apache License, Version 2.0")]),
        ("License: BSD\nClassifier: License :: OSI Approved :: BSD License", [("name", "BSD License")]),
        ("Classifier: License :: OSI Approved :: MIT License", [("id", "MIT")]),
        ("License: UNKNOWN\nClassifier: License :: OSI Approved", []),
        (
            f"License: Copyright 2026 Somebody\n        To nobody\nClassifier: {MOZILLA}",
            [("id", "MPL-2.0")],
        ),
        ("License: Copyright 2026 Somebody\n        All rights reserved", []),
        ("Summary: says nothing of it", []),
    ],
)
def test_licences_are_what_the_wheel_declares(tmp_path: Path, text: str, found: list[tuple[str, str]]) -> None:
    told = licences(tmp_path, text) or []
    flat = [one.get("license", one) for one in told]
    assert [(key, one[key]) for one in flat for key in ("id", "name", "expression") if key in one] == found
    assert all(one["acknowledgement"] == "declared" for one in flat)


def test_metadata_of_vendored_distributions_is_nobodys(tmp_path: Path) -> None:
    artefact = made(tmp_path, {"somewhere/_vendor/pandas-2.3.0": "License-Expression: MIT"})
    assert "licenses" not in bill(artefact)["components"][0]


def test_the_same_artefact_gives_the_same_bytes_anywhere(tmp_path: Path) -> None:
    metadata = {"pandas-2.3.0": DUAL, "python_dateutil-2.9.0.post0": DUAL}
    here = sbom.document(made(tmp_path / "a", metadata), "f")
    artefact = made(tmp_path / "b", metadata)
    script = (
        "import sys; from pathlib import Path; from eventyard.packaging import Artefact, Part, sbom\n"
        f"parts = {[(part.name, part.version, part.sha256, part.size) for part in reversed(PARTS)]}\n"
        f"one = Artefact(Path({str(artefact.filename)!r}), 'c' * 64, 'app.handler', 'python3.13', 'arm64',\n"
        f"    {artefact.size}, 1600, tuple(Part(*part) for part in parts))\n"
        "sys.stdout.buffer.write(sbom.document(one, 'f').encode())"
    )
    environment = {**os.environ, "TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONHASHSEED": "7"}
    environment["PYTHONPATH"] = os.pathsep.join(entry for entry in sys.path if entry)
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, check=True)
    assert done.stdout.decode() == here
    assert "timestamp" not in here


def test_another_artefact_or_name_has_another_serial_number(tmp_path: Path) -> None:
    artefact = made(tmp_path)
    numbers = [bill(artefact)["serialNumber"], bill(artefact, "shop/buy")["serialNumber"]]
    numbers.append(bill(replace(artefact, hash="d" * 64))["serialNumber"])
    artefact.file.write_bytes(made(tmp_path / "other", {"pandas-2.3.0": DUAL}).file.read_bytes())
    numbers.append(bill(artefact)["serialNumber"])
    assert len(set(numbers)) == 4


def test_a_function_without_dependencies_has_a_bill_too(tmp_path: Path) -> None:
    told = bill(replace(made(tmp_path), parts=PARTS[:1]))
    assert told.get("components", []) == []
    assert told["metadata"]["component"]["name"] == "shop/sell"


def test_bills_lie_beside_each_other_by_function(tmp_path: Path) -> None:
    manifest = Manifest(Platform(), {"shop/sell": made(tmp_path), "stop": made(tmp_path)})
    files = sbom.write(manifest, tmp_path / "out")
    assert files == [tmp_path / "out/shop/sell.cdx.json", tmp_path / "out/stop.cdx.json"]
    assert json.loads(files[0].read_text())["metadata"]["component"]["name"] == "shop/sell"
    first = [file.stat().st_mtime_ns for file in files]
    sbom.write(manifest, tmp_path / "out")
    assert [file.stat().st_mtime_ns for file in files] == first
    assert sorted(file.name for file in (tmp_path / "out").rglob("*") if file.is_file()) == [
        "sell.cdx.json",
        "stop.cdx.json",
    ]


@pytest.mark.parametrize("damage", ["gone", "cut", "member"])
def test_no_bill_is_written_of_what_cannot_be_read(tmp_path: Path, damage: str) -> None:
    sound = made(tmp_path / "sound")
    artefact = made(tmp_path / "damaged", {"pandas-2.3.0": DUAL * 20})
    content = bytearray(artefact.file.read_bytes())
    if damage == "member":
        at = content.index(b"METADATA") + len(b"METADATA")
        content[at : at + 10] = bytes(10)
    artefact.file.write_bytes(content if damage == "member" else content[:-25])
    if damage == "gone":
        artefact.file.unlink()
    with pytest.raises(ManifestError) as refused:
        sbom.write(Manifest(Platform(), {"a": sound, "b": artefact}), tmp_path / "out")
    assert "eventyard package" in str(refused.value.fix)
    assert not (tmp_path / "out").exists()
