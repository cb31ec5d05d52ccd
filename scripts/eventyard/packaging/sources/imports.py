"""What a Python file imports, read from its syntax tree: nothing of a handler runs while it is packaged."""

from __future__ import annotations

import ast
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eventyard.packaging.sources.members import Reference, SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_FORGIVING = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}


@dataclass(frozen=True)
class Module:
    """What packaging needs to know of one Python file."""

    references: tuple[Reference, ...]
    bound: frozenset[str]  # names the file gives a value anywhere
    callables: frozenset[str]  # names at its top level that can be a function
    dynamic: bool  # a star import or a module `__getattr__`: any name may exist


def read(file: Path, package: tuple[str, ...]) -> Module:
    """Parse a file that lies in `package`.

    Raises
    ------
    SourceError
        The file is no valid Python; names the line.
    """
    tree = _tree(file)
    visitor = _Visitor(file, package)
    visitor.visit(tree)
    bound = frozenset(_bound(ast.walk(tree)))
    return Module(
        references=tuple(visitor.references),
        bound=bound,
        callables=frozenset(_callables(tree.body)),
        dynamic="*" in bound or "__getattr__" in bound,
    )


def callables(file: Path) -> frozenset[str]:
    """Return the names at a file's top level that can be a function, whatever it imports.

    Raises
    ------
    SourceError
        The file is no valid Python; names the line.
    """
    return frozenset(_callables(_tree(file).body))


def _tree(file: Path) -> ast.Module:
    try:
        with warnings.catch_warnings(action="ignore"):  # its author's linter says them
            tree = ast.parse(file.read_bytes(), filename=str(file))
            compile(tree, str(file), "exec", dont_inherit=True)  # a `return` outside a function parses
            return tree
    except SyntaxError as error:
        raise SourceError(
            f"Syntax error: {error.msg}", where=f"{file}:{error.lineno or 1}", fix="mend the file"
        ) from None
    except ValueError as error:
        raise SourceError(f"No Python source: {error}", where=f"{file}:1", fix="mend the file") from None


class _Visitor(ast.NodeVisitor):
    """Collects imports, knowing which of them may fail and which only a type checker sees."""

    def __init__(self, file: Path, package: tuple[str, ...]) -> None:
        self.references: list[Reference] = []
        self._file = file
        self._package = package
        self._optional = False

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._add(tuple(alias.name.split(".")), (), node.lineno)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        module = tuple(node.module.split(".")) if node.module else ()
        if node.level:
            kept = len(self._package) - (node.level - 1)
            if kept < 1:
                raise SourceError(
                    "A relative import leads out of the import root",
                    where=f"{self._file}:{node.lineno}",
                    fix="import by the full name, from the stack's folder down",
                )
            module = self._package[:kept] + module
        self._add(module, tuple(alias.name for alias in node.names), node.lineno)

    def visit_Call(self, node: ast.Call) -> None:
        name = ast.unparse(node.func)
        first = node.args[0] if node.args else None
        if name in {"import_module", "importlib.import_module"} and isinstance(first, ast.Constant):
            target = first.value
            if isinstance(target, str) and not target.startswith("."):
                self._add(tuple(target.split(".")), (), node.lineno)
        self.generic_visit(node)

    def visit_If(self, node: ast.If) -> None:
        if ast.unparse(node.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}:
            self._visit_all(node.orelse)
        else:
            self.generic_visit(node)

    def visit_Try(self, node: ast.Try) -> None:
        forgiving = any(handler.type is None or _forgives(handler.type) for handler in node.handlers)
        self._visit_all(node.body, optional=forgiving)
        self._visit_all([*node.handlers, *node.orelse, *node.finalbody])

    def visit_With(self, node: ast.With) -> None:
        suppressed = any(
            isinstance(item.context_expr, ast.Call)
            and ast.unparse(item.context_expr.func) in {"suppress", "contextlib.suppress"}
            and any(_forgives(argument) for argument in item.context_expr.args)
            for item in node.items
        )
        self._visit_all([*node.items])
        self._visit_all(node.body, optional=suppressed)

    def _visit_all(self, nodes: Iterable[ast.AST], *, optional: bool = False) -> None:
        before = self._optional
        self._optional = before or optional
        for node in nodes:
            self.visit(node)
        self._optional = before

    def _add(self, module: tuple[str, ...], names: tuple[str, ...], line: int) -> None:
        self.references.append(Reference(module, names, self._file, line, self._optional))


def _forgives(node: ast.expr) -> bool:
    """Tell whether catching this swallows a failed import."""
    nodes = node.elts if isinstance(node, ast.Tuple) else [node]
    return any(isinstance(item, ast.Name) and item.id in _FORGIVING for item in nodes)


def _bound(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                yield alias.asname or alias.name.partition(".")[0]


def _callables(body: Iterable[ast.stmt]) -> Iterator[str]:
    """Yield what Lambda could call: it can't await a coroutine, nor make an instance."""
    for node in body:
        if isinstance(node, ast.FunctionDef):
            yield node.name
        elif isinstance(node, ast.If | ast.Try | ast.With):
            yield from _callables(node.body)
        elif isinstance(node, ast.Assign | ast.AnnAssign | ast.ImportFrom):
            yield from _bound(ast.walk(node))
