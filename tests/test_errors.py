"""The tree in the docstring of `app.errors` has every error of the program in its place."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import app
import app.errors
from app.errors import PinbridgeError


def drawn() -> Iterator[tuple[str, str, str]]:
    """Yield parent, name and module of each error in the docstring of `app.errors`."""
    parents = {4: "PinbridgeError"}
    for line in (app.errors.__doc__ or "").splitlines():
        name, _, rest = line.strip().partition(" ")
        depth = len(line) - len(line.lstrip())
        if depth > 4:
            parents[depth] = name
            yield parents[depth - 4], name, rest.strip().partition(":")[0]


def real(parent: type[PinbridgeError] = PinbridgeError) -> Iterator[tuple[str, str, str]]:
    """Yield parent, name and module of each class of `app` that is derived from `parent`."""
    for error in parent.__subclasses__():
        if not error.__module__.startswith("app."):
            continue
        yield parent.__name__, error.__name__, error.__module__
        yield from real(error)


def test_the_tree_in_the_docstring_has_every_error_in_its_place() -> None:
    names = [name for _, name, _ in pkgutil.walk_packages(app.__path__, "app.") if name != "app.__main__"]
    modules = [importlib.import_module(name) for name in names]
    found = {
        what
        for module in modules
        for what in vars(module).values()
        if isinstance(what, type) and issubclass(what, Exception) and what.__module__.startswith("app.")
    }
    assert found == {PinbridgeError, *(error for error in found if issubclass(error, PinbridgeError))}
    assert len(found) > 10
    assert sorted(drawn()) == sorted(real())
