"""What runs in earnest is installed from `requirements.lock` alone: nothing in the rooms may need more."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import distribution, packages_distributions
from pathlib import Path
from typing import NamedTuple

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import ROOT

ROOMS = ("ui", "flows", "documents", "models")
# What an extra brings may be asked for inside a function of these files, which say so where it is not there.
OPTIONAL = {"documents/sealing/local.py": "seal"}


class Import(NamedTuple):
    """One import of production code that can happen at run time."""

    file: str
    line: int
    module: str
    at_once: bool  # when the file itself is imported, not in a function that somebody calls


def imports() -> Iterator[Import]:
    """Yield every import of the rooms but those for type checkers and of the rooms themselves."""
    for path in sorted(file for room in ROOMS for file in (ROOT / room).rglob("*.py")):
        yield from _imports(ast.parse(path.read_text(encoding="utf-8")), str(path.relative_to(ROOT)), at_once=True)


def _imports(node: ast.AST, file: str, *, at_once: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        called = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        names = []
        if isinstance(child, ast.Import):
            names = [alias.name for alias in child.names]
        elif isinstance(child, ast.ImportFrom) and child.level == 0:
            names = [child.module or ""]
        for name in names:
            module = name.partition(".")[0]
            if module not in (*ROOMS, *sys.stdlib_module_names):
                yield Import(file, child.lineno, module, at_once)
        yield from _imports(child, file, at_once=at_once and not called)


def declared() -> dict[str, set[str]]:
    """Return the distributions that pyproject asks for: of what runs (""), and of each extra."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {"": project["dependencies"], **project["optional-dependencies"]}
    return {extra: {canonicalize_name(Requirement(line).name) for line in lines} for extra, lines in asked.items()}


def locked(lock: str) -> dict[str, str]:
    """Return the versions of a lock by distribution."""
    found = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE)
    return {canonicalize_name(name): version for name, version in found}


def brought(names: set[str]) -> set[str]:
    """Return distributions with all that they bring along here."""
    known: set[str] = set()
    left = set(names)
    while left:
        name = left.pop()
        known.add(name)
        try:
            lines = distribution(name).requires or ()
        except ModuleNotFoundError:  # of another platform or Python
            continue
        asked = [Requirement(line) for line in lines]
        here = [one for one in asked if one.marker is None or one.marker.evaluate({"extra": ""})]
        left |= {canonicalize_name(one.name) for one in here} - known
    return known


@cache
def of(module: str) -> set[str]:
    """Return the distributions that hold a module."""
    return {canonicalize_name(name) for name in packages_distributions().get(module, ())}


@pytest.fixture(scope="module")
def asked() -> list[Import]:
    return list(imports())


def test_every_import_comes_from_what_the_main_lock_installs(asked: list[Import]) -> None:
    """A print set was made by pypdf, which only the lock of the developers held."""
    main, extras = set(locked("requirements.lock")), declared()
    missing = [
        one
        for one in asked
        if not of(one.module) & main
        and not (one.file in OPTIONAL and not one.at_once and of(one.module) & brought(extras[OPTIONAL[one.file]]))
    ]
    assert missing == []


def test_what_is_optional_is_asked_for_only_where_it_says_so(asked: list[Import]) -> None:
    main = set(locked("requirements.lock"))
    beside = {one.file for one in asked if not of(one.module) & main}
    assert beside == set(OPTIONAL)
    for file, extra in OPTIONAL.items():
        assert f"shencha[{extra}]" in (ROOT / file).read_text(encoding="utf-8")


def test_the_locks_hold_what_the_project_asks_for_in_one_version() -> None:
    main, developers, extras = locked("requirements.lock"), locked("requirements-dev.lock"), declared()
    assert extras[""] | extras["build"] <= set(main)
    assert set().union(*extras.values()) <= set(developers)
    assert {name: version for name, version in main.items() if developers.get(name) != version} == {}


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_the_locks_name_no_address(lock: str) -> None:
    assert "://" not in Path(ROOT / lock).read_text(encoding="utf-8")
