from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventyard.config import Artefacts, ConfigError, Reference, find_root, load


def project(folder: Path, text: str, *stacks: str) -> Path:
    (folder / "eventyard.toml").write_text(text)
    for stack in stacks:
        (folder / "terraform/stacks" / stack).mkdir(parents=True)
        (folder / "terraform/stacks" / stack / "main.tf").write_text("")
    return folder


@pytest.mark.parametrize("text", [None, "", "# nothing\n"])
def test_empty_or_absent_file_is_the_local_environment(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        project(tmp_path, text)
    settings = load(tmp_path)
    environment = settings.environment()
    assert (environment.name, environment.target, environment.region) == ("local", "ministack", "eu-west-1")
    assert not environment.protected
    assert environment.prefix_of("jobs") == "jobs-local"


@pytest.mark.parametrize(
    ("text", "where", "nearest"),
    [
        ("[projct]\n", "projct", "project"),
        ("[project]\nnme = 'x'\n", "project.nme", "name"),
        ("[environments.dev]\nregoin = 'eu-west-1'\n", "environments.dev.regoin", "region"),
        ("[environments.local]\nrole = { pth = '/' }\n", "environments.local.role.pth", "path"),
        ("[environments.local.stacks.jobs]\ninput = {}\n", "environments.local.stacks.jobs.input", "inputs"),
        ("[environments.local]\nstate = { bucket = 'abc', key_prefx = '' }\n", "local.state.key_prefx", "key_prefix"),
        ("[environments.local]\nartefacts = { bucket = 'abc', prefx = '' }\n", "local.artefacts.prefx", "prefix"),
        ("[environments.local]\nalarms = { action = [] }\n", "environments.local.alarms.action", "actions"),
    ],
)
def test_unknown_key_is_refused_with_its_path_and_the_nearest(
    tmp_path: Path, text: str, where: str, nearest: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        load(project(tmp_path, text))
    assert refused.value.where is not None
    assert refused.value.where.endswith(where)
    assert f"`{nearest}`" in (refused.value.fix or "")


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("[environments.local]\nprotect = 'yes'\n", "environments.local.protect"),
        ("[environments.local]\nlog_retention_days = '30'\n", "environments.local.log_retention_days"),
        ("[environments.local]\naccount = '123'\n", "environments.local.account"),
        ("[environments.local]\ntarget = 'azure'\n", "environments.local.target"),
        ("[environments.local]\nregion = 'Ireland'\n", "environments.local.region"),
        ("environments = 3\n", "environments"),
        ("[environments]\nlocal = 3\n", "environments.local"),
        ("[environments.dev]\ntarget = 'aws'\n", "environments.dev"),
        ("[environments.local]\nprofile = 'me'\n", "environments.local"),
        ("[environments.local.policy]\n'rule:address' = 'because'\n", "environments.local.policy"),
        ("[environments.local]\nartefacts = { bucket = 'A' }\n", "environments.local.artefacts.bucket"),
        ("[environments.local]\nartefacts = {}\n", "environments.local.artefacts.bucket"),
        (
            "[environments.local]\nartefacts = { bucket = 'abc', account = '1' }\n",
            "environments.local.artefacts.account",
        ),
        ("[environments.local]\nartefacts = { bucket = 'abc' }\nstate = { bucket = 'abc' }\n", "environments.local"),
    ],
)
def test_wrong_value_is_refused_with_its_path(tmp_path: Path, text: str, where: str) -> None:
    with pytest.raises(ConfigError) as refused:
        load(project(tmp_path, text))
    assert refused.value.where == f"eventyard.toml: {where}"


def test_artefacts_have_their_places_in_the_bucket() -> None:
    plain, team = (Artefacts(bucket="kept", prefix=prefix) for prefix in ("", "/team/shop/"))
    assert plain.object_key("0a") == "artefacts/0a.zip"
    assert team.object_key("0a") == "team/shop/artefacts/0a.zip"
    assert team.manifests("jobs", "dev") == "team/shop/manifests/jobs/dev/"
    assert team.same_place(Artefacts(bucket="kept", prefix="team/shop", account="222222222222"))
    assert not team.same_place(plain)
    assert not team.same_place(None)


@pytest.mark.parametrize("key", ["root", "name"])
def test_what_the_kit_fills_in_itself_cannot_be_set(tmp_path: Path, key: str) -> None:
    with pytest.raises(ConfigError):
        load(project(tmp_path, f"{key} = 'x'\n"))


def test_broken_toml_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="not valid TOML") as refused:
        load(project(tmp_path, "[environments\n"))
    assert "eventyard.toml" in (refused.value.where or "")


def test_unknown_environment_and_stack_name_the_nearest(tmp_path: Path) -> None:
    settings = load(project(tmp_path, "[environments.prod]\n", "jobs"))
    with pytest.raises(ConfigError) as refused:
        settings.environment("prd")
    assert "`prod`" in (refused.value.fix or "")
    with pytest.raises(ConfigError) as refused:
        settings.stack_folder("job")
    assert "`jobs`" in (refused.value.fix or "")


def test_from_and_output_make_a_reference_and_other_objects_stay(tmp_path: Path) -> None:
    text = """
    [environments.local.stacks.jobs.inputs]
    network = { from = "network", output = "network" }
    window = { from = "09:00", to = "17:00" }
    days = [1, 2.5, "x", { y = true }]
    """
    inputs = load(project(tmp_path, text, "jobs", "network")).environment().inputs_of("jobs")
    assert inputs["network"] == Reference.model_validate({"from": "network", "output": "network"})
    assert inputs["window"] == {"from": "09:00", "to": "17:00"}
    assert inputs["days"] == [1, 2.5, "x", {"y": True}]


def test_root_is_found_upwards(tmp_path: Path) -> None:
    project(tmp_path, "")
    deep = tmp_path / "a/b"
    deep.mkdir(parents=True)
    assert find_root(deep) == tmp_path.resolve()


def test_settings_are_frozen(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="frozen"):
        load(tmp_path).environment().name = "other"  # type: ignore[misc]


def test_aws_is_protected_unless_it_says_otherwise(tmp_path: Path) -> None:
    aws = "target = 'aws'\naccount = '123456789012'\nstate = { bucket = 'states' }\n"
    settings = load(project(tmp_path, f"[environments.dev]\n{aws}protect = false\n[environments.prod]\n{aws}"))
    assert settings.environment("prod").protected
    assert not settings.environment("dev").protected


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz_", min_size=1, max_size=20))
def test_any_unknown_key_is_a_config_error(key: str) -> None:
    from eventyard.config.loading import _validate  # noqa: PLC0415
    from eventyard.config.models import Environment, model_fields  # noqa: PLC0415

    if key in model_fields(Environment):
        return
    with pytest.raises(ConfigError, match="Unknown key"):
        _validate({"root": Path(), "environments": {"local": {"name": "local", key: 1}}})


def test_this_repository_s_own_file_is_valid() -> None:
    root = Path(__file__).resolve().parents[3]
    settings = load(root)
    assert set(settings.environments) == {"local", "localstack", "dev", "prod"}
    assert settings.environment().name == "local"
    assert settings.project.default_stack == "pet-cuddle-o-tron"
