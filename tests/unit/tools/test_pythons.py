"""What is remembered of interpreters, and for how long."""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING

import pytest

from eventyard import pythons

if TYPE_CHECKING:
    from pathlib import Path


def test_a_program_is_recalled_until_its_file_changes(tmp_path: Path) -> None:
    program = tmp_path / "python3.13"
    program.write_text("#!/bin/sh\n")
    pythons.remember("3.13", program, tmp_path)
    assert pythons.recall("3.13", tmp_path) == program
    assert not pythons.missed("3.13", tmp_path)
    os.utime(program, ns=(1, 1))
    assert pythons.recall("3.13", tmp_path) is None


def test_a_miss_counts_for_an_hour(tmp_path: Path) -> None:
    pythons.remember("3.99", None, tmp_path)
    assert pythons.recall("3.99", tmp_path) is None
    assert pythons.missed("3.99", tmp_path)
    (tmp_path / pythons.MEMORY).write_text(json.dumps({"3.99": [None, int(time.time()) - 3601]}))
    assert not pythons.missed("3.99", tmp_path)


def test_a_miss_in_the_future_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / pythons.MEMORY).write_text(json.dumps({"3.99": [None, int(time.time()) + 3600]}))
    assert not pythons.missed("3.99", tmp_path)


@pytest.mark.parametrize("text", ["", "[]", '{"3.13": 7}', '{"3.13": [7, 7]}', '{"3.13": []}', "\xff"])
def test_a_damaged_memory_is_no_memory(tmp_path: Path, text: str) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / pythons.MEMORY).write_text(text, encoding="latin-1")
    assert pythons.recall("3.13", tmp_path) is None
    assert not pythons.missed("3.13", tmp_path)
