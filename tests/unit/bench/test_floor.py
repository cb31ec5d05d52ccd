from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.bench.floor import Floor, Link, configured, edges, floor, longest_chain, times

GRAPH = """
digraph G {
  rankdir = "RL";
  node [shape = rect, fontname = "sans-serif"];
  subgraph "cluster_module.stack.module.jobs" {
    label = "module.stack.module.jobs"
    "module.stack.module.jobs.aws_sqs_queue.dead" [label="aws_sqs_queue.dead"];
    "module.stack.module.jobs.aws_sqs_queue.this" [label="aws_sqs_queue.this"];
  }
  "module.stack.module.jobs.aws_sqs_queue.this" -> "module.stack.module.jobs.aws_sqs_queue.dead";
  "module.stack.aws_lambda_function.worker" -> "module.stack.module.jobs.aws_sqs_queue.this";
  "module.stack.aws_lambda_function.worker" -> "module.stack.aws_iam_role.worker";
}
"""
QUEUE, DEAD = "module.stack.module.jobs.aws_sqs_queue.this", "module.stack.module.jobs.aws_sqs_queue.dead"
WORKER, ROLE = "module.stack.aws_lambda_function.worker", "module.stack.aws_iam_role.worker"


def event(address: str, elapsed: float, action: str = "create") -> dict[str, object]:
    return {"address": address, "action": action, "start": 0.0, "elapsed": elapsed, "ok": True}


def test_edges_say_which_resource_needs_which() -> None:
    assert edges(GRAPH) == {QUEUE: {DEAD}, WORKER: {QUEUE, ROLE}}


def test_edges_of_the_full_graph_read_the_same() -> None:
    full = '"[root] aws_sqs_queue.this (expand)" -> "[root] aws_sqs_queue.dead (expand)"'
    assert edges(full) == {"aws_sqs_queue.this": {"aws_sqs_queue.dead"}}


@pytest.mark.parametrize(
    ("instance", "address"),
    [
        ("aws_sqs_queue.this", "aws_sqs_queue.this"),
        ("aws_sqs_queue.this[0]", "aws_sqs_queue.this"),
        ('module.a["x.y"].aws_sqs_queue.this["POST /a[1]"]', "module.a.aws_sqs_queue.this"),
        ('aws_sqs_queue.this["say \\"hi\\""]', "aws_sqs_queue.this"),
    ],
)
def test_keys_of_instances_are_no_part_of_the_configuration(instance: str, address: str) -> None:
    assert configured(instance) == address


def test_slowest_instance_counts_and_a_replacement_takes_both_times() -> None:
    seen = [
        event('a.x["one"]', 2.0),
        event('a.x["two"]', 5.0),
        event("a.y", 1.0, "delete"),
        event("a.y", 3.0),
    ]
    assert times(seen) == {"a.x": 5.0, "a.y": 4.0}


def test_longest_chain_runs_along_the_edges_in_the_order_things_are_made() -> None:
    seconds = {DEAD: 25.0, QUEUE: 25.0, WORKER: 10.0, ROLE: 1.0, "module.stack.aws_s3_bucket.alone": 55.0}
    assert longest_chain(edges(GRAPH), seconds) == (Link(DEAD, 25.0), Link(QUEUE, 25.0), Link(WORKER, 10.0))


def test_resource_without_edges_can_be_the_longest_chain() -> None:
    assert longest_chain({}, {"a.x": 1.0, "a.y": 2.0}) == (Link("a.y", 2.0),)


def test_chain_leads_through_what_was_there_already() -> None:
    assert longest_chain({"a.x": {"a.kept"}, "a.kept": {"a.y"}}, {"a.x": 1.0, "a.y": 2.0}) == (
        Link("a.y", 2.0),
        Link("a.x", 1.0),
    )


def test_nothing_to_do_takes_the_plans_start_alone() -> None:
    assert floor(GRAPH, [], provider_start=3.0) == Floor((), 3.0)
    assert floor(GRAPH, [], provider_start=3.0).seconds == 3.0


def test_floor_is_the_chain_and_a_start_each_for_plan_and_apply() -> None:
    found = floor(GRAPH, [event(DEAD, 25.0), event(QUEUE, 26.0), event(ROLE, 40.0)], provider_start=2.5)
    assert (found.waiting, found.seconds) == (51.0, 56.0)


@given(st.dictionaries(st.integers(0, 12), st.tuples(st.sets(st.integers(0, 12)), st.floats(0, 60)), max_size=12))
def test_chain_is_no_longer_than_all_and_no_shorter_than_any(
    drawn: dict[int, tuple[set[int], float]],
) -> None:
    graph = {f"a.n{name}": {f"a.n{other}" for other in needs if other < name} for name, (needs, _) in drawn.items()}
    seconds = {f"a.n{name}": took for name, (_, took) in drawn.items()}
    took = sum(link.seconds for link in longest_chain(graph, seconds))
    assert max(seconds.values(), default=0.0) <= took + 1e-6
    assert took <= sum(seconds.values()) + 1e-6
