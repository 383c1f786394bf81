"""Every door through which the house writes, read from the source: functions that open a transaction, and whether what
they call, however far, appends an entry. Imports and names are followed; nothing is run.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("config", "notifications", "permits", "workflows")
APPEND = "workflows.audit.entries.append"
Imports = dict[str, str]


class House:
    """The functions of the house by their dotted names, and what each of them names."""

    def __init__(self) -> None:
        self.functions: dict[str, ast.FunctionDef] = {}
        self.methods: dict[str, set[str]] = {}
        self.imports: dict[str, Imports] = {}
        self.module_of: dict[str, str] = {}
        for room in ROOMS:
            for path in sorted((ROOT / room).rglob("*.py")):
                if "migrations" not in path.parts:
                    self._read(path)

    def _read(self, path: Path) -> None:
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        tree = ast.parse(path.read_text(encoding="utf-8"))
        self.imports[module] = dict(_imports(tree))
        for node in tree.body:
            if isinstance(node, ast.FunctionDef):
                self._keep(module, node.name, node)
            elif isinstance(node, ast.ClassDef):
                for inner in node.body:
                    if isinstance(inner, ast.FunctionDef):
                        self._keep(module, f"{node.name}.{inner.name}", inner)
                        self.methods.setdefault(inner.name, set()).add(f"{module}.{node.name}.{inner.name}")

    def _keep(self, module: str, name: str, node: ast.FunctionDef) -> None:
        self.functions[f"{module}.{name}"] = node
        self.module_of[f"{module}.{name}"] = module

    def doors(self) -> list[str]:
        """Functions that open a transaction."""
        return sorted(name for name, node in self.functions.items() if _opens(node))

    def appends(self, name: str) -> bool:
        """Whether what it calls ends in an appended entry."""
        seen, left = set(), [name]
        while left:
            here = left.pop()
            if here == APPEND or _inserts(self.functions[here]):
                return True
            if here not in seen:
                seen.add(here)
                left += self.named_by(here)
        return False

    @cache  # noqa: B019 - one house a test run
    def named_by(self, name: str) -> tuple[str, ...]:
        """The functions of the house that it names."""
        module = self.module_of[name]
        known = self.imports[module]
        found = set()
        for node in ast.walk(self.functions[name]):
            if isinstance(node, ast.Name):
                found |= {f"{module}.{node.id}", known.get(node.id, "")}
            elif isinstance(node, ast.Attribute):
                if isinstance(node.value, ast.Name):
                    found.add(f"{known.get(node.value.id, '')}.{node.attr}")
                # A method of whatever class comes from here or from a module that is imported here.
                near = {module, *(value.rpartition(".")[0] for value in known.values())}
                found |= {method for method in self.methods.get(node.attr, ()) if self.module_of[method] in near}
        return tuple(sorted(found & self.functions.keys()))


def _imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from ((alias.asname or alias.name, f"{node.module}.{alias.name}") for alias in node.names)


def _inserts(node: ast.FunctionDef) -> bool:
    """Whether it puts entries in by the bulk statement: `insert_rows(Entry, …)`."""
    calls = (inner for inner in ast.walk(node) if isinstance(inner, ast.Call) and inner.args)
    return any(ast.unparse(call.func) == "insert_rows" and ast.unparse(call.args[0]) == "Entry" for call in calls)


def _opens(node: ast.FunctionDef) -> bool:
    return any(isinstance(inner, ast.Attribute) and inner.attr == "atomic" for inner in ast.walk(node))
