"""Lists the third-party parts of the program, with their versions and licences.

Invariant: the list is complete for what runs: a packaged program has the list that was made when it was
built, and elsewhere it is made from the installed packages that the program has loaded or may load later.
"""

from __future__ import annotations

import re
import sys
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

import msgspec

_CONTENTS = "contents.json"
_LICENCES = "licences"
_NAME = re.compile(r"[\w.-]+")
"""The name of a package, at the start of a requirement."""


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
    found = _installed() if contents is None else map(_of_part, contents.components)
    return sorted(found, key=lambda part: part.name.lower())


def licences(folder: Path | None = None) -> Path | None:
    """The folder with the texts of all licences; None if the program is not packaged.

    `folder` is the folder of a packaged program; if None, the folder of this program if it is packaged.
    """
    folder = folder or _packaged()
    return folder / _LICENCES if folder and (folder / _LICENCES).is_dir() else None


def _packaged() -> Path | None:
    return Path(sys.executable).parent if getattr(sys, "frozen", False) else None


def _installed() -> list[Component]:
    """The packages of the loaded modules, and all that they and the program require, without the program."""
    packages = metadata.packages_distributions()
    modules = {name.partition(".")[0] for name in list(sys.modules)}
    names = ["pinbridge", *(name for module in modules for name in packages.get(module, ()))]
    found: dict[str, Component] = {}
    while names:
        try:
            package = metadata.distribution(names.pop())
        except metadata.PackageNotFoundError:  # it is needed only on other systems
            continue
        part = _of_package(package)
        if part.name not in found:
            found[part.name] = part
            needs = (need for need in package.requires or () if "extra ==" not in need)
            names += [match.group() for need in needs if (match := _NAME.match(need))]
    return [part for name, part in found.items() if name != "pinbridge"]


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
