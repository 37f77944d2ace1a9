"""The build needs the pinned setuptools, and the project's metadata has no key that setuptools will drop."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parent.parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PINS = (ROOT / "packaging" / "constraints.txt").read_text(encoding="utf-8")


def requirement() -> Requirement:
    """What the build needs."""
    (only,) = PROJECT["build-system"]["requires"]
    return Requirement(only)


def test_the_build_takes_the_pinned_setuptools_and_no_later_major_version() -> None:
    (pinned,) = re.findall(r"^setuptools==(\S+)$", PINS, re.MULTILINE)
    allowed = requirement()
    assert allowed.name == "setuptools"
    assert pinned in allowed.specifier
    assert f"{Version(pinned).major + 1}.0" not in allowed.specifier
    assert "76.1.0" not in allowed.specifier  # it does not know the keys of the licence
    # The tests below use the same versions.
    assert str(allowed) in {
        str(Requirement(extra)) for extra in PROJECT["project"]["optional-dependencies"]["test"]
    }


def test_the_licence_is_the_one_in_the_file() -> None:
    assert PROJECT["project"]["license"] == "MIT"
    assert PROJECT["project"]["license-files"] == ["LICENSE"]
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert text.startswith("MIT License\n")
    assert "Permission is hereby granted, free of charge" in text
    assert 'THE SOFTWARE IS PROVIDED "AS IS"' in text


@pytest.mark.skipif(
    metadata.version("setuptools") not in requirement().specifier,
    reason="this environment has another setuptools than the build",
)
def test_the_build_announces_the_end_of_nothing(tmp_path: Path) -> None:
    for name in ("pyproject.toml", "README.md", "LICENSE", "app/__init__.py", "ui/__init__.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    code = "from setuptools import build_meta; build_meta.prepare_metadata_for_build_wheel('.')"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    (written,) = tmp_path.glob("*.dist-info/METADATA")
    assert {"License-Expression: MIT", "License-File: LICENSE"} <= set(
        written.read_text("utf-8").splitlines()
    )
