"""Program and packages have the same version, in a form that Windows and Debian accept."""

from __future__ import annotations

import ast
import sys
import tomllib
from pathlib import Path

import pytest

import app
from app.config.folders import PORTABLE_MARK
from steps import product


def test_the_version_is_the_programs_own() -> None:
    assert product.version() == app.__version__
    project = tomllib.loads((product.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "app.__version__"}
    assert "version" not in project["project"]


def test_a_version_of_another_form_is_an_error(tmp_path: Path) -> None:
    source = tmp_path / "__init__.py"
    source.write_text('__version__ = "1.2"\n')
    with pytest.raises(ValueError, match=r"needs a line such as __version__ = \"1\.2\.3\""):
        product.version(source)


def test_the_zip_has_the_file_that_makes_the_program_portable() -> None:
    assert product.PORTABLE_MARK == PORTABLE_MARK


def test_python_3_9_can_start_the_build_with_nothing_installed() -> None:
    tree = ast.parse((product.PACKAGING / "build.py").read_text(encoding="utf-8"), feature_version=(3, 9))
    top_level = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {alias.name for node in top_level if isinstance(node, ast.Import) for alias in node.names}
    assert names - sys.stdlib_module_names == {"bootstrap"}


def test_the_folder_packaging_is_no_python_package() -> None:
    assert not (product.PACKAGING / "__init__.py").exists()
