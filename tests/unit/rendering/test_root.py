from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import hcl2
import pytest

from eventyard.config import ConfigError, Environment, Settings
from eventyard.packaging import Artefact
from eventyard.packaging.model import ManifestError
from eventyard.rendering import House, Provider, Root, StackSource, inputs, render
from eventyard.rendering.root import handlers

if TYPE_CHECKING:
    from pathlib import Path

STACK = """
variable "prefix" {
  type = string
}

variable "handlers" {
  type = map(object({
    filename = optional(string)
    hash     = string
    handler  = optional(string, "a{b}")
  }))
}

variable "tags" {
  type    = map(string)
  default = {}
}

variable "word" {
  type      = string
  sensitive = true
  default   = "x"
}

module "queue" {
  source = "../../modules/queue"
}

output "url" {
  value = "https://example.test"
}

output "word" {
  value     = var.word
  sensitive = true
}
"""
AWS = {
    "name": "prod",
    "target": "aws",
    "account": "222222222222",
    "profile": "work",
    "role_arn": "arn:aws:iam::222222222222:role/deploy",
    "state": {"bucket": "states", "key_prefix": "team/", "region": "eu-central-1"},
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    for name, text in {"stacks/jobs": STACK, "modules/queue": 'variable "x" {\n  default = 1\n}\n'}.items():
        (folder / "terraform" / name).mkdir(parents=True)
        (folder / "terraform" / name / "main.tf").write_text(text)
    (folder / "cache").mkdir()
    (folder / "cache/hello.zip").write_bytes(b"zip")
    return folder


def artefact(project: Path) -> Artefact:
    return Artefact(
        project / "cache/hello.zip", "ab/c+def0123456789", "jobs.hello.app.handler", "python3.13", "arm64", 3, 3
    )


def make(project: Path, out: Path, environment: dict[str, Any], **given: Any) -> list[str]:
    chosen = Environment.model_validate(environment)
    settings = Settings(root=project, environments={chosen.name: chosen})
    source = StackSource(settings.stack_folder("jobs"))
    made = {"jobs/hello": artefact(project)}
    endpoint = "http://127.0.0.1:4711" if chosen.local else None
    root = Root(
        settings=settings,
        environment=chosen,
        stack="jobs",
        source=source,
        provider=Provider(version="5.100.0", account=chosen.account_id, endpoint=endpoint),
        state_file=project / "build/local/jobs/state/terraform.tfstate",
        values=inputs(source, House(chosen, "jobs", handlers(made, chosen.artefacts)), given),
    )
    return render(root, out, made)


def parsed(out: Path, name: str) -> Any:
    return hcl2.loads((out / name).read_text())


def test_the_house_s_inputs_go_only_where_they_are_declared(project: Path, tmp_path: Path) -> None:
    make(project, tmp_path / "out", {"name": "local", "tags": {"team": "x"}}, word="hush")
    values = json.loads((tmp_path / "out/terraform.tfvars.json").read_text())
    assert sorted(values) == ["handlers", "prefix", "tags", "word"]
    assert values["prefix"] == "jobs-local"
    assert values["handlers"]["jobs/hello"]["filename"] == "artefacts/jobs-hello-abcdef012345.zip"
    assert (tmp_path / "out/artefacts/jobs-hello-abcdef012345.zip").read_bytes() == b"zip"
    assert (tmp_path / "out/terraform.tfvars.json").stat().st_mode & 0o777 == 0o600


def test_a_bucket_s_artefacts_are_named_by_their_hash_and_need_no_file(project: Path, tmp_path: Path) -> None:
    (project / "cache/hello.zip").unlink()
    (tmp_path / "out/artefacts").mkdir(parents=True)
    (tmp_path / "out/artefacts/jobs-hello-000000000000.zip").write_bytes(b"from before there was a bucket")
    make(project, tmp_path / "out", {**AWS, "artefacts": {"bucket": "kept", "prefix": "team"}})
    made = json.loads((tmp_path / "out/terraform.tfvars.json").read_text())["handlers"]["jobs/hello"]
    assert made["s3"] == {"bucket": "kept", "key": "team/artefacts/ab/c+def0123456789.zip"}
    assert "filename" not in made
    assert list((tmp_path / "out/artefacts").iterdir()) == []


def test_without_a_bucket_the_file_must_be_there(project: Path, tmp_path: Path) -> None:
    (project / "cache/hello.zip").unlink()
    with pytest.raises(ManifestError, match=r"`jobs\.hello\.app\.handler` is gone"):
        make(project, tmp_path / "out", {"name": "local"})


def test_nothing_in_the_root_names_this_machine(project: Path, tmp_path: Path) -> None:
    out = project / "build/local/jobs/root"
    make(project, out, {"name": "local"})
    for file in out.iterdir():
        if file.is_file():
            assert str(tmp_path) not in file.read_text()
    assert 'path = "../state/terraform.tfstate"' in (out / "terraform.tf").read_text()
    assert '"../../../../terraform/stacks/jobs"' in (out / "main.tf").read_text()


def test_a_local_root_cannot_reach_aws(project: Path, tmp_path: Path) -> None:
    make(project, tmp_path / "out", {"name": "local"})
    provider = (tmp_path / "out/provider.tf").read_text()
    assert 'allowed_account_ids = ["000000000000"]' in provider
    assert 'shared_config_files     = ["aws.config"]' in provider
    assert 'access_key              = "test"' in provider
    assert "endpoint_url = http://127.0.0.1:4711" in (tmp_path / "out/aws.config").read_text()


def test_an_aws_root_names_account_role_and_locked_state(project: Path, tmp_path: Path) -> None:
    make(project, tmp_path / "out", AWS)
    provider = (tmp_path / "out/provider.tf").read_text()
    backend = (tmp_path / "out/terraform.tf").read_text()
    assert 'allowed_account_ids = ["222222222222"]' in provider
    assert 'role_arn = "arn:aws:iam::222222222222:role/deploy"' in provider
    assert "access_key" not in provider
    assert "use_lockfile = true" in backend
    assert 'key          = "team/prod/jobs.tfstate"' in backend
    assert 'region       = "eu-central-1"' in backend
    assert not (tmp_path / "out/aws.config").exists()


@pytest.mark.parametrize("environment", [{"name": "local"}, AWS, {"name": "local", "state": {"bucket": "states"}}])
def test_what_is_rendered_is_formatted_and_parses(project: Path, tmp_path: Path, environment: dict[str, Any]) -> None:
    make(project, tmp_path / "out", environment, word="${hush}")
    for name in ("terraform.tf", "provider.tf", "variables.tf", "main.tf"):
        assert parsed(tmp_path / "out", name)
    terraform = shutil.which("terraform")
    if terraform:
        subprocess.run([terraform, "fmt", "-check", "-diff", str(tmp_path / "out")], check=True)


def test_a_second_rendering_writes_nothing(project: Path, tmp_path: Path) -> None:
    assert make(project, tmp_path / "out", {"name": "local"})
    assert make(project, tmp_path / "out", {"name": "local"}) == []


def test_artefacts_nobody_needs_any_more_go(project: Path, tmp_path: Path) -> None:
    (tmp_path / "out/artefacts").mkdir(parents=True)
    (tmp_path / "out/artefacts/jobs-hello-000000000000.zip").write_bytes(b"old")
    make(project, tmp_path / "out", {"name": "local"})
    assert [file.name for file in (tmp_path / "out/artefacts").iterdir()] == ["jobs-hello-abcdef012345.zip"]


def test_the_one_output_is_sensitive_and_types_are_the_stack_s(project: Path, tmp_path: Path) -> None:
    make(project, tmp_path / "out", {"name": "local"}, word="hush")
    assert parsed(tmp_path / "out", "main.tf")["output"][0]['"stack"']["sensitive"] is True
    variables = (tmp_path / "out/variables.tf").read_text()
    assert 'optional(string, "a{b}")' in variables
    assert 'variable "word" {\n  type      = string\n  sensitive = true\n}' in variables


def test_an_unknown_input_is_refused_with_the_nearest(project: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        make(project, tmp_path / "out", {"name": "local"}, wrod="x")
    assert "`word`" in (refused.value.fix or "")
    assert (refused.value.where or "").endswith("environments.local.stacks.jobs.inputs.wrod")
    assert not (tmp_path / "out").exists()


def test_a_missing_input_is_named(project: Path, tmp_path: Path) -> None:
    file = project / "terraform/stacks/jobs/more.tf"
    file.write_text('variable "network" {\n  type = string\n}\n')
    with pytest.raises(ConfigError, match="needs `network`"):
        make(project, tmp_path / "out", {"name": "local"})


def test_source_reads_modules_outputs_and_changes(project: Path) -> None:
    source = StackSource(project / "terraform/stacks/jobs")
    assert [folder.name for folder in source.folders] == ["jobs", "queue"]
    assert source.outputs == {"url": False, "word": True}
    before, needs = source.digest(), source.needs()
    (project / "terraform/modules/queue/README.md").write_text("x")
    assert StackSource(source.folder).digest() == before
    (project / "terraform/modules/queue/main.tf").write_text('variable "x" {\n  default = 2\n}\n')
    assert StackSource(source.folder).digest() != before
    assert StackSource(source.folder).needs() == needs
