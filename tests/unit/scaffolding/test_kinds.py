"""What a scaffold is made of, in this repository and in another team's."""

from __future__ import annotations

from pathlib import Path

import pytest

from eventyard.config import ConfigError, Settings, load
from eventyard.reference import examples
from eventyard.rendering import RenderingError
from eventyard.scaffolding import handler, module, stack

REPOSITORY = Path(__file__).resolve().parents[3]


def test_a_module_of_another_team_has_its_files_and_no_more(settings: Settings) -> None:
    made = module(settings, "audit-log")
    assert made.targets == ("terraform/modules/audit-log",)
    assert {name.removeprefix("terraform/modules/audit-log/") for name in made.files} == {
        "README.md",
        "alarms.tf",
        "main.tf",
        "outputs.tf",
        "tests/audit_log.tftest.hcl",
        "variables.tf",
        "versions.tf",
    }
    readme = made.files["terraform/modules/audit-log/README.md"]
    assert "git::https://example.com/corner-shop.git//terraform/modules/audit-log?ref=v0.1.0" in readme
    assert "| `log_retention_days` | How long lines are kept. | `number` | `30` |" in readme
    assert made.then[0].do == "run `terraform init && terraform test` in `terraform/modules/audit-log`"


def test_a_module_of_this_repository_has_an_example_to_apply_and_lines_to_add() -> None:
    made = module(load(REPOSITORY), "audit-log")
    assert made.targets == ("terraform/modules/audit-log", "tests/integration/modules/examples/audit-log.tf")
    edits = {step.file: step.lines for step in made.then if step.file}
    assert edits["terraform/modules/README.md"][0].startswith("| CloudWatch Logs | [`audit-log`](audit-log) |")
    assert 'name = "audit-log"' in edits["docs/comparison.toml"]


def test_a_modules_examples_promise_what_they_make(settings: Settings, tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(module(settings, "audit-log").files["terraform/modules/audit-log/README.md"])
    assert [(one.modules, one.resources) for one in examples.read(readme)] == [(1, 2), (1, 2)]
    assert "example.com" not in examples.read(readme)[0].rooted("../modules")


def test_a_stack_has_its_modules_where_the_others_have_theirs(settings: Settings) -> None:
    main = stack(settings, "order-events").files["terraform/stacks/order-events/main.tf"]
    assert 'source           = "git::https://example.com/kit.git//terraform/modules/queue?ref=v1.2.3"' in main
    assert 'source             = "git::https://example.com/kit.git//terraform/modules/function?ref=v1.2.3"' in main


@pytest.mark.parametrize(
    ("modules", "source"),
    [
        ("../../parts/", "../../parts/queue"),
        ("git::https://h/k.git//m/{module}?ref=v2", "git::https://h/k.git//m/queue?ref=v2"),
    ],
)
def test_where_modules_are_can_be_said(settings: Settings, modules: str, source: str) -> None:
    main = stack(settings, "order-events", modules).files["terraform/stacks/order-events/main.tf"]
    assert f'"{source}"' in main


def test_a_projects_own_modules_come_first(root: Path, settings: Settings) -> None:
    for name in ("function", "queue"):
        (root / "terraform/modules" / name).mkdir(parents=True)
    assert '"../../modules/queue"' in stack(settings, "order-events").files["terraform/stacks/order-events/main.tf"]


def test_a_stack_without_modules_anywhere_is_refused(root: Path) -> None:
    (root / "terraform/stacks/shop/main.tf").write_text('output "a" {\n  value = 1\n}\n')
    with pytest.raises(ConfigError) as refusal:
        stack(load(root), "order-events")
    assert "eventyard new stack order-events --modules" in str(refusal.value.fix)


def test_a_stack_comes_with_its_handler_its_tests_and_its_picture(settings: Settings) -> None:
    made = stack(settings, "order-events")
    assert made.targets == (
        "terraform/stacks/order-events",
        "tests/integration/test_order_events.py",
        "handlers/order_events/work",
        "tests/unit/order_events/test_work.py",
    )
    assert made.files["terraform/stacks/order-events/diagram.svg"].startswith("<svg ")
    assert "```mermaid" in made.files["terraform/stacks/order-events/README.md"]
    assert 'MODULE = "order_events.work.app"' in made.files["tests/unit/order_events/test_work.py"]


def test_a_handler_needs_its_stack_and_says_where_it_goes(settings: Settings) -> None:
    made = handler(settings, "shop", "send_email")
    assert made.targets == ("handlers/shop/send_email", "tests/unit/shop/test_send_email.py")
    (edit,) = [step for step in made.then if step.file]
    assert edit.file == "terraform/stacks/shop/main.tf"
    assert '  code        = var.handlers["shop/send_email"]' in edit.lines
    with pytest.raises(ConfigError, match="There is no stack `shoop`"):
        handler(settings, "shoop", "send_email")


def test_a_projects_own_templates_win_and_are_parsed_too(root: Path, settings: Settings) -> None:
    own = root / "templates/new/handler"
    own.mkdir(parents=True)
    (own / "app.py.j2").write_text("NAME = '{{ function }}'\n")
    assert handler(settings, "shop", "greet").files["handlers/shop/greet/app.py"] == "NAME = 'greet'\n"
    (own / "app.py.j2").write_text("def broken(:\n")
    with pytest.raises(RenderingError, match="can't be read"):
        handler(settings, "shop", "greet")
