from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.sync.conftest import alias, function

from eventyard.sync.matching import match, pending

if TYPE_CHECKING:
    from collections.abc import Callable

    from eventyard.packaging import Artefact
    from eventyard.sync.matching import Pair


def matched(artefacts: dict[str, Artefact], *functions: object) -> tuple[list[tuple[str, str]], tuple[str, ...]]:
    found = match(artefacts, functions, package="shop", apply="`apply`")  # type: ignore[arg-type]
    return [(pair.label, pair.function.name) for pair in found.pairs], found.notes


def test_an_artefact_belongs_in_every_function_with_its_handler(artefact: Callable[..., Artefact]) -> None:
    twin = function("shop-local-twin", handler="shop.greet.app.handler")
    assert matched({"shop/greet": artefact()}, function(), twin) == (
        [("shop/greet", "shop-local-greet"), ("shop/greet", "shop-local-twin")],
        (),
    )


def test_a_handler_that_is_not_deployed_is_said(artefact: Callable[..., Artefact]) -> None:
    assert matched({"shop/new": artefact("new")}) == (
        [],
        ("shop/new: not deployed yet; `apply` makes it if the stack has it",),
    )


def test_a_function_whose_handler_is_gone_is_said_and_a_strangers_is_not() -> None:
    stranger = function("elsewhere", handler="index.handler")
    pairs, notes = matched({}, function(), stranger)
    assert pairs == []
    assert notes == ("shop/greet: deployed as `shop-local-greet`, and its handler is gone; it serves on until `apply`",)


def test_another_runtime_is_for_apply(artefact: Callable[..., Artefact]) -> None:
    pairs, (note,) = matched({"shop/greet": artefact()}, function(runtime="python3.12"))
    assert pairs == []
    assert "deployed for python3.12 on x86_64, packaged for python3.13 on x86_64" in note


def test_nothing_is_pending_where_the_applied_artefact_is_packaged(pair: Callable[..., Pair]) -> None:
    assert pending([pair()]) == ()


def test_an_edit_changes_the_function_and_the_aliases_that_follow_it(pair: Callable[..., Pair]) -> None:
    edited = pair("edited", aliases=(alias(), alias("0", name="held"), alias(name="split", weighted=True)))
    assert [str(one) for one in pending([edited])] == [
        "module.stack.aws_lambda_alias.live: function_version",
        "module.stack.module.greet.aws_lambda_function.this: source_code_hash, filename",
    ]


def test_code_from_a_bucket_changes_its_key(pair: Callable[..., Pair]) -> None:
    (function, *_) = reversed(pending([pair("edited", from_bucket=True)]))
    assert function.attributes == ("source_code_hash", "s3_key")


def test_without_a_hash_in_the_stack_the_bytes_decide(pair: Callable[..., Pair]) -> None:
    other = pair("edited", hash=None, aliases=())
    assert [one.attributes for one in pending([other])] == [("filename",)]
    assert pending([pair("edited", hash=None, code_sha256=other.code_sha256)]) == ()
