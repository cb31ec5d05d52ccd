"""What may be set in `eventyard.toml`, with its defaults."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from packaging.utils import canonicalize_name
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, field_validator, model_validator

from eventyard.packaging.model import Options

from .errors import ConfigError, nearest

Target = Literal["ministack", "localstack", "aws"]
Account = Annotated[str, Field(pattern=r"^\d{12}$")]

EMULATED_ACCOUNT: Final = "000000000000"
"""The account of an emulator when none is named; unsigned requests know only this one."""

PREFIX_LIMIT: Final = 20
"""Longest prefix: S3 and Lambda allow 63 and 64 characters, and the stack's name and its own words follow."""

BucketName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]

_NAME = re.compile(r"^[a-z][a-z0-9-]*$")
_REASON_LENGTH: Final = 10


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def _path(value: object) -> object:
    return Path(value) if isinstance(value, str) else value


RelativePath = Annotated[Path, BeforeValidator(_path)]


class Reference(_Model):
    """An input that is another stack's output: `{ from = "network", output = "network" }`."""

    stack: str = Field(alias="from")
    output: str


def _input(value: object) -> object:
    if isinstance(value, dict) and set(value) == {"from", "output"}:
        return Reference.model_validate(value)
    return value


Input = Annotated[Reference | JsonValue, BeforeValidator(_input)]


class Packaging(_Model):
    """What travels in every artefact."""

    bytecode: bool = True
    """Compiled bytecode: larger artefacts, faster starts."""
    strip: bool = False
    """Leave tests, type stubs and headers of dependencies behind."""
    from_source: tuple[str, ...] = ()
    """Dependencies that may be built from source where no wheel is published."""

    @field_validator("from_source", mode="before")
    @classmethod
    def _names(cls, value: object) -> object:
        return tuple(str(canonicalize_name(str(name))) for name in value) if isinstance(value, list) else value

    @property
    def options(self) -> Options:
        """The same, as the packager takes it."""
        return Options(self.bytecode, self.strip, frozenset(self.from_source))


class Project(_Model):
    """What is the same in every environment."""

    name: str = "eventyard"
    terraform: str = "terraform"
    stacks: RelativePath = Path("terraform/stacks")
    handlers: RelativePath = Path("handlers")
    templates: RelativePath = Path("templates")
    packaging: Packaging = Packaging()
    default_stack: str | None = None
    default_environment: str = "local"


class Role(_Model):
    """What a company's policies ask of every role."""

    path: str = Field(default="/", pattern=r"^/([\x21-\x7e]+/)?$")
    permissions_boundary: str | None = None


class Alarms(_Model):
    """Where alarms go: ARNs of topics or other actions."""

    actions: tuple[str, ...] = ()

    @field_validator("actions", mode="before")
    @classmethod
    def _tuple(cls, value: object) -> object:
        return tuple(value) if isinstance(value, list) else value


class State(_Model):
    """Where the remote state lies: an S3 bucket, locked by S3 itself."""

    bucket: BucketName
    region: str | None = None
    key_prefix: str = ""
    key: str | None = None
    """KMS key (ARN) the state is encrypted with; without it, S3's own encryption."""

    def object_key(self, environment: str, stack: str) -> str:
        """Return the S3 key of one stack's state."""
        return "/".join(part for part in (self.key_prefix.strip("/"), environment, stack) if part) + ".tfstate"


class Artefacts(_Model):
    """Where artefacts are kept by their hash, for every environment that names the same bucket and prefix.

    Lambda takes code only from a bucket in its own region, so there is no region to set.
    """

    bucket: BucketName
    prefix: str = ""
    account: Account | None = None
    """Account the bucket belongs to, where it isn't the environment's."""
    key: str | None = None
    """KMS key (ARN) artefacts are encrypted with; without it, the bucket's own encryption."""

    @property
    def folder(self) -> str:
        """What the keys of everything kept begin with: nothing, or a path that ends with a slash."""
        path = self.prefix.strip("/")
        return f"{path}/" if path else ""

    def object_key(self, digest: str) -> str:
        """Return the S3 key of the artefact with that hash."""
        return f"{self.folder}artefacts/{digest}.zip"

    def bill_key(self, digest: str) -> str:
        """Return the S3 key of the bill of materials of the artefact with that hash."""
        return f"{self.folder}artefacts/{digest}.cdx.json"

    def manifests(self, stack: str, environment: str) -> str:
        """Return what the S3 keys of one stack's manifests of one environment begin with."""
        return f"{self.folder}manifests/{stack}/{environment}/"

    def same_place(self, other: Artefacts | None) -> bool:
        """Tell whether what was put for `other` is found here."""
        return other is not None and (self.bucket, self.folder) == (other.bucket, other.folder)


class StackSettings(_Model):
    """One stack in one environment."""

    inputs: dict[str, Input] = Field(default_factory=dict)


