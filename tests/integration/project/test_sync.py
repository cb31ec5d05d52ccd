"""`sync` on a stranger's project: what is served, what Terraform says of it afterwards, and what is refused."""

from __future__ import annotations

import fcntl
import io
import json
import os
import signal
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from tests.integration.support.projects import CHECKOUT

from eventyard.testing.waiting import eventually

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator

    from tests.integration.support.projects import Done, Project

STACK = """
variable "handlers" {
  type = map(object({ filename = string, hash = string, handler = string, runtime = string, architecture = string }))
}

module "greet" {
  source = "MODULES/function"
  name   = "${var.prefix}-greet"
  code   = var.handlers["shop/greet"]
}

module "part" {
  source = "MODULES/function"
  name   = "${var.prefix}-part"
  code   = var.handlers["shop/part"]
}

resource "aws_cloudwatch_log_group" "bare" {
  name              = "/aws/lambda/${var.prefix}-bare"
  retention_in_days = 7
}

# Without versions, and without an alias.
resource "aws_lambda_function" "bare" {
  function_name    = "${var.prefix}-bare"
  role             = module.greet.role.arn
  filename         = var.handlers["shop/bare"].filename
  source_code_hash = var.handlers["shop/bare"].hash
  handler          = var.handlers["shop/bare"].handler
  runtime          = var.handlers["shop/bare"].runtime
  architectures    = [var.handlers["shop/bare"].architecture]
  depends_on       = [aws_cloudwatch_log_group.bare]
}
"""

HANDLER = '''"""Says a word."""

from __future__ import annotations

from shop._shared.words import WORD


def handler(event: object, context: object) -> list[str]:
    """Return the function's word and the shared one."""
    return ["first", WORD]
'''

SHARED = 'WORD = "shared"\n'
LIVE = {"Qualifier": "live"}
GREET = {
    "module.stack.module.greet.aws_lambda_alias.live",
    "module.stack.module.greet.aws_lambda_function.this",
}


@pytest.fixture(scope="module")
def shop(make_project: Callable[..., Project]) -> Project:
    """The project with three functions, applied."""
    project = make_project("[project]\nname = 'corner-shop'\ndefault_stack = 'shop'\n[environments.local]\nport = 0\n")
    modules = os.path.relpath(CHECKOUT / "terraform/modules", project.folder / "terraform/stacks/shop")
    project.stack("shop", STACK.replace("MODULES", modules))
    project.write("handlers/shop/_shared/words.py", SHARED)
    for name in ("greet", "part", "bare"):
        project.write(f"handlers/shop/{name}/app.py", HANDLER)
    project.run("apply")
    return project


@pytest.fixture(autouse=True)
def as_before(request: pytest.FixtureRequest) -> Iterator[None]:
    """Handlers as they were applied, and functions that serve them, after each test that edits any."""
    yield
    if "shop" in request.fixturenames:
        project: Project = request.getfixturevalue("shop")
        project.write("handlers/shop/_shared/words.py", SHARED)
        for name in ("greet", "part", "bare"):
            project.write(f"handlers/shop/{name}/app.py", HANDLER)
        project.run("sync")


def edit(project: Project, name: str, word: str) -> None:
    project.write(f"handlers/shop/{name}/app.py", HANDLER.replace("first", word))


def answer(project: Project, name: str, **qualifier: str) -> Any:
    got = project.client("lambda").invoke(FunctionName=f"shop-local-{name}", **qualifier)
    return json.loads(got["Payload"].read())


def planned(project: Project) -> tuple[dict[str, list[str]], Done]:
    """Return what a new plan changes, by address, and how the command ended."""
    done = project.run("plan", "--json")
    if not done.data["changes_pending"]:
        return {}, done
    document = json.loads((project.stack_folder("shop") / "plan/plan.json").read_text())
    changes = {one["address"]: one["change"]["actions"] for one in document["resource_changes"]}
    return {address: actions for address, actions in changes.items() if actions != ["no-op"]}, done


def changes_of(addresses: set[str]) -> dict[str, list[str]]:
    return {address: ["update"] for address in addresses}


def pending(done: Done) -> set[str]:
    return {one["address"] for one in done.data["pending"]}


def test_edit_that_was_put_back_and_synced_leaves_nothing_to_change(shop: Project) -> None:
    for word in ("edited", "first"):
        edit(shop, "greet", word)
        done = shop.run("sync", "--json")
        assert answer(shop, "greet", **LIVE) == [word, "shared"]
    assert (len(done.data["updates"]), pending(done)) == (1, set())
    assert planned(shop)[0] == {}


def test_edit_that_was_synced_and_put_back_is_said_and_put_right_by_apply(shop: Project) -> None:
    """Terraform sees no difference: the artefact has the hash it applied."""
    edit(shop, "greet", "forgotten")
    shop.run("sync")
    edit(shop, "greet", "first")

    changes, done = planned(shop)
    assert changes == {}
    assert "shop/greet serves an edit that `sync` left, which no plan shows" in done.err
    assert answer(shop, "greet", **LIVE) == ["forgotten", "shared"]

    shop.run("apply")
    assert answer(shop, "greet", **LIVE) == ["first", "shared"]
    changes, done = planned(shop)
    assert changes == {}
    assert "no plan shows" not in done.err


