"""The program's contents are listed from the packages' metadata, and every part has its licence."""

from __future__ import annotations

import json
from importlib import metadata
from pathlib import Path

import pytest

from steps import contents
from steps.product import PACKAGING


def test_the_packages_of_modules_are_listed_once() -> None:
    parts = contents.of_modules(["click.core", "click", "serial.tools.list_ports", "app.cli", "json"])
    assert [(part.name, part.version) for part in parts] == [
        ("click", metadata.version("click")),
        ("pyserial", metadata.version("pyserial")),
    ]
    click, pyserial = parts
    assert click.licence == "BSD-3-Clause"
    assert "Redistribution and use" in "".join(text for _, text in click.texts)
    # pyserial's wheel has no licence text, so this text is from packaging/licences.
    assert "Chris Liechti" in "".join(text for _, text in pyserial.texts)


def test_qt_comes_with_the_lgpl() -> None:
    (qt,) = contents.of_modules(["PySide6.QtCore"], {"PySide6": ["PySide6_Essentials"]})
    assert "LGPL-3.0" in qt.licence
    texts = dict(qt.texts)  # the wheel for Windows has a notice as well
    assert texts.keys() >= {"LGPL-3.0.txt", "GPL-3.0.txt"}
    assert "LESSER GENERAL PUBLIC LICENSE" in texts["LGPL-3.0.txt"]


def test_python_itself_is_listed() -> None:
    assert "PYTHON SOFTWARE FOUNDATION LICENSE" in contents.of_python().texts[0][1]


def test_a_part_without_a_licence_fails_the_build(tmp_path: Path) -> None:
    (tmp_path / "bare-1.0.dist-info").mkdir()
    (tmp_path / "bare-1.0.dist-info/METADATA").write_text("Metadata-Version: 2.1\nName: bare\nVersion: 1.0\n")
    (bare,) = metadata.distributions(path=[str(tmp_path)])
    with pytest.raises(ValueError, match=r"packaging/licences/bare\.txt"):
        contents.of_distribution(bare)


def test_the_list_is_a_cyclonedx_document(tmp_path: Path) -> None:
    part = contents.Component("Thing", "1.2", "MIT", (("LICENSE", "be free"),))
    contents.write([part], tmp_path, "Pinbridge", "0.1.0", "how to replace Qt")
    document = json.loads((tmp_path / "contents.json").read_text())
    assert document["bomFormat"] == "CycloneDX"
    assert document["metadata"]["component"]["version"] == "0.1.0"
    assert document["components"] == [
        {
            "type": "library",
            "name": "Thing",
            "version": "1.2",
            "purl": "pkg:pypi/thing@1.2",
            "licenses": [{"license": {"name": "MIT"}}],
        }
    ]
    assert (tmp_path / "licences/Thing-LICENSE").read_text() == "be free"
    first = (tmp_path / "licences/READ-ME-FIRST.txt").read_text()
    assert first.startswith("how to replace Qt")
    assert "Thing 1.2: MIT" in first


def test_the_notice_explains_how_to_replace_qt() -> None:
    notice = (PACKAGING / "licences/NOTICE.txt").read_text(encoding="utf-8")
    for word in ("LGPL-3.0.txt", "Windows", "Linux", "macOS", "put your files in place"):
        assert word in notice
