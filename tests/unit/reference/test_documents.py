from __future__ import annotations

import re
from pathlib import Path

import pytest

from eventyard.reference import check, write
from eventyard.reference.__main__ import main
from eventyard.reference.systems import SystemsError, read
from eventyard.reference.tables import BEGIN, END, between_markers, table
from eventyard_ministack import registry

SYSTEMS = """
[[group]]
name = "Queues"
row = [
  { number = 2, name = "Redrive", by = ["queue"] },
  { number = 1, name = "Delay", by = ["queue"], state = "done", proof = ["tests/a.py"] },
]
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    module = tmp_path / "terraform/modules/queue"
    module.mkdir(parents=True)
    long = "map(object({\n    a = string\n    b = optional(number, 3)\n    c = optional(bool)\n  }))"
    (module / "variables.tf").write_text(
        f'variable "name" {{\n  description = "A|B."\n  type        = string\n}}\n\n'
        f'variable "rules" {{\n  description = "Rules."\n  type = {long}\n  default = {{}}\n}}\n'
    )
    (module / "outputs.tf").write_text('output "queue" {\n  description = "It."\n  value       = 1\n}\n')
    (module / "README.md").write_text("# queue\n\nBy hand.\n")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/systems.toml").write_text(SYSTEMS)
    return tmp_path


def test_what_is_written_is_fresh_and_written_once(repository: Path) -> None:
    assert not any(outcome.fresh for outcome in check(repository))
    assert {path.name for path in write(repository)} == {"README.md", "policy.md", "systems.md"}
    assert all(outcome.fresh for outcome in check(repository))
    assert write(repository) == []


def test_a_readme_keeps_what_is_written_by_hand(repository: Path) -> None:
    write(repository)
    readme = repository / "terraform/modules/queue/README.md"
    text = readme.read_text()
    assert text.startswith("# queue\n\nBy hand.\n\n" + BEGIN)
    assert "| `name` | A\\|B. | `string` | required |" in text
    assert "| `rules` | Rules. | `map(object({…}))`, below | `{}` |" in text
    assert "```text\nmap(object({\n  a = string\n" in text
    readme.write_text(text.replace("By hand.", "By another hand.") + "\nAnd below.\n")
    assert [outcome.fresh for outcome in check(repository)] == [True, True, True]


def test_a_stack_has_its_tables_too(repository: Path) -> None:
    modules = repository / "terraform/modules"
    modules.rename(repository / "terraform/stacks")
    assert repository / "terraform/stacks/queue/README.md" in write(repository)


def test_the_rules_are_all_there_with_their_source(repository: Path) -> None:
    write(repository)
    text = (repository / "docs/policy.md").read_text()
    assert "| `visibility-timeout` |" in text
    assert "(https://docs.aws.amazon.com/lambda/" in text


def test_rows_are_in_their_order_with_what_proves_them(repository: Path) -> None:
    write(repository)
    text = (repository / "docs/systems.md").read_text()
    assert "2 rows: 1 done, 1 planned." in text
    proved = "| 1 | Delay | `queue` | [`tests/a.py`](../tests/a.py) | needs none | needs none | needs none | done |"
    assert text.index(proved) < text.index("| 2 | Redrive | `queue` | - | - | - | - | planned |")


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ('{ number = 1, name = "A", by = [], state = "done" }', "no proof"),
        ('{ number = 1, name = "A", by = [], state = "dnoe", proof = ["x"] }', "`dnoe`"),
        ('{ number = 1, name = "A", by = [], state = "part", proof = ["x"] }', "`part`"),
        ('{ number = 1, name = "A", by = [] }, { number = 1, name = "B", by = [] }', "twice"),
    ],
)
def test_a_row_that_claims_too_much_is_refused(tmp_path: Path, row: str, says: str) -> None:
    file = tmp_path / "systems.toml"
    file.write_text(f'[[group]]\nname = "A"\nrow = [{row}]\n')
    with pytest.raises(SystemsError, match=says):
        read(file)


def test_check_writes_nothing_and_fails_when_something_is_stale(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--check", str(repository)]) == 1
    assert "README.md` is out of date" in capsys.readouterr().err
    assert not (repository / "docs/policy.md").exists()
    assert main([str(repository)]) == 0
    assert main(["--check", str(repository)]) == 0


def test_only_the_marked_part_is_replaced() -> None:
    text = f"above\n\n{BEGIN}\nold\n{END}\n\nbelow\n"
    assert between_markers(text, r"new \1") == f"above\n\n{BEGIN}\n\nnew \\1\n\n{END}\n\nbelow\n"


def test_a_cell_keeps_to_one_line() -> None:
    assert table(("a",), [("one\ntwo|three",)]) == "| a |\n| --- |\n| one two\\|three |"


def test_named_parts_of_a_guide_are_filled_and_the_rest_is_kept(repository: Path) -> None:
    guide = repository / "docs/emulator.md"
    guide.write_text(
        "# Emulator\n\n<!-- BEGIN additions -->\n<!-- END additions -->\n\nBy hand.\n\n"
        "<!-- BEGIN refused -->\n<!-- END refused -->\n\n"
        "<!-- BEGIN capabilities -->\nold\n<!-- END capabilities -->\n\nBelow.\n"
    )
    assert guide in write(repository)
    text = guide.read_text()
    assert all(f"| `{addition.name}` |" in text for addition in registry.ADDITIONS)
    assert "| `s3_static_website` | no: the website endpoint serves nothing |" in text
    assert "\nBy hand.\n" in text
    assert text.endswith("<!-- END capabilities -->\n\nBelow.\n")
    assert "\nold\n" not in text
    assert write(repository) == []


def test_every_document_with_a_generated_part_is_known() -> None:
    root = Path(__file__).parents[3]
    marked = {file for file in root.glob("docs/*.md") if re.search("<!-- begin ", file.read_text(), re.IGNORECASE)}
    assert marked
    assert marked <= {outcome.file for outcome in check(root)}
