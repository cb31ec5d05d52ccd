"""How a launcher is called, and the version of the emulator it is written for."""

from __future__ import annotations

import argparse
import importlib.metadata
import sys


def arguments(launcher: str) -> argparse.Namespace:
    """Return what the launcher was called with: `socket`, an inherited descriptor that listens, and `token`."""
    parser = argparse.ArgumentParser(prog=launcher)
    parser.add_argument("--socket", type=int, required=True, help="descriptor of a listening socket")
    parser.add_argument("--token", required=True, help="word that tells this process from another with its pid")
    return parser.parse_args()


def require(launcher: str, distribution: str, version: str) -> None:
    """End this process unless the emulator is the version the launcher is written for.

    Additions reach into an emulator's insides; on another version they might do harm unseen.
    """
    try:
        found = importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        found = "none"
    if found != version:
        sys.exit(f"{launcher}: written for {distribution} {version}, found {found}: nothing was started")
