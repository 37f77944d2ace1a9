"""Lists the third-party parts of the program, with their versions and licences.

Invariant: the list is complete for what runs: a packaged program has the list that was made when it was
built, and elsewhere it is made from the packages whose modules are loaded.
"""

from __future__ import annotations

import sys
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

import msgspec

_CONTENTS = "contents.json"
_LICENCES = "licences"


class Component(NamedTuple):
    """A third-party part. `licence` is empty if its package does not name it in one line."""

    name: str
    version: str
    licence: str


class _Licence(msgspec.Struct):
    name: str = ""


class _Choice(msgspec.Struct):
    license: _Licence = msgspec.field(default_factory=_Licence)


class _Part(msgspec.Struct):
    name: str
    version: str = ""
    licenses: list[_Choice] = []


class _Contents(msgspec.Struct):
    """The part of a CycloneDX document that is read; `packaging/steps/contents.py` writes it."""

    components: list[_Part]


def components(folder: Path | None = None) -> list[Component]:
    """All third-party parts, in alphabetical order.

    `folder` is the folder of a packaged program; if None, the folder of this program if it is packaged.
    """
    folder = folder or _packaged()
    try:
        contents = msgspec.json.decode((folder / _CONTENTS).read_bytes(), type=_Contents) if folder else None
    except (OSError, msgspec.DecodeError):
        contents = None
    found = _loaded() if contents is None else map(_of_part, contents.components)
    return sorted(found, key=lambda part: part.name.lower())


def licences(folder: Path | None = None) -> Path | None:
    """The folder with the texts of all licences; None if the program is not packaged.

    `folder` is the folder of a packaged program; if None, the folder of this program if it is packaged.
    """
    folder = folder or _packaged()
    return folder / _LICENCES if folder and (folder / _LICENCES).is_dir() else None


def _packaged() -> Path | None:
    return Path(sys.executable).parent if getattr(sys, "frozen", False) else None


def _loaded() -> list[Component]:
    """The installed packages whose modules are loaded, without the program itself."""
    packages = metadata.packages_distributions()
    modules = {name.partition(".")[0] for name in list(sys.modules)}
    names = {name for module in modules for name in packages.get(module, ())} - {"pinbridge"}
    return [_of_package(metadata.distribution(name)) for name in names]


def _of_package(package: metadata.Distribution) -> Component:
    about = package.metadata
    for key in ("License-Expression", "License"):
        words = (about.get_all(key) or [""])[0].strip()
        if words and "\n" not in words:
            break
    else:
        classes = (line for line in about.get_all("Classifier") or () if line.startswith("License ::"))
        words = next(classes, "").rpartition(" :: ")[2]
    return Component(about["Name"], package.version, words)


def _of_part(part: _Part) -> Component:
    return Component(part.name, part.version, part.licenses[0].license.name if part.licenses else "")
