# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""An Auto Scaling group answers all it was given, collects metrics, and has each of its policies by name.

MiniStack forgets most of a group (instance types and spot mix, warm-up, maintenance, lifetime, target groups), refuses
to collect metrics for it, and answers every policy of a group to a question about one: a group with two can't be
planned a second time.

https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AutoScalingGroup.html
https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_EnableMetricsCollection.html
https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribePolicies.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ministack.services import autoscaling, ec2

from eventyard_ministack.additions.alarm_answers import tree

# What a group is given, and MiniStack neither keeps nor answers.
_FORGOTTEN = (
    "CapacityRebalance",
    "DefaultInstanceWarmup",
    "InstanceMaintenancePolicy",
    "MaxInstanceLifetime",
    "MixedInstancesPolicy",
    "TargetGroupARNs",
)
_KEPT = "_eventyard"
_OK = 200

Answer = tuple[int, dict[str, str], Any]
Handler = Callable[[Mapping[str, Any]], Answer]


def install() -> None:
    """Keep what a group is given, answer it, and answer the policies that were asked for."""
    actions = autoscaling._ACTION_MAP
    for name in ("CreateAutoScalingGroup", "UpdateAutoScalingGroup"):
        actions[name] = _keeping(actions[name])
    actions["DescribeAutoScalingGroups"] = _answering(actions["DescribeAutoScalingGroups"])
    actions["EnableMetricsCollection"] = _metrics("EnableMetricsCollection", lambda had, given: had | given)
    actions["DisableMetricsCollection"] = _metrics(
        "DisableMetricsCollection", lambda had, given: had - given if given else set()
    )
    actions["DescribePolicies"] = _only_asked_for(actions["DescribePolicies"])


def _keeping(original: Handler) -> Handler:
    def keep(params: Mapping[str, Any]) -> Answer:
        answer = original(params)
        if answer[0] == _OK:
            given = tree(params)
            group = autoscaling._asgs[given["AutoScalingGroupName"]]
            group.setdefault(_KEPT, {}).update({name: given[name] for name in _FORGOTTEN if name in given})
            if given.get("TerminationPolicies"):
                group["TerminationPolicies"] = given["TerminationPolicies"]
        return answer

    return keep


def _answering(original: Handler) -> Handler:
    def describe(params: Mapping[str, Any]) -> Answer:
        status, headers, body = original(params)
        text = body.decode()
        for group in autoscaling._asgs.values():
            place = f"<AutoScalingGroupARN>{group['AutoScalingGroupARN']}</AutoScalingGroupARN>"
            text = text.replace(place, place + autoscaling._member_xml(_named(group.get(_KEPT, {}))))
        return status, headers, text.encode()

    return describe


def _named(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is kept of a group, its launch template with the name AWS adds to the id."""
    policy = kept.get("MixedInstancesPolicy")
    if not policy:
        return dict(kept)
    template = policy.get("LaunchTemplate", {})
    specification = template.get("LaunchTemplateSpecification", {})
    found = ec2._launch_templates.get(specification.get("LaunchTemplateId")) or {}
    specification = {"LaunchTemplateName": found.get("LaunchTemplateName", "")} | specification
    template = template | {"LaunchTemplateSpecification": specification}
    return {**kept, "MixedInstancesPolicy": policy | {"LaunchTemplate": template}}


def _metrics(action: str, change: Callable[[set[str], set[str]], set[str]]) -> Handler:
    def handle(params: Mapping[str, Any]) -> Answer:
        given = tree(params)
        name = given.get("AutoScalingGroupName")
        group = autoscaling._asgs.get(name)
        if group is None:
            refused: Answer = autoscaling._error("ValidationError", f"AutoScalingGroup {name} not found")
            return refused
        kept = group.setdefault(_KEPT, {})
        had = {metric["Metric"] for metric in kept.get("EnabledMetrics", [])}
        collected = sorted(change(had, set(given.get("Metrics", []))))
        kept["EnabledMetrics"] = [{"Metric": metric, "Granularity": "1Minute"} for metric in collected]
        answer: Answer = autoscaling._xml(_OK, f"{action}Response", "")
        return answer

    return handle


def _only_asked_for(original: Handler) -> Handler:
    def describe(params: Mapping[str, Any]) -> Answer:
        asked = tree(params).get("PolicyNames")
        if not asked:
            return original(params)
        every = autoscaling._policies
        found = {key: policy for key, policy in every.items() if policy["PolicyName"] in asked}
        autoscaling._policies = found
        try:
            return original(params)
        finally:
            autoscaling._policies = every

    return describe