def test_what_three_share_is_served_by_all_and_a_function_without_versions_too(shop: Project) -> None:
    shop.write("handlers/shop/_shared/words.py", 'WORD = "changed"\n')
    done = shop.run("sync", "--json")
    assert {(one["label"], bool(one["version"])) for one in done.data["updates"]} == {
        ("shop/greet", True),
        ("shop/part", True),
        ("shop/bare", False),
    }
    assert answer(shop, "greet", **LIVE) == answer(shop, "part", **LIVE) == answer(shop, "bare") == ["first", "changed"]
    assert planned(shop)[0] == changes_of(pending(done))
    assert len(pending(done)) == 5


def test_record_is_not_believed_where_lambda_says_otherwise(shop: Project) -> None:
    """Somebody else gives the function other code: what `sync` remembers of it is stale."""
    edit(shop, "greet", "edited")
    shop.run("sync")
    client, name = shop.client("lambda"), "shop-local-greet"
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("shop/greet/app.py", "def handler(event, context):\n    return 'a stranger'\n")
    version = client.update_function_code(FunctionName=name, ZipFile=archive.getvalue(), Publish=True)["Version"]
    client.update_alias(FunctionName=name, Name="live", FunctionVersion=version)
    assert answer(shop, "greet", **LIVE) == "a stranger"

    assert [one["label"] for one in shop.run("sync", "--json").data["updates"]] == ["shop/greet"]
    assert answer(shop, "greet", **LIVE) == ["edited", "shared"]


def test_alias_that_shares_its_calls_stays_as_a_release_has_it(shop: Project) -> None:
    client, name = shop.client("lambda"), "shop-local-part"
    before = client.get_alias(FunctionName=name, Name="live")["FunctionVersion"]
    client.update_alias(FunctionName=name, Name="live", RoutingConfig={"AdditionalVersionWeights": {"1": 0.5}})
    edit(shop, "part", "edited")
    try:
        done = shop.run("sync")
        assert "shop/part: not live" in done.err
        assert "`live` shares its calls between versions" in done.err
        assert client.get_alias(FunctionName=name, Name="live")["FunctionVersion"] == before
        assert answer(shop, "part", **LIVE) == ["first", "shared"]
    finally:
        client.update_alias(FunctionName=name, Name="live", RoutingConfig={"AdditionalVersionWeights": {}})


def test_new_and_removed_handlers_are_said(shop: Project) -> None:
    shop.write("handlers/shop/fresh/app.py", HANDLER)
    (shop.folder / "handlers/shop/bare/app.py").unlink()
    try:
        done = shop.run("sync")
    finally:
        (shop.folder / "handlers/shop/fresh/app.py").unlink()
    assert "shop/fresh: not deployed yet; `eventyard apply --stack shop --env local` makes it" in done.err
    assert "shop/bare: deployed as `shop-local-bare`, and its handler is gone" in done.err
    assert answer(shop, "bare") == ["first", "shared"]


def test_syntax_error_is_named_and_nothing_is_served(shop: Project) -> None:
    edit(shop, "greet", "edited")
    shop.write("handlers/shop/part/app.py", "def handler(event, context)\n    return 1\n")
    refused = shop.run("sync", code=1)
    assert "error: Syntax error" in refused.err
    assert "handlers/shop/part/app.py:1" in refused.err
    assert answer(shop, "greet", **LIVE) == ["first", "shared"]


def test_run_that_holds_the_stack_is_named(shop: Project) -> None:
    folder = shop.stack_folder("shop")
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        (folder / "holder.json").write_text(
            json.dumps({"pid": 1, "user": "alex", "command": "eventyard apply", "since": "2026-11-01T08:00:00Z"})
        )
        refused = shop.run("sync", code=1)
    assert "Another run is at work on `shop` in `local`: alex's `eventyard apply`, process 1" in refused.err


@pytest.fixture
def watching(shop: Project) -> Iterator[subprocess.Popen[str]]:
    """`sync --watch --json`, begun; it is ended when the test has not done so."""
    process = shop.start("sync", "--watch", "--json")
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("watching"):
            break
    yield process
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)


