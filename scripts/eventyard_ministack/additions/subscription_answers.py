# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""A subscription's ARN is answered whenever it is asked for, and what it replays is kept.

`Subscribe` answers the ARN of a subscription that waits to be confirmed when `ReturnSubscriptionArn` is set, and
`ReplayPolicy` is an attribute like the others. MiniStack answers "pending confirmation", which Terraform then looks for
until it gives up, and forgets the policy, which every plan sets again.

https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
"""

from __future__ import annotations

import json
from typing import Any

from ministack.services import sns

Answer = tuple[int, dict[str, str], Any]
Parameters = dict[str, Any]

_REPLAY = "ReplayPolicy"
_OK = 200


def install() -> None:
    """Look after both behind the calls that make and change a subscription."""
    sns._subscribe = _subscribing(sns._subscribe)
    sns._set_subscription_attributes = _changing(sns._set_subscription_attributes)


def _subscribing(original: Any) -> Any:
    def handle(params: Parameters) -> Answer:
        answer: Answer = original(params)
        topic, _ = sns._get_topic(sns._p(params, "TopicArn"))
        if answer[0] != _OK or topic is None:
            return answer
        wanted = (sns._p(params, "Protocol"), sns._p(params, "Endpoint"))
        made = next(one for one in topic["subscriptions"] if (one["protocol"], one["endpoint"]) == wanted)
        replay = _attributes(params).get(_REPLAY)
        if replay:
            made["attributes"][_REPLAY] = replay
        if sns._p(params, "ReturnSubscriptionArn") == "true":
            result = f"<SubscribeResult><SubscriptionArn>{made['arn']}</SubscriptionArn></SubscribeResult>"
            answer = sns._xml(_OK, "SubscribeResponse", result)
        return answer

    return handle


def _changing(original: Any) -> Any:
    def handle(params: Parameters) -> Answer:
        if sns._p(params, "AttributeName") != _REPLAY:
            changed: Answer = original(params)
            return changed
        arn, policy = sns._p(params, "SubscriptionArn"), sns._p(params, "AttributeValue")
        topic_arn = sns._sub_arn_to_topic.get(arn)
        found = sns._find_subscription(topic_arn, arn) if topic_arn else None
        if found is None:
            missing: Answer = sns._error("NotFound", f"Subscription does not exist: {arn}", 404)
            return missing
        if policy and json.loads(policy):
            found["attributes"][_REPLAY] = policy
        else:
            found["attributes"].pop(_REPLAY, None)
        done: Answer = sns._xml(_OK, "SetSubscriptionAttributesResponse", "")
        return done

    return handle


def _attributes(params: Parameters) -> dict[str, str]:
    """Return the attributes of a request of the query protocol."""
    found: dict[str, str] = {}
    while name := sns._p(params, f"Attributes.entry.{len(found) + 1}.key"):
        found[name] = sns._p(params, f"Attributes.entry.{len(found) + 1}.value")
    return found
