"""References followed through modules, in the form Terraform writes them in a plan's configuration."""

from __future__ import annotations

from typing import Any

from eventyard.plans.wiring import Origin, Wiring


def _expression(*references: str) -> dict[str, Any]:
    return {"references": list(references)}


NETWORK = {
    "outputs": {
        "tiers": {"expression": _expression("local.subnets", "aws_subnet.this", "aws_vpc.this.id", "aws_vpc.this")}
    }
}
FUNCTION = {"resources": [{"address": "aws_lambda_function.this", "expressions": {}}]}
STACK = {
    "module_calls": {
        "network": {"module": NETWORK},
        "worker": {
            "expressions": {
                "name": {"constant_value": "worker"},
                "network": _expression('module.network.tiers["app"]', "module.network.tiers", "module.network"),
            },
            "module": FUNCTION,
        },
        "other": {"expressions": {"network": _expression("var.network")}, "module": FUNCTION},
    },
}
ROOT = {
    "module_calls": {
        "stack": {
            "expressions": {"network": _expression('aws_subnet.own["a"].id', 'aws_subnet.own["a"]', "aws_subnet.own")},
            "module": STACK,
        }
    }
}


def test_an_input_leads_through_an_output_to_its_resources_with_what_was_taken_of_it() -> None:
    handed = Wiring(ROOT).of_inputs('module.stack.module.worker["one"]')
    network = "module.stack.module.network"
    assert handed == {
        "name": frozenset(),
        "network": {Origin(network, "aws_subnet.this", step="app"), Origin(network, "aws_vpc.this", step="app")},
    }


def test_a_variable_leads_to_what_the_caller_gave_for_it() -> None:
    assert Wiring(ROOT).of_inputs("module.stack.module.other") == {"network": {Origin("", "aws_subnet.own", key="a")}}


def test_what_is_not_a_resource_leads_nowhere() -> None:
    wiring = Wiring(ROOT)
    references = ("each.key", "local.x", "data.aws_region.current.id", "var.unknown", "module.none.output")
    assert wiring.origins("module.stack", references) == frozenset()


def test_a_circle_ends() -> None:
    circle = {
        "module_calls": {
            "a": {
                "expressions": {"x": _expression("module.a.x")},
                "module": {"outputs": {"x": {"expression": _expression("var.x")}}},
            }
        }
    }
    assert Wiring(circle).origins("", ("module.a.x",)) == frozenset()
