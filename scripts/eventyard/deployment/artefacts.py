"""Step: handlers to artefacts and a manifest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eventyard import packaging, tools
from eventyard.packaging import handlers, report, sharing, toolbox
from eventyard.packaging.sources.closure import discover

if TYPE_CHECKING:
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
    functions = discover(folder, context.stack) if folder.is_dir() else []
    wanted = platform(context)
    manifest = packaging.Manifest(platform=wanted, handlers={})
    cache = toolbox.cache_folder(None, context.build)
    with sharing.using(cache):
        if functions:
            manifest = handlers.package(
                folder,
                functions=functions,
                platform=wanted,
                tools=packaging.Toolbox.of_machine(cache, context.build, context.console.note),
                strict=not context.environment.local,
                options=context.settings.project.packaging.options,
            )
        manifest.write(context.paths.manifest)
    made = sum(not artefact.reused for artefact in manifest.handlers.values())
    context.console.note(
        f"  {len(functions)} artefacts for {wanted}: {made} made, {len(functions) - made} as they were"
        if functions
        else "  no handlers"
    )
    return manifest


def made(context: Context) -> Manifest:
    """Package, and say of every artefact that is another than before what it weighs and what grew."""
    before = previous(context)
    manifest = package(context)
    for line, name in zip(report.lines(manifest, before), sorted(manifest.handlers), strict=True):
        if not manifest.handlers[name].reused:
            context.console.note(f"  {line}")
    return manifest


def previous(context: Context) -> Manifest | None:
    """Return what the last packaging made, to compare with; None where that can't be told."""
    return packaging.Manifest.previous(context.paths.manifest)


def read(context: Context) -> Manifest:
    """Return what the last packaging made, if it fits this environment."""
    manifest = packaging.Manifest.read(context.paths.manifest)
    manifest.require(platform(context), files=context.environment.artefacts is None)
    return manifest
