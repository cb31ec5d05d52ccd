from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from eventyard.reference.examples import Example, ExampleError, read, write_root

if TYPE_CHECKING:
    from pathlib import Path

README = """# queue

```hcl
# modules=1 resources=2
module "jobs" {
  source = "git::https://example.com/eventyard.git//terraform/modules/queue?ref=v0.1.0"
  name   = "jobs"
}
```

```text
what is no example
```

```hcl
# modules=1 resources=4
module "more" {
  source   = "../queue"
  for_each = toset(["a", "b"])
}

resource "aws_iam_role" "own" {
  name = "own"
}
```
"""


def _entry(module: str, type_: str, name: str, mode: str = "managed") -> dict[str, Any]:
    return {"module_address": module, "type": type_, "name": name, "mode": mode}


@pytest.fixture
def readme(tmp_path: Path) -> Path:
    file = tmp_path / "README.md"
    file.write_text(README)
    return file


def test_examples_of_a_readme_are_one_module_with_sources_in_the_checkout(readme: Path, tmp_path: Path) -> None:
    write_root({"queue": read(readme), "empty": []}, tmp_path / "root", modules="../modules")
    assert 'source = "../../modules/queue"' in (tmp_path / "root/queue/example_1.tf").read_text()
    assert 'source   = "../../modules/queue"' in (tmp_path / "root/queue/example_2.tf").read_text()
    main = (tmp_path / "root/main.tf").read_text()
    assert main.count('provider "aws"') == 1
    assert 'module "queue" {\n  source = "./queue"\n}' in main


def test_each_example_is_counted_apart(readme: Path) -> None:
    first, second = read(readme)
    plan = {
        "resource_changes": [
            _entry("module.queue.module.jobs", "aws_sqs_queue", "this"),
            _entry("module.queue.module.jobs", "aws_sqs_queue", "dead_letters"),
            _entry("module.queue.module.jobs", "aws_caller_identity", "current", "data"),
            _entry("module.queue-of-another.module.jobs", "aws_sqs_queue", "this"),
            _entry('module.queue.module.more["a"]', "aws_sqs_queue", "this"),
            _entry('module.queue.module.more["b"].module.inner', "aws_sqs_queue", "this"),
            _entry("module.queue", "aws_iam_role", "own"),
            {"type": "aws_iam_role", "name": "own", "mode": "managed"},
        ]
    }
    assert first.makes(plan, "queue") == (1, 2)
    assert second.makes(plan, "queue") == (1, 3)


def test_an_example_that_promises_nothing_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "README.md"
    file.write_text('```hcl\nmodule "a" {}\n```\n')
    with pytest.raises(ExampleError, match="does not say what it makes"):
        read(file)


def test_a_source_that_is_not_ours_is_refused() -> None:
    example = Example(1, 'module "a" {\n  source = "git::https://example.com/other.git"\n}\n', 1, 1)
    with pytest.raises(ExampleError, match="none of our modules"):
        example.rooted("../modules")
