"""Step: handlers to artefacts and a manifest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eventyard import packaging, tools

if TYPE_CHECKING:
    from pathlib import Path

    from eventyard.packaging import Manifest, Platform

    from .context import Context


def platform(context: Context) -> Platform:
    """Return what artefacts are made for: Lambda on AWS, this machine and the Python it has for an emulator."""
    environment = context.environment
    if not environment.local:
        return packaging.Platform(python=environment.python, architecture=environment.architecture or "arm64")
    here = packaging.Platform.of_host(tools.interpreter(environment.python, context.build).version)
    if environment.architecture in (None, here.architecture):
        return here
    return packaging.Platform(python=here.python, architecture=environment.architecture, host=True)


def package(context: Context) -> Manifest:
    """Make what changed, and write the manifest."""
    folder = context.settings.handlers_folder
    functions = packaging.discover(folder, context.stack) if folder.is_dir() else []
    wanted = platform(context)
    manifest = (
        packaging.package(
            folder,
            functions=functions,
            platform=wanted,
            cache=context.build / "cache",
            uv=tools.uv(context.build),
            strict=not context.environment.local,
            interpreter=_compiler(context, wanted),
            say=context.console.note,
        )
        if functions
        else packaging.Manifest(platform=wanted, handlers={})
    )
    manifest.write(context.paths.manifest)
    made = [name for name, artefact in manifest.handlers.items() if not artefact.reused]
    context.console.note(
        f"  {len(manifest.handlers)} artefacts for {wanted}: {len(made)} made, "
        f"{len(manifest.handlers) - len(made)} as they were"
    )
    return manifest


def _compiler(context: Context, wanted: Platform) -> Path | None:
    """Return the Python that compiles bytecode: only the runtime's own minor will do."""
    found = tools.interpreter(wanted.python, context.build)
    return found.path if found.version == wanted.python else None


def read(context: Context) -> Manifest:
    """Return what the last packaging made, if it fits this environment."""
    manifest = packaging.Manifest.read(context.paths.manifest)
    manifest.require(platform(context))
    return manifest
