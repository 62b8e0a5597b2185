"""The source of the product as the checks of this folder read it."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("kim", "staffing", "funding")


@dataclass(frozen=True)
class Module:
    """A file of Python: its path from the root, its text, and what the parser makes of it."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    @property
    def name(self) -> str:
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    def at(self, node: ast.AST, what: str) -> str:
        return f"{self.path}:{getattr(node, 'lineno', 1)}: {what}"

    @property
    def imports(self) -> set[str]:
        """Every module that is imported, also ``from x import y`` as ``x``, wherever it stands."""
        found = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module)
        return found


def planted(code: str, path: str = "funding/planted.py") -> Module:
    """Return a module that does not exist, to see a check turn red."""
    return Module(path, code)


@cache
def modules(*folders: str, migrations: bool = False) -> tuple[Module, ...]:
    """Return the product's modules (all, or those below ``folders``)."""
    return tuple(
        Module(file.relative_to(ROOT).as_posix(), file.read_text(encoding="utf-8"))
        for folder in folders or PACKAGES
        for file in sorted((ROOT / folder).rglob("*.py"))
        if migrations or "migrations" not in file.parts
    )