def line(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    return dict(json.loads(process.stdout.readline()))


def test_watching_serves_edit_after_edit_and_ends_with_a_summary(
    shop: Project, watching: subprocess.Popen[str]
) -> None:
    for word in ("one", "two"):
        edit(shop, "greet", word)
        (update,) = line(watching)["updates"]
        assert (update["label"], update["live"]) == ("shop/greet", True)
        assert answer(shop, "greet", **LIVE) == [word, "shared"]

    shop.write("handlers/shop/greet/app.py", "def handler(event, context)\n    return 1\n")
    error = line(watching)["error"]
    assert error["what"].startswith("Syntax error")
    assert error["where"].endswith("handlers/shop/greet/app.py:1")
    assert answer(shop, "greet", **LIVE) == ["two", "shared"]

    edit(shop, "greet", "mended")
    assert line(watching)["updates"]
    assert answer(shop, "greet", **LIVE) == ["mended", "shared"]

    watching.send_signal(signal.SIGINT)
    out, said = watching.communicate(timeout=60)
    assert watching.returncode == 0, said
    assert "3 updates of 1 functions, median " in said
    assert {one["address"] for one in json.loads(out)["pending"]} == GREET
    assert planned(shop)[0] == changes_of(GREET)


def test_last_of_a_burst_of_saves_is_served_and_old_versions_go(shop: Project, watching: subprocess.Popen[str]) -> None:
    for number in range(40):
        edit(shop, "greet", f"save {number}")
        edit(shop, "part", f"save {number}")
    eventually(
        lambda: answer(shop, "greet", **LIVE) == answer(shop, "part", **LIVE) == ["save 39", "shared"], timeout=60
    )

    client = shop.client("lambda")
    state = json.loads((shop.stack_folder("shop") / "state/terraform.tfstate").read_text())
    applied = {
        one["instances"][0]["attributes"]["version"]
        for one in state["resources"]
        if one["type"] == "aws_lambda_function" and "greet" in one.get("module", "")
    }

    def left() -> bool:
        record = json.loads((shop.stack_folder("shop") / "sync.json").read_text())
        published = set(record["functions"]["shop-local-greet"]["published"])
        versions = client.list_versions_by_function(FunctionName="shop-local-greet")["Versions"]
        there = {one["Version"] for one in versions}
        return len(published) <= 2 and published <= there and applied <= there

    eventually(left, timeout=60)


def test_edit_during_another_run_is_served_when_that_ends(shop: Project, watching: subprocess.Popen[str]) -> None:
    edit(shop, "greet", "before")
    assert line(watching)["updates"]
    folder = shop.stack_folder("shop")
    with (folder / "lock").open("w") as lock:
        eventually(lambda: _locked(lock), timeout=60)
        edit(shop, "greet", "meanwhile")
        assert watching.stderr is not None
        said = next(text for text in watching.stderr if "waiting for it to end" in text)
        assert said.startswith("Another run is at work on `shop` in `local`")
        assert answer(shop, "greet", **LIVE) == ["before", "shared"]
    assert line(watching)["updates"]
    assert answer(shop, "greet", **LIVE) == ["meanwhile", "shared"]


def _locked(lock: io.TextIOWrapper) -> bool:
    """Take the stack's hold, if nobody has it."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def test_edit_is_served_by_the_alias_and_the_next_plan_says_exactly_what_was_said(shop: Project) -> None:
    edit(shop, "greet", "edited")
    done = shop.run("sync", "--json")
    (update,) = done.data["updates"]
    assert (update["label"], update["aliases"], update["live"]) == ("shop/greet", ["live"], True)
    assert answer(shop, "greet", **LIVE) == ["edited", "shared"]
    assert answer(shop, "part", **LIVE) == ["first", "shared"]

    assert planned(shop)[0] == changes_of(pending(done))
    assert pending(done) == GREET

    shop.run("apply")
    assert answer(shop, "greet", **LIVE) == ["edited", "shared"]
    assert planned(shop)[0] == {}
    again = shop.run("sync", "--json").data
    assert (again["updates"], again["unchanged"], again["pending"]) == ([], 3, [])


def test_stack_that_was_never_applied_is_refused(shop: Project) -> None:
    refused = shop.run("sync", "--stack", "note", code=1)
    assert "`note` is not applied in `local`: nothing is there to give code to" in refused.err
    assert "run `eventyard apply --stack note --env local` first" in refused.err


def test_protected_and_prod_are_refused_and_nothing_is_started(make_project: Callable[..., Project]) -> None:
    project = make_project(
        "[project]\ndefault_stack = 'note'\n[environments.prod]\n[environments.kept]\nprotect = true\n"
    )
    for name, what in (("prod", "`prod` is not for `sync`"), ("kept", "`kept` is protected")):
        refused = project.run("sync", "--env", name, code=1)
        assert what in refused.err
        assert f"deploy with `eventyard apply --stack note --env {name}`" in refused.err
        assert not (project.folder / "build" / name).exists()


def test_emulator_that_does_not_run_is_not_started(make_project: Callable[..., Project]) -> None:
    refused = make_project().run("sync", code=1)
    assert "The emulator of `local` does not run: nothing is applied there" in refused.err


def test_emptied_emulator_has_lost_the_functions(make_project: Callable[..., Project]) -> None:
    project = make_project()
    project.run("apply")
    project.run("local", "reset")
    refused = project.run("sync", code=1)
    assert "the emulator was started anew or emptied since the last apply" in refused.err.lower()
