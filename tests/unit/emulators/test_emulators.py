from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from eventyard import emulators
from eventyard.emulators import mail, records
from eventyard.emulators.launch import Launch
from eventyard_localstack import PINNED_VERSION as LOCALSTACK_VERSION
from eventyard_localstack import registry as localstack
from eventyard_ministack import PINNED_VERSION as MINISTACK_VERSION
from eventyard_ministack import registry as ministack

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("endpoint", ["https://sqs.eu-west-1.amazonaws.com", "http://10.0.0.4:4566", "ftp://localhost"])
def test_endpoint_elsewhere_is_refused(endpoint):
    with pytest.raises(emulators.EmulatorError, match="is not on this machine"):
        emulators.attach(endpoint)


def test_what_was_attached_to_has_no_process_of_ours():
    attached = emulators.attach("http://localhost:4566/", kind="localstack", region="eu-west-1")
    assert (attached.endpoint, attached.pid, attached.log) == ("http://localhost:4566", None, None)


def test_no_other_emulator_is_known():
    with pytest.raises(emulators.EmulatorError, match="No emulator is called `moto`"):
        emulators.kind_of("moto")


@pytest.mark.parametrize("kind", ["ministack", "localstack"])
def test_a_launch_takes_nothing_of_the_persons_environment(kind, monkeypatch, tmp_path):
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("PROVIDER_OVERRIDE_SQS", "other")
    launch = Launch(kind, "eu-west-1", Path("p"), Path("w"), None, {"LS_LOG": "debug"})
    found = launch.environment(tmp_path, 4567)
    assert not {"AWS_PROFILE", "PROVIDER_OVERRIDE_SQS"} & set(found)
    assert found["LS_LOG"] == "debug"
    assert {value for value in found.values() if "4567" in value} <= {"4567", "127.0.0.1:4567"}


def test_another_setting_or_interpreter_is_another_launch():
    launch = Launch("localstack", "eu-west-1", Path("p"), Path("w"), None)
    others = [replace(launch, region="eu-west-2"), replace(launch, python=Path("q")), replace(launch, kind="ministack")]
    assert len({launch.digest, *(other.digest for other in others)}) == 4


def test_environment_leads_to_the_emulator_and_nowhere_else():
    emulator = emulators.attach("http://127.0.0.1:4566", region="eu-west-1")
    found = emulator.environment()
    assert found["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4566"
    assert found["AWS_REGION"] == found["AWS_DEFAULT_REGION"] == "eu-west-1"
    assert found["AWS_ACCESS_KEY_ID"] == found["AWS_SECRET_ACCESS_KEY"] == "test"
    assert emulator.environment(account="111111111111")["AWS_ACCESS_KEY_ID"] == "111111111111"


@pytest.mark.parametrize("service", ["s3", "scheduler", "bedrock-agent"])
def test_session_keeps_the_region_asked_for_and_knows_every_service(monkeypatch, service):
    monkeypatch.setenv("AWS_PROFILE", "does-not-exist")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://elsewhere.example.com")
    session = emulators.attach("http://127.0.0.1:4566", region="eu-west-1").session()
    client = session.client(service, region_name="us-west-2")
    assert (client.meta.region_name, client.meta.endpoint_url) == ("us-west-2", "http://127.0.0.1:4566")
    assert session.client(service).meta.region_name == "eu-west-1"


def test_nothing_runs_in_an_empty_folder(tmp_path):
    assert emulators.find(tmp_path) is None
    records.path(tmp_path).write_text("half a rec")
    assert emulators.find(tmp_path) is None


def test_mails_of_all_accounts_come_oldest_first():
    later = {"To": ["b"], "Subject": "two", "BodyHtml": "<p>x", "Timestamp": 200, "Source": "s"}
    sooner = {"To": ["a"], "Subject": "one", "BodyText": "hi", "Timestamp": 100.5, "Source": "s"}
    found = mail.from_ministack({"messages": {"1": [later], "2": [sooner]}})
    assert [(item.to, item.subject, item.body) for item in found] == [(("a",), "one", "hi"), (("b",), "two", "<p>x")]
    assert found[1].sent_at == datetime.fromtimestamp(200, UTC)
    assert found[1].raw is later


def test_localstacks_mails_are_read():
    record = {
        "Destination": {"ToAddresses": ["a"]},
        "Subject": "one",
        "Body": {"text_part": "hi", "html_part": None},
        "Source": "s",
        "Timestamp": "2026-11-01T08:00:00",
    }
    found = mail.from_localstack({"messages": [record]})
    assert found == [mail.Mail(("a",), "one", "hi", datetime(2026, 11, 1, 8, tzinfo=UTC), "s", record)]


@pytest.mark.parametrize("kind", ["ministack", "localstack"])
def test_every_capability_has_evidence_and_every_limit_a_reason(kind):
    for name, capability in emulators.capabilities(kind).items():
        assert capability.evidence, name
        assert capability.works == "yes" or capability.reason, name
        if capability.evidence.startswith("tests/"):
            assert (ROOT / capability.evidence).is_file(), name


def test_capabilities_of_an_unknown_emulator_are_refused():
    with pytest.raises(emulators.EmulatorError, match="`moto`"):
        emulators.capabilities("moto")


@pytest.mark.parametrize("kind", ["ministack", "localstack"])
def test_tolerated_differences_name_an_attribute(kind):
    for entry in emulators.tolerated(kind):
        assert all((entry.type, entry.path, entry.reason))


@pytest.mark.parametrize("registry", [ministack, localstack], ids=["ministack", "localstack"])
def test_every_addition_is_listed_and_names_what_aws_documents(registry):
    folder = Path(registry.__file__).parent / "additions"
    files = {file.stem: file.read_text() for file in folder.glob("*.py") if file.stem != "__init__"}
    assert {addition.name for addition in registry.ADDITIONS} == set(files)
    for addition in registry.ADDITIONS:
        assert addition.documented.startswith("https://docs.aws.amazon.com/")
        assert "https://docs.aws.amazon.com/" in files[addition.name]
        assert addition.reason
        assert not addition.reason.endswith(".")


@pytest.mark.parametrize(("kind", "pinned"), [("ministack", MINISTACK_VERSION), ("localstack", LOCALSTACK_VERSION)])
def test_capabilities_are_those_of_the_pinned_version(kind, pinned):
    assert {capability.since for capability in emulators.capabilities(kind).values()} == {pinned}


def test_every_target_says_of_every_capability_whether_it_has_it():
    named = {kind: set(emulators.capabilities(kind)) for kind in ("ministack", "localstack")}
    assert named["ministack"] == named["localstack"]


@pytest.mark.parametrize("kind", ["ministack", "localstack"])
def test_what_a_target_lacks_has_a_reason_and_evidence_is_there(kind):
    for name, capability in emulators.capabilities(kind).items():
        assert capability.works == "yes" or capability.reason, name
        assert capability.evidence, name
        if capability.evidence.startswith("tests/"):
            assert (ROOT / capability.evidence.partition("::")[0]).is_file(), name
