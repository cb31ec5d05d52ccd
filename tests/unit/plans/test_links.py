"""What a mapping reads from, when a first plan does not know its ARN."""

from __future__ import annotations

from typing import Any

import pytest

from eventyard.plans.document import UNKNOWN, Document, Resource
from eventyard.plans.links import kind_of


def _kind(**values: Any) -> object:
    mapping = Resource(
        "aws_lambda_event_source_mapping.it",
        "aws_lambda_event_source_mapping",
        "",
        {"event_source_arn": UNKNOWN, **values},
        configured=frozenset(values),
    )
    return kind_of(Document((mapping,)), mapping)


@pytest.mark.parametrize("position", ["LATEST", "TRIM_HORIZON", "AT_TIMESTAMP"])
def test_what_begins_at_a_position_is_a_stream(position: str) -> None:
    assert _kind(starting_position=position) == "stream"


@pytest.mark.parametrize("position", [None, UNKNOWN])
def test_what_has_no_position_may_be_anything(position: object) -> None:
    assert _kind(starting_position=position) is UNKNOWN


@pytest.mark.parametrize(
    "more",
    [
        {"topics": ["orders"]},
        {"topics": UNKNOWN},
        {"amazon_managed_kafka_event_source_config": [{"consumer_group_id": "a"}]},
        {"document_db_event_source_config": [{"database_name": "shop"}]},
    ],
)
def test_kafka_and_documents_begin_at_a_position_too(more: dict[str, Any]) -> None:
    assert _kind(starting_position="LATEST", **more) is UNKNOWN
