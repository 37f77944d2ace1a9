"""A release shows its section of the changelog; without one, the release fails."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

import app
import changelog
from steps import product

TEXT = """# Changelog

## Unreleased

### Added

- a thing to come;

## 1.2.0 - 2026-10-02

### Fixed

- what was wrong;

## 1.2.0.1 - 2026-10-01

## 1.1.0 - 2026-09-01

- the first.
"""


@pytest.mark.parametrize(
    ("version", "notes"), [("1.2.0", "### Fixed\n\n- what was wrong;"), ("1.1.0", "- the first.")]
)
def test_a_version_gets_its_own_section_only(version: str, notes: str) -> None:
    assert changelog.section(TEXT, version) == notes


@pytest.mark.parametrize("version", ["1.2.1", "1.2.0.1", "1.2", "Unreleased", "1.2.0 - 2026-10-02", ".*"])
def test_a_version_without_a_section_is_an_error(version: str) -> None:
    with pytest.raises(ValueError, match=re.escape(f'"## {version} - YYYY-MM-DD"')):
        changelog.section(TEXT, version)


def test_the_command_fails_with_one_line() -> None:
    script = product.PACKAGING / "changelog.py"
    done = subprocess.run([sys.executable, script, "0.0.0"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("changelog: ")
    assert done.stderr.count("\n") == 1


def test_the_newest_section_is_unreleased_or_has_the_programs_version() -> None:
    headings = re.findall(r"^## (.*)$", changelog.FILE.read_text(encoding="utf-8"), re.MULTILINE)
    released = headings[1:] if headings[0] == "Unreleased" else headings
    assert all(re.fullmatch(r"\d+\.\d+\.\d+ - \d{4}-\d\d-\d\d", heading) for heading in released)
    assert headings[0] == "Unreleased" or headings[0].startswith(f"{app.__version__} - ")


def test_the_release_shows_the_section_of_its_tag() -> None:
    workflow = (product.ROOT / ".github/workflows/windows.yml").read_text(encoding="utf-8")
    assert 'python3 packaging/changelog.py "${GITHUB_REF_NAME#v}" > notes.md' in workflow
    assert re.findall(r"--notes-file (\S+)", workflow) == ["notes.md"]
