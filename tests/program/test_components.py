"""The list of third-party parts: of a packaged program, and of one that runs from its source."""

from __future__ import annotations

import sys
from importlib import metadata
from pathlib import Path

import pytest

from app.program.components import Component, components, licences

CONTENTS = """{"bomFormat": "CycloneDX", "components": [
    {"type": "library", "name": "zlib", "version": "1.3", "licenses": [{"license": {"name": "Zlib"}}]},
    {"type": "library", "name": "CPython", "version": "3.11.9"}
]}"""


def test_a_packaged_program_has_the_list_of_its_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "contents.json").write_text(CONTENTS)
    (tmp_path / "licences").mkdir()
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "pinbridge"))
    assert components() == [Component("CPython", "3.11.9", ""), Component("zlib", "1.3", "Zlib")]
    assert licences() == tmp_path / "licences"


@pytest.mark.parametrize("content", [None, "", "[]", '{"components": 3}'])
def test_without_that_list_the_installed_packages_are_listed(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "contents.json").write_text(content)
    found = {part.name: part for part in components(tmp_path)}
    assert found["msgspec"].version == metadata.version("msgspec")
    assert found["msgspec"].licence
    assert {"numpy", "requests", "urllib3"} <= found.keys()  # loaded only when they are needed
    assert not {"pinbridge", "pyinstaller"} & found.keys()
    assert list(found) == sorted(found, key=str.lower)
    assert licences(tmp_path) is None


def test_a_program_that_is_not_packaged_has_no_folder_of_licences() -> None:
    assert licences() is None


def test_a_licence_is_read_from_any_of_its_places(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    places = {
        "one": "License-Expression: MIT",
        "two": "License: BSD",
        "three": "Classifier: License :: OSI Approved :: ISC License",
        "four": "Author: nobody",
    }
    for name, line in places.items():
        folder = tmp_path / f"{name}-1.0.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{line}\n")
        (folder / "top_level.txt").write_text(f"module_{name}\n")
        monkeypatch.setitem(sys.modules, f"module_{name}", sys)
    monkeypatch.syspath_prepend(str(tmp_path))
    found = {part.name: part.licence for part in components() if part.name in places}
    assert found == {"one": "MIT", "two": "BSD", "three": "ISC License", "four": ""}
