"""The tools that are compared: how each is called by somebody who reads its documentation, and what it keeps.

Each works in a folder of its own under `build/bench/work`, on its own copy of the corpus, with a home and caches that
nobody else uses, and knows no index but the one on this machine. One build is one process, timed as a whole.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench import functions
from tests.bench.place import PYTHON, ROOT, run

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tests.bench.place import Place

HERE = Path(__file__).parent
KIT = ROOT / "build/envs/kit/bin/eventyard"
PACKAGE_PY = "EVENTYARD_BENCH_PACKAGE_PY"
"""Names a checkout of terraform-aws-lambda, or its package.py: it is in no package registry."""

_COPY = """
for folder in handlers/*/; do
  name=$(basename "$folder")
  rm -rf "stage/$name" "out/$name.zip"
  mkdir -p out "stage/$name"
  cp -R "$folder." "stage/$name"
  if [ -f "$folder/requirements.txt" ]; then
    {install}
  fi
  (cd "stage/$name" && zip -qrX "../../out/$name.zip" .)
done
"""


@dataclass(frozen=True)
class Took:
    """One build: seconds on the clock, and seconds of processor of all its processes together."""

    wall: float
    processor: float


@dataclass(frozen=True)
class Packager:
    """One way to make the artefacts."""

    name: str
    work: Path
    command: tuple[str, ...]
    variables: Mapping[str, str]
    kept: tuple[str, ...]
    """What "fresh" leaves of `work`: files or folders with what the tool keeps of each wheel, never of a function."""
    built: tuple[str, ...] = ()
    """What of that "fresh" removes all the same, because it is of functions."""
    runs: int = 1
    umask: int = 0o022
    templates: Mapping[str, str] = field(default_factory=dict)

    @property
    def handlers(self) -> Path:
        """This tool's copy of the corpus."""
        return self.work / "handlers"

    @property
    def out(self) -> Path:
        """Where its zips are."""
        return self.work / "out"

    def begin(self, names: Iterable[str] = functions.TWELVE, *, backwards: bool = False) -> None:
        """Lay the corpus anew; the caches stay as they are."""
        self.work.mkdir(parents=True, exist_ok=True)
        functions.write(self.handlers, names, backwards=backwards)
        for name, text in self.templates.items():
            (self.work / name).write_text(text, encoding="utf-8")

    def forget(self) -> None:
        """Remove everything but the corpus: "cold"."""
        self._remove(())

    def unbuild(self) -> None:
        """Remove everything but the corpus and what is kept of wheels: "fresh"."""
        self._remove(self.kept)
        for name in self.built:
            shutil.rmtree(self.work / name, ignore_errors=True)

    def build(self) -> Took:
        """Run the tool once on what is there; its own words are shown when it fails."""
        self._seed()
        log = self.work / "log"
        with log.open("wb") as output:
            begun = time.perf_counter()
            process = subprocess.Popen(
                self.command,
                cwd=self.work,
                env=dict(self.variables),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                umask=self.umask,
            )
            _, status, used = os.wait4(process.pid, 0)
            wall = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0, f"{self.name}: code {process.returncode}\n{log.read_text()[-4000:]}"
        return Took(wall, used.ru_utime + used.ru_stime)

    def artefacts(self) -> dict[str, Path]:
        """Return the zip of each function."""
        named = self.out / "artefacts.txt"
        if named.is_file():
            pairs = (line.split(" ", 1) for line in named.read_text().splitlines())
            return {name: self.work / path for name, path in pairs}
        return {path.stem: path for path in sorted(self.out.glob("*.zip"))}

    def artefact(self, name: str) -> Path:
        """Return the zip of one function: SAM calls it as its template does."""
        made = self.artefacts()
        assert name in made or _resource(name) in made, f"{self.name} made no artefact of `{name}`: {sorted(made)}"
        return made.get(name) or made[_resource(name)]

    def _seed(self) -> None:
        """Make the folders every program expects, and have SAM ask no registry whether it is the newest."""
        (self.work / "tmp").mkdir(parents=True, exist_ok=True)
        settings = self.work / "home/.aws-sam/metadata.json"
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text(json.dumps({"telemetryEnabled": False, "lastVersionCheck": time.time()}))

    def _remove(self, kept: tuple[str, ...]) -> None:
        _clear(self.work, {self.work / name for name in ("handlers", *self.templates, *kept)})


@dataclass(frozen=True)
class Workshop:
    """Makes the tools, each in its own folder of `work`."""

    place: Place
    index: str
    work: Path

    def ours(self, name: str = "eventyard", *options: str, runs: int = 1) -> Packager:
        """Return `eventyard package`, with bytecode unless `options` say otherwise."""
        work = self.work / _folder(name)
        command = (
            *(str(KIT), "package", "--handlers", "handlers", "--out", "out", "--python", PYTHON),
            *("--architecture", self.place.architecture, "--cache", "cache", *options),
        )
        more = {"EVENTYARD_UV": str(self.place.uv), "PYTHONPYCACHEPREFIX": str(ROOT / "build/cache/pycache")}
        kept = ("uv-cache", "cache/wheels", "cache/resolutions", "cache/bytecode")
        return Packager(name, work, command, self._variables(work) | more, kept, ("cache/bytecode/own",), runs)

    def sam(self, name: str, *options: str, method: str = "", runs: int = 1) -> Packager:
        """Return `sam build`, then SAM's own zip."""
        work = self.work / _folder(name)
        environment = self.place.environment("sam")
        script = (
            f"sam build --template template.yaml {' '.join(options)}\n"
            f"python '{HERE / 'zip_as_sam.py'}' .aws-sam/build out\n"
        )
        variables = self._variables(work, environment, self.place.uv.parent) | {"SAM_CLI_TELEMETRY": "0"}
        if method:
            script = script.replace("sam build ", "sam build --beta-features ", 1)
        template = {"template.yaml": _template(self.place.architecture, method)}
        return Packager(name, work, _sh(script), variables, ("pip-cache", "uv-cache"), runs=runs, templates=template)

    def uv(self, name: str = "uv + zip", runs: int = 1) -> Packager:
        """Return `uv pip install --target` and `zip`."""
        work = self.work / _folder(name)
        install = (
            f'"{self.place.uv}" pip install --quiet --target "stage/$name" --python "{self.place.python}" '
            f"--python-version {PYTHON} --python-platform {self.place.machine}-manylinux_2_28 --only-binary :all: "
            '-r "$folder/requirements.txt"'
        )
        command = _sh(_COPY.replace("{install}", install))
        return Packager(name, work, command, self._variables(work), ("uv-cache",), runs=runs)

    def pip(self, name: str = "pip + zip", runs: int = 1) -> Packager:
        """Return `pip install --target` and `zip`."""
        work = self.work / _folder(name)
        words = " ".join(self.place.platform())
        install = f'python -m pip install --quiet --target "stage/$name" {words} -r "$folder/requirements.txt"'
        command = _sh(_COPY.replace("{install}", install))
        variables = self._variables(work, self.place.environment("pip"))
        return Packager(name, work, command, variables, ("pip-cache",), runs=runs)

    def package_py(self, name: str = "terraform-aws-lambda's package.py", runs: int = 1) -> Packager | None:
        """Return terraform-aws-lambda's package.py, when a checkout of it is named."""
        named = os.environ.get(PACKAGE_PY)
        if not named:
            return None
        program = Path(named).resolve()
        program = program / "package.py" if program.is_dir() else program
        assert program.is_file(), f"{PACKAGE_PY}: there is no {program}"
        work = self.work / _folder(name)
        script = (
            f"mkdir -p out\npython '{HERE / 'drive_package_py.py'}' '{program}' handlers builds python{PYTHON} "
            ">out/artefacts.txt\n"
        )
        variables = self._variables(work, self.place.environment("pip"))
        return Packager(name, work, _sh(script), variables, ("pip-cache",), runs=runs)

    def _variables(self, work: Path, *first: Path) -> dict[str, str]:
        """Return a process environment with nothing of the person's in it, so that every machine measures the same."""
        programs = [str(path / "bin" if (path / "bin").is_dir() else path) for path in first]
        return {
            "PATH": os.pathsep.join([*programs, "/usr/local/bin", "/usr/bin", "/bin"]),
            "HOME": str(work / "home"),
            "TMPDIR": str(work / "tmp"),
            "LANG": "C.UTF-8",
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_INDEX_URL": self.index,
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_CACHE_DIR": str(work / "pip-cache"),
            # Without this pip caches nothing of an index that has no TLS.
            "PIP_TRUSTED_HOST": "127.0.0.1",
            "PIP_ROOT_USER_ACTION": "ignore",
            "UV_DEFAULT_INDEX": self.index,
            "UV_CACHE_DIR": str(work / "uv-cache"),
            "UV_NO_CONFIG": "1",
            "UV_NO_PROGRESS": "1",
            "UV_PYTHON_DOWNLOADS": "never",
        }


def ready() -> None:
    """Make the kit's own environment, which `eventyard package` is measured from, as make does."""
    run("sh", ROOT / "scripts/bootstrap.sh", "kit", "eventyard", "--help")


def _clear(folder: Path, spared: set[Path]) -> None:
    """Empty a folder but for what is spared, wherever within it that is."""
    for path in folder.iterdir():
        if path in spared:
            continue
        if any(one.is_relative_to(path) for one in spared):
            _clear(path, spared)
        elif path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def _folder(name: str) -> str:
    """Return a tool's name as a folder's."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def _sh(script: str) -> tuple[str, ...]:
    return ("sh", "-euc", script)


def _resource(name: str) -> str:
    """Return a function's name as a template may have it: letters and digits alone."""
    return "".join(word.capitalize() for word in name.split("-"))


def _template(architecture: str, method: str) -> str:
    """Return a SAM template of the twelve functions."""
    metadata = {"Metadata": {"BuildMethod": method}} if method else {}
    resources = {
        _resource(name): {
            "Type": "AWS::Serverless::Function",
            **metadata,
            "Properties": {
                "CodeUri": f"handlers/{name}/",
                "Handler": "app.handler",
                "Runtime": f"python{PYTHON}",
                "Architectures": [architecture],
            },
        }
        for name in functions.TWELVE
    }
    return json.dumps({"Transform": "AWS::Serverless-2016-10-31", "Resources": resources}, indent=1)
