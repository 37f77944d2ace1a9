"""Documentation names only files, folders and tables that exist, and its examples work."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from app.config.loading import parse

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("[a-z]*/**/README.md"))]
IN_CODE = re.compile(r"`(?:python3? )?((?:app|ui|tests|packaging|firmware|\.github)/[\w./-]*)[^`\n]*`")
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")
PLACEHOLDER = re.compile("NAME")
TABLE_ROW = re.compile(r"^\|", re.MULTILINE)
READMES = [ROOT / "README.md", ROOT / "app/messages/locale/de/README.md"]


def named(page: Path) -> list[Path]:
    """The files and folders that a page names, relative to the project or to the page."""
    text = page.read_text(encoding="utf-8")
    paths = [ROOT / path for path in IN_CODE.findall(text)]
    paths += [page.parent / path for path in LINK.findall(text)]
    return [path for path in paths if not PLACEHOLDER.search(str(path))]


def test_all_that_a_page_names_exists() -> None:
    found = {page: named(page) for page in PAGES}
    assert len(found[ROOT / "CONTRIBUTING.md"]) > 20
    missing = [
        f"{page.relative_to(ROOT)}: {path.relative_to(ROOT)}"
        for page, paths in found.items()
        for path in paths
        if not path.exists()
    ]
    assert missing == []


def test_recipes_name_only_what_the_code_has() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    recipes = page.partition("## How to add")[2].partition("\n## ")[0]
    names = set(re.findall(r"`(_?[A-Z]+[A-Za-z_]*|_[a-z]+)`", recipes))
    assert {"ROWS", "TABLES", "_KEYS", "FaultKind", "_examine"} <= names
    sources = [
        path.read_text(encoding="utf-8") for path in (*ROOT.glob("app/**/*.py"), *ROOT.glob("tests/**/*.py"))
    ]
    defined = re.findall(r"^(?:class |def )?(\w+)", "\n".join(sources), re.MULTILINE)
    assert names - set(defined) == set()


def code(page: Path, language: str) -> list[str]:
    """The code blocks of a page that are marked as `language`."""
    return re.findall(rf"^ *```{language}\n(.*?)^ *```$", page.read_text(encoding="utf-8"), re.S | re.M)


@pytest.mark.parametrize("page", READMES, ids=lambda page: page.parent.name)
def test_the_bench_file_of_a_readme_loads_and_has_eight_keys(page: Path) -> None:
    (example,) = code(page, "toml")
    (device,) = parse(example.encode(), str(page), ROOT).device
    assert device.datastream[0].virtual_pin == 1
    assert len(set(re.findall(r"^(\w+) =", example, re.MULTILINE))) == 8


@pytest.mark.parametrize("page", READMES, ids=lambda page: page.parent.name)
def test_a_readme_links_to_the_projects_packages(page: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    releases = project["urls"]["Releases"]
    text = page.read_text(encoding="utf-8")
    assert f"]({releases})" in text
    assert f"pipx install git+{releases.removesuffix('/releases')}`" in text


def test_the_german_readme_has_the_same_parts_as_the_english_one() -> None:
    english, german = (page.read_text(encoding="utf-8").split("\n## ") for page in READMES)
    assert english.pop().startswith("For developers")
    assert [len(TABLE_ROW.findall(part)) for part in english] == [
        len(TABLE_ROW.findall(part)) for part in german
    ]
    assert code(READMES[0], "cpp") == code(READMES[1], "cpp")
