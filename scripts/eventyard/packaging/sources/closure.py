"""Which of our own files make up a function."""

from __future__ import annotations

import keyword
import sys
from typing import TYPE_CHECKING

from eventyard.packaging.dependencies.requirements import LOCK, SOURCE, deciding_files
from eventyard.packaging.sources import imports
from eventyard.packaging.sources.members import Member, Reference, Source, SourceError, member, walk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from eventyard.packaging.sources.imports import Module

SHARED = "_shared"
_NEVER = {"__pycache__", "tests"}


def discover(source: Path, stack: str) -> list[str]:
    """Return the names of a stack's functions, such as `ec2_control/stop`.

    Parameters
    ----------
    source
        The import root.
    stack
        The stack's name; its hyphens are underscores in Python.
    """
    package = stack.replace("-", "_")
    folder = source / package
    if not folder.is_dir():
        return []
    return [
        f"{package}/{child.name}"
        for child in sorted(folder.iterdir())
        if child.is_dir() and not child.name.startswith((".", "_")) and child.name not in _NEVER and _used(child)
    ]


class ImportRoot:
    """The folder all our code is imported from; reads each file once, however many functions share it."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise SourceError(
                "The folder of the handlers is missing", where=str(folder), fix="create it, or name the right one"
            )
        self.folder = folder.resolve()
        self._modules: dict[Path, Module] = {}
        self._members: dict[Path, Member] = {}

    def collect(self, name: str) -> Source:
        """Find everything of ours that a function consists of.

        Raises
        ------
        SourceError
            There is no such function, it has no `handler`, or it imports a module of ours that does not exist.
        """
        folder = self._folder(name)
        package = tuple(name.split("/"))
        app = folder / "app.py"
        if not app.is_file():
            raise SourceError(
                f"The function `{name}` has no `app.py`",
                where=str(folder),
                fix="put its `handler(event, context)` into `app.py`, or remove the folder",
            )
        if "handler" not in self._module(app).callables:
            raise SourceError(
                f"The function `{name}` has no `handler`",
                where=f"{app}:1",
                fix="define `def handler(event, context)` at the top level of `app.py`",
            )
        own = list(self._own(folder))
        files, external = self._closure(package, own)
        return Source(
            name=name,
            folder=folder,
            handler=".".join((*package, "app", "handler")),
            members=tuple(sorted(self._member(file) for file in files)),
            external=tuple(external),
        )

    def _folder(self, name: str) -> Path:
        parts = name.split("/")
        for part in parts:
            if not part.isidentifier() or keyword.iskeyword(part):
                raise SourceError(
                    f"`{part}` of the function `{name}` can't be imported: it is no Python name",
                    where=str(self.folder),
                    fix="rename the folder: letters, digits and underscores",
                )
        folder = self.folder.joinpath(*parts)
        if name.count("/") != 1 or not folder.is_dir():
            raise SourceError(
                f"There is no function `{name}`",
                where=str(folder),
                fix="name it `<stack>/<function>`, as its folders are named",
            )
        if parts[0] in sys.stdlib_module_names:
            raise SourceError(
                f"The folder `{parts[0]}` would hide Python's own module `{parts[0]}`",
                where=str(self.folder / parts[0]),
                fix="rename the stack",
            )
        return folder

    def _own(self, folder: Path) -> Iterator[Path]:
        left_out = {folder / SOURCE, folder / LOCK, *deciding_files(folder)}
        for file in walk(folder):
            parts = file.relative_to(folder).parts
            hidden = any(part.startswith(".") or part in _NEVER for part in parts)
            if not hidden and file.suffix != ".pyc" and file not in left_out:
                yield file

    def _closure(self, package: tuple[str, ...], own: list[Path]) -> tuple[set[Path], list[Reference]]:
        """Follow imports from a function's own files to all of ours that they reach."""
        external: list[Reference] = []
        files: set[Path] = set(own)
        waiting = [file for file in own if file.suffix == ".py"]
        start = Reference((*package, "app"), (), self.folder.joinpath(*package, "app.py"), 1, optional=False)
        waiting.extend(found for found in self._reached(start) if found not in files)
        files.update(waiting)
        while waiting:
            for reference in self._module(waiting.pop()).references:
                if not self._is_ours(reference.module[0]):
                    external.append(reference)
                    continue
                found = [file for file in self._reached(reference) if file not in files]
                files.update(found)
                waiting.extend(found)
        return files | self._data(files, package), external

    def _is_ours(self, name: str) -> bool:
        return (self.folder / f"{name}.py").is_file() or ((self.folder / name).is_dir() and _used(self.folder / name))

    def _reached(self, reference: Reference) -> Iterator[Path]:
        """Yield the files an import of ours loads: each package on the way, the module, and modules taken from it."""
        for length in range(1, len(reference.module) + 1):
            location = self._locate(reference.module[:length])
            if location is None:
                if not reference.optional:
                    raise _missing(reference, reference.module[:length])
                return
            if location.is_file():
                yield location
        location = self._locate(reference.module)
        for name in reference.names if location and (location.is_dir() or location.name == "__init__.py") else ():
            child = self._locate((*reference.module, name))
            if child is not None and child.is_file():
                yield child
            elif child is None and not self._binds(location, name) and not reference.optional:
                raise _missing(reference, (*reference.module, name))

    def _locate(self, module: tuple[str, ...]) -> Path | None:
        """Return a module's file, a package's `__init__.py`, or the folder of a package without one."""
        path = self.folder.joinpath(*module)
        for candidate in (path / "__init__.py", path.with_name(f"{path.name}.py")):
            if candidate.is_file():
                return candidate
        return path if path.is_dir() else None

    def _binds(self, location: Path | None, name: str) -> bool:
        if location is None or location.is_dir():
            return False
        module = self._module(location)
        return name == "*" or name.startswith("__") or module.dynamic or name in module.bound

    def _data(self, files: set[Path], package: tuple[str, ...]) -> set[Path]:
        """Return the files that are no Python beside shared modules: a package's data travels with it."""
        bare = {self.folder, self.folder / package[0]}
        folders = {file.parent for file in files if file.suffix == ".py"} - bare
        own = self.folder.joinpath(*package)
        return {
            file
            for folder in folders
            if not folder.is_relative_to(own)
            for file in folder.iterdir()
            if file.is_file()
            and file.suffix not in {".py", ".pyc"}
            and not file.name.startswith((".", "requirements."))
        }

    def _module(self, file: Path) -> Module:
        if file not in self._modules:
            self._modules[file] = imports.read(file, file.relative_to(self.folder).parent.parts)
        return self._modules[file]

    def _member(self, file: Path) -> Member:
        if file not in self._members:
            if not file.resolve().is_relative_to(self.folder) or not file.is_file():
                raise SourceError(
                    "A link leads out of the import root, to a folder, or nowhere",
                    where=str(file),
                    fix="put the file itself in its place",
                )
            self._members[file] = member(file, file.relative_to(self.folder).as_posix())
        return self._members[file]


def _used(folder: Path) -> bool:
    """Tell a folder from what a switch of branches leaves of one."""
    return any("__pycache__" not in file.parts for file in walk(folder))


def _missing(reference: Reference, module: tuple[str, ...]) -> SourceError:
    return SourceError(
        f"There is no module `{'.'.join(module)}`",
        where=reference.where,
        fix="mend the import, or add the module; only what is imported travels with a function",
    )