class Environment(_Model):
    """One place stacks are applied to."""

    name: str
    target: Target = "ministack"
    region: str = Field(default="eu-west-1", pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")
    account: Account | None = None
    profile: str | None = None
    role_arn: str | None = Field(default=None, pattern=r"^arn:[^:]+:iam::\d{12}:role/.+$")
    endpoint: str | None = Field(default=None, pattern=r"^https?://[^/]+/?$")
    state: State | None = None
    artefacts: Artefacts | None = None
    python: str = Field(default="3.13", pattern=r"^3\.\d+$")
    architecture: Literal["arm64", "x86_64"] | None = None
    prefix: str | None = Field(default=None, max_length=PREFIX_LIMIT, pattern=r"^[a-z][a-z0-9-]*$")
    tags: dict[str, str] = Field(default_factory=dict)
    role: Role = Role()
    alarms: Alarms = Alarms()
    protect: bool | None = None
    log_retention_days: int | None = None
    stacks: dict[str, StackSettings] = Field(default_factory=dict)
    policy: dict[str, str] = Field(default_factory=dict)
    port: int | None = Field(default=None, ge=0, le=65535)
    """Port of the emulator that is started; 0 for any free one."""
    settings: dict[str, str] = Field(default_factory=dict)
    """Settings handed to the emulator's process as they are."""
    copy_of: str | None = None
    """The environment of the file that this one is a copy of, under another name; never set in a file."""

    @property
    def heading(self) -> str:
        """What the environment is called in the file."""
        return self.copy_of or self.name

    @property
    def local(self) -> bool:
        """True when the target is an emulator on this machine."""
        return self.target != "aws"

    @property
    def account_id(self) -> str:
        """The one account this environment may touch."""
        return self.account or EMULATED_ACCOUNT

    @property
    def protected(self) -> bool:
        """True when stateful things must not be destroyed: the default on AWS."""
        return not self.local if self.protect is None else self.protect

    def prefix_of(self, stack: str) -> str:
        """Return what physical names of `stack` begin with; they never meet those of another stack."""
        return f"{self.prefix}-{stack}" if self.prefix else f"{stack}-{self.name}"

    def inputs_of(self, stack: str) -> dict[str, Reference | JsonValue]:
        """Return the inputs set for `stack`."""
        found = self.stacks.get(stack)
        return dict(found.inputs) if found else {}

    @field_validator("name")
    @classmethod
    def _name(cls, value: str) -> str:
        if not _NAME.match(value):
            raise ValueError("an environment's name has lower-case letters, digits and dashes only")
        return value

    @field_validator("policy")
    @classmethod
    def _reasons(cls, value: dict[str, str]) -> dict[str, str]:
        for key, reason in value.items():
            if ":" not in key:
                raise ValueError(f'`{key}` must be "rule-id:address"')
            if len(reason.strip()) < _REASON_LENGTH:
                raise ValueError(f"the suppression `{key}` needs a written reason")
        return value

    @model_validator(mode="after")
    def _apart(self) -> Environment:
        if self.state and self.artefacts and self.state.bucket == self.artefacts.bucket:
            raise ValueError("`artefacts.bucket` is read by every environment that names it, `state.bucket` by none")
        return self

    @model_validator(mode="after")
    def _belongs_together(self) -> Environment:
        if self.local:
            wrong = next((key for key in ("profile", "role_arn") if getattr(self, key)), None)
            if wrong:
                raise ValueError(f"`{wrong}` is for the target `aws`; this one is `{self.target}`")
        else:
            if self.account is None:
                raise ValueError("the target `aws` needs `account`, the 12 digits it may touch")
            if self.endpoint or self.settings or self.port is not None:
                raise ValueError("`endpoint`, `port` and `settings` are for emulators; the target is `aws`")
            if self.state is None:
                raise ValueError("the target `aws` needs `state`, the bucket its states are kept in")
        return self


class Settings(_Model):
    """Everything `eventyard.toml` says."""

    root: Path
    project: Project = Project()
    environments: dict[str, Environment]

    @property
    def stacks_folder(self) -> Path:
        """Folder of all stacks."""
        return self.root / self.project.stacks

    @property
    def handlers_folder(self) -> Path:
        """Import root of all handlers."""
        return self.root / self.project.handlers

    @property
    def templates_folder(self) -> Path:
        """The project's own templates, looked at before the kit's."""
        return self.root / self.project.templates

    def stack_names(self) -> list[str]:
        """Return the stacks there are: folders with Terraform files."""
        folder = self.stacks_folder
        return sorted({file.parent.name for file in folder.glob("*/*.tf")}) if folder.is_dir() else []

    def environment(self, name: str | None = None) -> Environment:
        """Return one environment by name, or the default one."""
        wanted = name or self.project.default_environment
        if wanted not in self.environments:
            raise ConfigError(
                f"There is no environment `{wanted}`",
                where="eventyard.toml: environments",
                fix=nearest(wanted, self.environments),
            )
        return self.environments[wanted]

    def stack_folder(self, stack: str) -> Path:
        """Return the folder of `stack`, which must exist."""
        names = self.stack_names()
        if stack not in names:
            raise ConfigError(
                f"There is no stack `{stack}`",
                where=f"{self.project.stacks.as_posix()}/",
                fix=nearest(stack, names),
            )
        return self.stacks_folder / stack


def model_fields(model: type[BaseModel]) -> dict[str, Any]:
    """Return the names that may be set on `model`, as toml spells them."""
    return {field.alias or name: field for name, field in model.model_fields.items()}
