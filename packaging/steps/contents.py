"""Lists the third-party packages in the frozen program, with their versions and licences.

This module runs in the build's Python while PyInstaller freezes the program. Invariants: the list has every
Python package with a module in the program, and every Debian package with a library in the program; the build
fails if a package has no licence text.
"""

from __future__ import annotations

import json
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

_TEXTS = Path(__file__).resolve().parent.parent / "licences"
_LICENCE_FILE = re.compile(r"(LICEN[CS]E|COPYING|NOTICE|AUTHORS|COPYRIGHT)", re.I)
_OURS = {"app", "ui"}


class Component(NamedTuple):
    """A third-party part of the program, with its licence."""

    name: str
    version: str
    licence: str
    texts: tuple[tuple[str, str], ...]
    """The name and content of each file with a licence, notice or copyright."""
    kind: str = "pypi"


def of_modules(modules: Iterable[str], owners: Mapping[str, list[str]] | None = None) -> list[Component]:
    """The components for the installed distributions that `modules` belong to, sorted by name.

    There are no duplicates. Our own modules, and modules that belong to no distribution, are left out.
    `owners` maps each top-level module to the names of its distributions; if `owners` is None, the names are
    looked up.
    """
    owners = metadata.packages_distributions() if owners is None else owners
    top = {name.partition(".")[0] for name in modules} - _OURS
    found = {owner for name in top for owner in owners.get(name, [])}
    return [of_distribution(metadata.distribution(name)) for name in sorted(found, key=str.lower)]


def of_distribution(package: metadata.Distribution) -> Component:
    """The component for a Python package. Raises ValueError if the package has no licence text."""
    name = package.metadata["Name"]
    texts = [
        (path.name, Path(str(package.locate_file(path))).read_text(encoding="utf-8", errors="replace"))
        for path in package.files or []
        if ".dist-info" in str(path) and _LICENCE_FILE.match(path.name)
    ]
    texts += [(path.name, path.read_text(encoding="utf-8")) for path in _kept_texts(name)]
    if not texts:
        raise ValueError(f"{name} has no licence text: put it into packaging/licences/{name}.txt")
    return Component(name, package.version, _licence(package.metadata), tuple(texts))


def of_python() -> Component:
    """The component for Python itself; its licence text also covers the libraries built into Python."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    places = [
        Path(sys.base_prefix) / "LICENSE.txt",
        Path(sysconfig.get_path("stdlib")) / "LICENSE.txt",
        Path(f"/usr/share/doc/python{version}/copyright"),
    ]
    text = next((place for place in places if place.exists()), None)
    if text is None:
        raise ValueError(f"the text of Python's licence is in none of {', '.join(map(str, places))}")
    content = text.read_text(encoding="utf-8", errors="replace")
    return Component("CPython", platform.python_version(), "PSF-2.0", (("LICENSE.txt", content),), "generic")


def of_system_libraries(sources: Iterable[str]) -> list[Component]:
    """The Debian packages that contain the libraries at the paths `sources`.

    An empty list if dpkg is missing.
    """
    if not shutil.which("dpkg-query"):
        return []
    found: dict[str, Component] = {}
    for source in sources:
        package = _owner(Path(source))
        if package and package not in found:
            found[package] = _of_debian(package)
    return [found[name] for name in sorted(found)]


def write(components: list[Component], folder: Path, product: str, version: str, notice: str) -> None:
    """Write `contents.json` (CycloneDX) into `folder`, and all licence texts into its subfolder `licences`.

    `product` and `version` are the name and the version of the program. `notice` is the beginning of the file
    `licences/READ-ME-FIRST.txt`.
    """
    licences = folder / "licences"
    licences.mkdir(parents=True, exist_ok=True)
    for part in components:
        for name, text in part.texts:
            (licences / f"{part.name}-{name}").write_text(text, encoding="utf-8")
    lines = [f"{part.name} {part.version}: {part.licence}" for part in components]
    (licences / "READ-ME-FIRST.txt").write_text("\n".join([notice, *lines, ""]), encoding="utf-8")
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": product, "version": version}},
        "components": [_as_bom(part) for part in components],
    }
    (folder / "contents.json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def _as_bom(part: Component) -> dict[str, object]:
    kind = f"{part.kind}/debian" if part.kind == "deb" else part.kind
    return {
        "type": "library",
        "name": part.name,
        "version": part.version,
        "purl": f"pkg:{kind}/{part.name.lower()}@{part.version}",
        "licenses": [{"license": {"name": part.licence}}],
    }


def _kept_texts(name: str) -> list[Path]:
    """The files in `packaging/licences` with the licence texts that the wheel of the package `name` lacks."""
    if name.lower().startswith(("pyside6", "shiboken6")):
        return [_TEXTS / "LGPL-3.0.txt", _TEXTS / "GPL-3.0.txt"]
    ours = _TEXTS / f"{name}.txt"
    return [ours] if ours.exists() else []


def _licence(about: metadata.PackageMetadata) -> str:
    """The name of a package's licence, as found in a licence field or in the classifiers of `about`."""
    for key in ("License-Expression", "License"):
        name: str = (about.get_all(key) or [""])[0].strip()
        if name and "\n" not in name and len(name) <= 200 and not name.startswith("Copyright"):
            return name
    classes = [
        line.rpartition(" :: ")[2]
        for line in about.get_all("Classifier") or []
        if line.startswith("License :: OSI Approved :: ")
    ]
    return " and ".join(classes) or "see its text"


def _owner(library: Path) -> str:
    """The name of the Debian package that contains `library`; empty if no package does."""
    real = library.resolve()
    for path in (real, Path("/" + str(real).removeprefix("/usr/"))):
        done = subprocess.run(["dpkg-query", "-S", str(path)], capture_output=True, text=True)
        if done.returncode == 0:
            return done.stdout.partition(":")[0]
    return ""


def _of_debian(package: str) -> Component:
    query = ["dpkg-query", "-W", "-f", "${Version}\n", package]
    version = subprocess.run(query, capture_output=True, text=True, check=True).stdout.split()[0]
    text = Path("/usr/share/doc") / package / "copyright"
    if not text.exists():
        raise ValueError(f"the Debian package {package} has no copyright file: reinstall it")
    content = text.read_text(encoding="utf-8", errors="replace")
    names = sorted(set(re.findall(r"^License: *(\S.*)$", content, re.M)))
    licence = ", ".join(names)[:200] or "see its text"
    return Component(package, version, licence, (("copyright", content),), "deb")
