"""What is kept of a run, and what a target lacks."""

from __future__ import annotations

import pytest

from eventyard.config.models import Environment
from eventyard.testing import spending
from eventyard.testing.capable import wanting
from eventyard.testing.results import Result, Results, read


def report(name, when, outcome, longrepr=None):
    return pytest.TestReport(name, ("", 0, ""), {}, outcome, longrepr, when, duration=1.5)


def test_a_test_is_what_its_worst_phase_was(tmp_path):
    results = Results(today="2026-11-21")
    for phase in (report("a", "setup", "passed"), report("a", "call", "failed"), report("a", "teardown", "passed")):
        results.pytest_runtest_logreport(phase)
    results.pytest_runtest_logreport(
        report("b@group", "setup", "skipped", ("f", 1, "Skipped: needs x, which y lacks: z"))
    )
    assert results.tests == {
        "a": Result("failed", "2026-11-21", 4.5),
        "b": Result("skipped", "2026-11-21", 1.5, "needs x, which y lacks: z"),
    }
    assert results.unexplained == []


@pytest.mark.parametrize(
    "longrepr", [("f", 1, "Skipped: "), ("f", 1, "Skipped: unconditional skip"), ("f", 1, "Skipped")]
)
def test_a_skip_that_says_nothing_is_unexplained(longrepr):
    results = Results()
    results.pytest_runtest_logreport(report("a", "setup", "skipped", longrepr))
    assert results.unexplained == ["a"]


def test_results_of_tests_that_did_not_run_stay(tmp_path):
    file = tmp_path / "results" / "local.json"
    Results(today="2026-01-01", tests={"a": Result("passed", "2026-01-01"), "b": Result("failed", "2026-01-01")}).keep(
        file
    )
    Results(today="2026-02-02", tests={"b": Result("passed", "2026-02-02")}).keep(file)
    assert read(file) == {"a": Result("passed", "2026-01-01"), "b": Result("passed", "2026-02-02")}
    assert [one.name for one in file.parent.iterdir()] == ["local.json"]


def test_results_that_can_not_be_read_are_none(tmp_path):
    (tmp_path / "broken.json").write_text("{")
    assert read(tmp_path / "broken.json") == read(tmp_path / "none.json") == {}


def environment(**settings):
    return Environment.model_validate({"name": "here", **settings})


AWS = {"target": "aws", "account": "111111111111", "state": {"bucket": "states-of-ours"}}


def test_what_a_target_lacks_is_said_with_its_reason():
    reason = wanting(environment(), ["sqs", "s3_static_website"])
    assert reason == "needs s3_static_website, which ministack lacks: the website endpoint serves nothing"
    assert wanting(environment(), ["sqs"]) is None
    assert wanting(environment(**AWS), ["s3_static_website"]) is None


@pytest.mark.parametrize("settings", [{}, AWS])
def test_a_need_nobody_knows_is_an_error_on_every_target(settings):
    with pytest.raises(pytest.UsageError, match="no target's capabilities name"):
        wanting(environment(**settings), ["telepathy"])


def test_a_run_shares_no_name_with_people_nor_with_another_worker():
    names = {
        spending.apart(environment(**settings), worker).name for settings in ({}, AWS) for worker in ("main", "gw0")
    }
    assert names == {"test-main", "test-gw0", "here-test-main", "here-test-gw0"}
    assert spending.apart(environment(**AWS), "main").heading == "here"
