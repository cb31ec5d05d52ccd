"""Pictures in which nothing lies on anything else, whatever is drawn."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventyard.diagrams import Edge, Graph, Node, mermaid, svg
from eventyard.diagrams.graph import merged
from eventyard.diagrams.layout import layout
from eventyard.diagrams.metrics import width
from eventyard.diagrams.ranks import ranks

if TYPE_CHECKING:
    from eventyard.diagrams.placed import Item

SVG = "{http://www.w3.org/2000/svg}"


def graph(*edges: tuple[str, str] | tuple[str, str, str], alone: tuple[str, ...] = ()) -> Graph:
    drawn = merged(
        Edge(one[0], one[1], one[2] if len(one) > 2 else "flow", (f"{one[0]} to {one[1]}",)) for one in edges
    )
    names = sorted({end for edge in drawn for end in (edge.source, edge.target)} | set(alone))
    return Graph("shop", tuple(Node(name, "Lambda function", "compute") for name in names), drawn)


NAMES = st.sampled_from([f"{letter}{letter}_module" for letter in "abcdefghij"])
EDGES = st.lists(st.tuples(NAMES, NAMES, st.sampled_from(["flow", "grant", "failure"])), max_size=24)


def apart(one: Item, other: Item) -> bool:
    return (
        abs(one.x - other.x) >= (one.width + other.width) / 2 - 0.01
        or abs(one.y - other.y) >= (one.height + other.height) / 2 - 0.01
    )


@settings(deadline=None, max_examples=30)
@given(EDGES)
def test_no_box_and_no_label_lies_on_another_and_no_arrow_runs_through_one(edges: list[tuple[str, str, str]]) -> None:
    drawn = graph(*(edge for edge in edges if edge[0] != edge[1]), alone=("alone", "too"))
    placed = layout(drawn)
    passing = [item for route in placed.routes for item in route.items[1:-1]]
    labels = [item for item in passing if item.label]
    for one, other in combinations([*placed.boxes, *labels], 2):
        assert apart(one, other), (one, other)
    for item in passing:
        for solid in (*placed.boxes, *(label for label in labels if label is not item)):
            assert solid.column != item.column or abs(solid.y - item.y) > solid.height / 2
    for item in (*placed.boxes, *labels):
        assert item.width / 2 <= item.x <= placed.width - item.width / 2
        assert item.height / 2 <= item.y <= placed.height - item.height / 2


def test_what_flows_goes_from_left_to_right() -> None:
    columns = ranks(graph(("api", "work"), ("work", "jobs"), ("jobs", "send"), ("api", "send")))
    assert columns == {"api": 0, "work": 1, "jobs": 2, "send": 3}


def test_an_arrow_that_closes_a_circle_goes_back() -> None:
    columns = ranks(graph(("hours", "stop"), ("stop", "ec2"), ("ec2", "rules"), ("rules", "guard"), ("guard", "ec2")))
    assert columns == {"hours": 0, "stop": 1, "ec2": 2, "rules": 3, "guard": 4}


def test_rights_do_not_move_what_flows_and_are_short() -> None:
    drawn = graph(
        ("api", "work"), ("work", "jobs"), ("jobs", "send"), ("work", "table", "grant"), ("send", "table", "grant")
    )
    columns = ranks(drawn)
    assert (columns["work"], columns["table"], columns["send"]) == (1, 2, 3)


def test_no_arrow_stays_in_its_column() -> None:
    columns = ranks(graph(("a", "b"), ("a", "c"), ("b", "c", "grant")))
    assert len(set(columns.values())) == 3


def test_more_arrows_make_a_box_higher() -> None:
    tall = {box.node.id: box.height for box in layout(graph(*(("hub", f"to{n}") for n in range(8)))).boxes if box.node}
    assert tall["hub"] > tall["to0"]


def test_the_picture_is_the_same_every_time_and_can_be_parsed_and_read_aloud() -> None:
    drawn = graph(("a<b", "c&d"), ("c&d", "e", "failure"), ("e", "a<b", "grant"))
    text = svg(drawn)
    assert text == svg(drawn)
    root = ET.fromstring(text)  # noqa: S314 - our own
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == "Architecture of shop"
    assert "a<b to c&d (a<b to c&d)" in str(root.findtext(f"{SVG}desc"))
    written = {element.text for element in root.iter(f"{SVG}text")}
    assert {"a<b", "c&d", "e", "c&d to e"} <= written
    assert "prefers-color-scheme: dark" in text


def test_the_foot_explains_the_arrows_that_are_there() -> None:
    said = svg(graph(("a", "b")))
    assert "calls, sends" in said
    assert "what failed" not in said


def test_an_empty_stack_is_an_empty_picture() -> None:
    assert ET.fromstring(svg(Graph("nothing", ()))).get("role") == "img"  # noqa: S314 - our own
    assert mermaid(Graph("nothing", ())) == "flowchart LR\n"


def test_mermaid_says_the_same_and_keeps_its_own_marks_out() -> None:
    node = Node('jobs["a"]', "SQS queue", "message", notes=("dead letters",))
    text = mermaid(
        Graph("shop", (node, Node("end", "", "outside")), (Edge("end", node.id, "failure", ('a "b" <c>',)),))
    )
    assert text.splitlines() == [
        "flowchart LR",
        '  _jobs__a__[/"<b>jobs[#quot;a#quot;]</b><br>SQS queue<br>+ dead letters"/]',
        '  _end(["<b>end</b>"])',
        '  _end -.->|"a #quot;b#quot; #lt;c#gt;"| _jobs__a__',
    ]


@pytest.mark.parametrize(("narrow", "wide"), [("iiii", "mmmm"), ("jobs", "jobs and more"), ("a", "é")])
def test_texts_are_measured(narrow: str, wide: str) -> None:
    assert 0 < width(narrow, 12) < width(wide, 12) < width(wide, 12, bold=True)


def test_arrows_between_the_same_boxes_are_one() -> None:
    (edge,) = merged(
        [
            Edge("a", "b", "grant", words=("read",)),
            Edge("a", "b", "flow", ("x",)),
            Edge("a", "b", "grant", words=("send",)),
        ]
    )
    assert (edge.kind, edge.label()) == ("flow", ("x", "send, read"))
