from __future__ import annotations

import json
from contextlib import closing

import pytest

from eventyard_ministack.recording import Calls


@pytest.fixture
def calls(tmp_path):
    with closing(Calls(tmp_path)) as calls:
        yield calls


def answered(calls, since=""):
    return json.loads(calls.answer(since))


def test_calls_are_answered_oldest_first_with_their_moment(calls):
    for number in range(3):
        calls.add({"action": f"a:{number}"})
    answer = answered(calls)
    assert [call["action"] for call in answer["calls"]] == ["a:0", "a:1", "a:2"]
    moments = [call["at"] for call in answer["calls"]]
    assert answer["since"] <= moments[0] <= moments[1] <= moments[2]
    assert answer["dropped"] == 0


def test_calls_can_be_had_from_a_moment_on(calls):
    for number in range(3):
        calls.add({"action": f"a:{number}"})
    moment = answered(calls)["calls"][1]["at"]
    assert [call["action"] for call in answered(calls, moment)["calls"]] == ["a:1", "a:2"]
    assert answered(calls, "9999-01-01T00:00:00Z")["calls"] == []
    assert len(answered(calls, "2000-01-01")["calls"]) == 3


def test_a_new_process_and_a_reset_begin_anew(tmp_path):
    with closing(Calls(tmp_path)) as first:
        first.add({"action": "a:1"})
    with closing(Calls(tmp_path)) as second:
        assert answered(second)["calls"] == []
        second.add({"action": "a:2"})
        began = answered(second)["since"]
        second.clear()
        assert answered(second)["calls"] == []
        assert answered(second)["since"] >= began
        second.add({"action": "a:3"})
        assert [call["action"] for call in answered(second)["calls"]] == ["a:3"]


def test_the_newest_calls_are_kept_when_there_are_too_many_and_the_loss_is_told(tmp_path, caplog):
    with closing(Calls(tmp_path, largest=600)) as calls:
        for number in range(100):
            calls.add({"action": f"a:{number}"})
        answer = answered(calls)
    kept = [int(call["action"].partition(":")[2]) for call in answer["calls"]]
    assert kept == list(range(100 - len(kept), 100))
    assert 0 < len(kept) < 30
    assert answer["dropped"] == 100 - len(kept)
    assert "were given up" in caplog.text
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) <= 1200
