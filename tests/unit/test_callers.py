"""Every handler is tried with anything its own event source can bring."""

from __future__ import annotations

import re

from tests.unit.stacks import REPOSITORY, STACKS, callers

UNIT = REPOSITORY / "tests/unit"
# Where each kind of event is made of anything, by what the stacks have call a handler.
TRIED = {
    "HTTP API": "pet_cuddle_o_tron/test_any_request.py",
    "SQS": "pet_cuddle_o_tron/test_any_message.py",
    "EventBridge": "ec2_control/test_any_event.py",
    "Scheduler": "ec2_control/test_any_event.py",
}


def test_every_handler_is_tried_with_anything_its_own_source_may_bring():
    called = {
        name: by
        for stack in STACKS.iterdir()
        if (stack / "main.tf").is_file()
        for name, by in callers(stack.name).items()
    }
    there = {f"{app.parents[1].name}/{app.parent.name}" for app in (REPOSITORY / "handlers").glob("*/*/app.py")}
    assert set(called) == there
    for handler, sources in called.items():
        stack, _, function = handler.partition("/")
        assert sources, f"{handler}: what calls it is not seen"
        for source in sources:
            test = UNIT / TRIED[source]
            assert test.parent.name == stack, f"{handler}: {source} is not tried for this stack"
            assert re.search(rf'"{function}"', test.read_text()), f"{handler}: {test.name} does not name it"


def test_what_calls_a_handler_is_read_from_the_stack():
    assert callers("ec2-control") == {
        "ec2_control/protect": {"EventBridge"}, "ec2_control/start": {"Scheduler"}, "ec2_control/stop": {"Scheduler"},
    }  # fmt: skip
    assert callers("pet-cuddle-o-tron")["pet_cuddle_o_tron/send_sms"] == {"SQS"}
