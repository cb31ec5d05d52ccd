# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""A launch template keeps its volumes' keys, and its network interfaces as they were given.

MiniStack forgets the KMS key of a volume and when an interface is deleted, and answers the groups of an interface under
a name nobody reads: every second plan makes a new version.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ResponseLaunchTemplateData.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from ministack.services import ec2

if TYPE_CHECKING:
    from collections.abc import Mapping

# A list's name in the request and in what MiniStack keeps, and what it leaves out: as asked for, and as answered.
_VOLUMES = ("BlockDeviceMapping", "BlockDeviceMappings", {"Ebs.KmsKeyId": "ebs/kmsKeyId"})
_INTERFACES = (
    "NetworkInterface",
    "NetworkInterfaces",
    {"DeleteOnTermination": "deleteOnTermination", "Ipv6AddressCount": "ipv6AddressCount"},
)
_SETS = {"BlockDeviceMappings": "blockDeviceMappingSet", "NetworkInterfaces": "networkInterfaceSet"}
_KEPT = "_eventyard"


def install() -> None:
    """Keep what is forgotten beside what is kept, and answer it."""
    parse, answer = ec2._parse_lt_data, ec2._lt_data_xml

    def keeping(params: Mapping[str, Any], prefix: str = "LaunchTemplateData") -> dict[str, Any]:
        data: dict[str, Any] = parse(params, prefix)
        for asked, kept, names in (_VOLUMES, _INTERFACES):
            for number, item in enumerate(data.get(kept, []), start=1):
                given = {place: ec2._p(params, f"{prefix}.{asked}.{number}.{name}") for name, place in names.items()}
                item[_KEPT] = {place: value for place, value in given.items() if value}
        return data

    def answering(data: Mapping[str, Any]) -> str:
        root = ET.fromstring(f"<data>{answer(data)}</data>")  # noqa: S314 - MiniStack's own
        for kept, named in _SETS.items():
            for element, item in zip(root.findall(f"{named}/item"), data.get(kept, []), strict=True):
                for place, value in item.get(_KEPT, {}).items():
                    parent, _, name = place.rpartition("/")
                    holder = element.find(parent) if parent else element
                    if holder is not None:
                        ET.SubElement(holder, name).text = value
        for group in root.findall("networkInterfaceSet/item/groupSet/item"):
            group.tag = "groupId"
        return "".join(ET.tostring(child, encoding="unicode") for child in root)

    ec2._parse_lt_data = keeping
    ec2._lt_data_xml = answering
