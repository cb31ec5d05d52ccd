# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""A delivery stream answers everything its destination was given.

`DescribeDeliveryStream` answers an S3 destination's time zone, file extension and backup of source records. MiniStack
keeps them and leaves them out: every second plan sets them again.

https://docs.aws.amazon.com/firehose/latest/APIReference/API_ExtendedS3DestinationDescription.html
"""

from __future__ import annotations

from typing import Any

from ministack.services import firehose

_DESCRIBED = "ExtendedS3DestinationDescription"
_LEFT_OUT = ("CustomTimeZone", "FileExtension")
# What an answer holds though nobody said it.
_BACKUP = {
    "BufferingHints": {"SizeInMBs": 5, "IntervalInSeconds": 300},
    "CompressionFormat": "UNCOMPRESSED",
    "EncryptionConfiguration": {"NoEncryptionConfig": "NoEncryption"},
}


def install() -> None:
    """Add what is left out to the description of a destination."""
    original = firehose._dest_description

    def describe(destination: dict[str, Any]) -> dict[str, Any]:
        description: dict[str, Any] = original(destination)
        if _DESCRIBED in description:
            config = destination["config"]
            description[_DESCRIBED] |= {name: config[name] for name in _LEFT_OUT if name in config}
            backup = backup_of(config)
            if backup:
                description[_DESCRIBED]["S3BackupDescription"] = _BACKUP | backup
        return description

    firehose._dest_description = describe


def backup_of(config: dict[str, Any]) -> dict[str, Any]:
    """Return where a destination's source records are kept, as it was made or changed since."""
    return {**config.get("S3BackupConfiguration", {}), **config.get("S3BackupUpdate", {})}
