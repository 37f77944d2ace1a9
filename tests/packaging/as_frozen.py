"""Runs the program as if it were frozen: `python tests/packaging/as_frozen.py [ARGUMENT …]`.

As in a package, no module is a file: the paths of modules lead to the folder `AS_FROZEN`, which has the data
files of the program and nothing else. It is made by `unpack`.
"""

from __future__ import annotations

import importlib.machinery
import os
import shutil
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parent.parent.parent


def unpack(folder: Path) -> None:
    """Copy the data files of the program to `folder`."""
    for name in ("app", "ui"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("*.py", "__pycache__"))


class Loader(importlib.machinery.SourceFileLoader):
    """Loads a module from its source, but as if it came from a folder that has no source."""

    def __init__(self, name: str, shown: Path) -> None:
        super().__init__(name, str(shown))
        self._shown = shown

    def get_data(self, path: str | bytes) -> bytes:
        source = ROOT / Path(os.fsdecode(path)).relative_to(os.environ["AS_FROZEN"])
        return source.read_bytes()

    def path_stats(self, path: str | bytes) -> dict[str, float]:
        """Raise OSError, so that no compiled file is looked for."""
        raise OSError(path)


class Finder(MetaPathFinder):
    """Finds the program's modules."""

    def find_spec(
        self,
        name: str,
        path: Sequence[str] | None = None,  # noqa: ARG002 - Python's signature
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> importlib.machinery.ModuleSpec | None:
        if name.partition(".")[0] not in ("app", "ui"):
            return None
        place = Path(*name.split("."))
        is_package = (ROOT / place / "__init__.py").exists()
        relative = place / "__init__.py" if is_package else place.with_suffix(".py")
        if not (ROOT / relative).exists():
            return None
        shown = Path(os.environ["AS_FROZEN"]) / relative
        spec = importlib.machinery.ModuleSpec(
            name, Loader(name, shown), origin=str(shown), is_package=is_package
        )
        spec.has_location = True
        if is_package:
            spec.submodule_search_locations = [str(shown.parent)]
        return spec


if __name__ == "__main__":
    sys.path = [entry for entry in sys.path if Path(entry or ".").resolve() != ROOT]
    sys.meta_path.insert(0, Finder())
    sys.frozen = True  # type: ignore[attr-defined]
    from app.__main__ import main

    main()
