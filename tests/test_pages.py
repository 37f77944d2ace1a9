"""What a page for people names is there: files, folders, and the tables that a recipe asks for."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("[a-z]*/**/README.md"))]
IN_CODE = re.compile(r"`(?:python3? )?((?:app|ui|tests|packaging|firmware|\.github)/[\w./-]*)[^`\n]*`")
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")
PLACEHOLDER = re.compile(r"NAME")


def named(page: Path) -> list[Path]:
    """The files and folders that a page names, by their place in the project or beside the page."""
    text = page.read_text(encoding="utf-8")
    paths = [ROOT / path for path in IN_CODE.findall(text)]
    paths += [page.parent / path for path in LINK.findall(text)]
    return [path for path in paths if not PLACEHOLDER.search(str(path))]


def test_whatever_a_page_names_is_there() -> None:
    found = {page: named(page) for page in PAGES}
    assert len(found[ROOT / "CONTRIBUTING.md"]) > 20
    missing = [
        f"{page.relative_to(ROOT)}: {path.relative_to(ROOT)}"
        for page, paths in found.items()
        for path in paths
        if not path.exists()
    ]
    assert missing == []


def test_a_recipe_names_what_the_code_has() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    recipes = page.partition("## How to add")[2].partition("\n## ")[0]
    names = set(re.findall(r"`(_?[A-Z]+[A-Za-z_]*|_[a-z]+)`", recipes))
    assert {"ROWS", "TABLES", "_NAMES", "FaultKind", "_examine"} <= names
    sources = [
        path.read_text(encoding="utf-8") for path in (*ROOT.glob("app/**/*.py"), *ROOT.glob("tests/**/*.py"))
    ]
    defined = re.findall(r"^(?:class |def )?(\w+)", "\n".join(sources), re.MULTILINE)
    assert names - set(defined) == set()
