"""What an artefact consists of, as a CycloneDX 1.6 bill of materials: the same artefact, the same document.

Specification: https://cyclonedx.org/docs/1.6/json/, purl: https://github.com/package-url/purl-spec
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import re
import uuid
import zipfile
import zlib
from typing import TYPE_CHECKING, Any

from eventyard.packaging.cache import write_atomically
from eventyard.packaging.model import Artefact, Manifest, ManifestError, Part

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from cyclonedx.model.bom import Bom
    from cyclonedx.model.component import Component
    from cyclonedx.model.license import License
    from packaging.metadata import RawMetadata

SUFFIX = ".cdx.json"
_METADATA = re.compile(r"(?P<name>[^/]+?)-(?P<version>[^/-]+)\.dist-info/METADATA")
_CLASSIFIER = "License :: "
_NO_LICENCE = frozenset({"", "unknown", "none", "n/a"})
_LONGEST_NAME = 100  # characters: what is longer is the licence's text, not its name

# Classifiers that mean one licence and no other; the rest (`BSD License`) stay the words they are.
# Trove classifiers (PEP 301) and https://spdx.org/licenses/
_SPDX = {
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "MIT No Attribution License (MIT-0)": "MIT-0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
}


def write(manifest: Manifest, folder: Path) -> list[Path]:
    """Write `<function>.cdx.json` for each function, and return the files.

    Parameters
    ----------
    manifest
        Its artefacts are on this machine.
    folder
        Where to; a function such as `ec2_control/stop` gets a sub-folder. A file that says the same already is left.

    Raises
    ------
    ManifestError
        A zip is not on this machine, or is damaged; nothing has been written then.
    """
    documents = {folder / f"{name}{SUFFIX}": document(one, name) for name, one in sorted(manifest.handlers.items())}
    for path, text in documents.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, text.encode())
    return list(documents)


def document(artefact: Artefact, name: str) -> str:
    """Return an artefact's bill of materials as CycloneDX 1.6 JSON.

    The function is the main component: its version is the artefact's identity, its hash that of the zip. It depends on
    each distribution in it, which bears its wheel's SHA-256 and the licence that the wheel's own metadata declares.

    Parameters
    ----------
    artefact
        Its zip is on this machine.
    name
        The function, such as `ec2_control/stop`.

    Raises
    ------
    ManifestError
        The zip is not on this machine, or is damaged.
    """
    from cyclonedx.output.json import JsonV1Dot6  # noqa: PLC0415 - 0.2 s that only `--sbom` needs

    file = artefact.file
    try:
        sha256 = _sha256(file)
        with zipfile.ZipFile(file) as archive:
            metadata = dict(_metadata(archive))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise ManifestError(
            f"The artefact can't be read: {error}",
            where=str(file),
            fix="remove the file and run `eventyard package` again",
        ) from error
    output: dict[str, Any] = json.loads(JsonV1Dot6(_bom(artefact, name, sha256, metadata)).output_as_string())
    del output["metadata"]["timestamp"]  # optional, and the library always writes one
    return json.dumps(output, indent=2, sort_keys=True) + "\n"


def _bom(artefact: Artefact, name: str, sha256: str, metadata: Mapping[str, RawMetadata]) -> Bom:
    from cyclonedx.model.bom import Bom, BomMetaData  # noqa: PLC0415 - as above
    from cyclonedx.model.component import Component, ComponentType  # noqa: PLC0415
    from cyclonedx.model.tool import ToolRepository  # noqa: PLC0415

    tool = Component(type=ComponentType.APPLICATION, name="eventyard", version=_version(), bom_ref="eventyard")
    main = _main(artefact, name, sha256)
    parts = [_library(part, metadata.get(part.name)) for part in artefact.parts if part.name]
    bom = Bom(
        components=parts,
        metadata=BomMetaData(component=main, tools=ToolRepository(components=[tool])),
        serial_number=uuid.uuid5(uuid.NAMESPACE_URL, f"eventyard:{_version()}:{name}:{artefact.hash}:{sha256}"),
    )
    bom.register_dependency(main, parts)
    return bom


def _main(artefact: Artefact, name: str, sha256: str) -> Component:
    from cyclonedx.model import HashAlgorithm, HashType, Property  # noqa: PLC0415 - as above
    from cyclonedx.model.component import Component, ComponentType  # noqa: PLC0415

    return Component(
        type=ComponentType.APPLICATION,
        name=name,
        version=artefact.hash,
        bom_ref=f"function:{name}",
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=sha256)],
        properties=[
            Property(name="eventyard:architecture", value=artefact.architecture),
            Property(name="eventyard:handler", value=artefact.handler),
            Property(name="eventyard:runtime", value=artefact.runtime),
        ],
    )


def _library(part: Part, metadata: RawMetadata | None) -> Component:
    from cyclonedx.model import HashAlgorithm, HashType  # noqa: PLC0415 - as above
    from cyclonedx.model.component import Component, ComponentType  # noqa: PLC0415
    from packageurl import PackageURL  # noqa: PLC0415

    purl = PackageURL(type="pypi", name=part.name, version=part.version)
    return Component(
        type=ComponentType.LIBRARY,
        name=part.name,
        version=part.version,
        bom_ref=purl.to_string(),
        purl=purl,
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=part.sha256)] if part.sha256 else [],
        licenses=_licences(metadata) if metadata else [],
    )


def _licences(metadata: RawMetadata) -> list[License]:
    """Return what a distribution declares: its expression, else its licence's name, else its classifiers.

    https://packaging.python.org/en/latest/specifications/core-metadata/
    """
    from cyclonedx.contrib.license.factories import LicenseFactory  # noqa: PLC0415 - as above
    from cyclonedx.model.license import DisjunctiveLicense, LicenseAcknowledgement  # noqa: PLC0415

    factory, declared = LicenseFactory(), LicenseAcknowledgement.DECLARED
    expression, licence = _name(metadata.get("license_expression")), _name(metadata.get("license"))
    if expression:
        return [factory.make_from_string(expression, license_acknowledgement=declared)]
    found = factory.make_from_string(licence, license_acknowledgement=declared) if licence else None
    if found and not (isinstance(found, DisjunctiveLicense) and found.name):
        return [found]
    words = [one.rpartition(" :: ")[2] for one in metadata.get("classifiers", ()) if one.startswith(_CLASSIFIER)]
    names = {word for word in words if word != "OSI Approved"} or ({licence} if licence else set())
    return [
        factory.make_with_id(_SPDX[name], acknowledgement=declared)
        if name in _SPDX
        else factory.make_with_name(name, acknowledgement=declared)
        for name in sorted(names)
    ]


def _name(text: str | None) -> str:
    """Return a licence's name; empty where there is none, or its whole text instead."""
    name = (text or "").strip()
    return "" if name.lower() in _NO_LICENCE or "\n" in name or len(name) > _LONGEST_NAME else name


def _metadata(archive: zipfile.ZipFile) -> Iterator[tuple[str, RawMetadata]]:
    """Yield the metadata of each distribution, by its normalised name."""
    from packaging.metadata import parse_email  # noqa: PLC0415 - as above
    from packaging.utils import canonicalize_name  # noqa: PLC0415

    for path in archive.namelist():
        found = _METADATA.fullmatch(path)
        if found:
            yield canonicalize_name(found["name"]), parse_email(archive.read(path))[0]


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _version() -> str | None:
    """Return the kit's version; None where it runs without being installed."""
    try:
        return importlib.metadata.version("eventyard")
    except importlib.metadata.PackageNotFoundError:
        return None
