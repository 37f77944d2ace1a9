"""The table of sizes accounts for every byte, and a package above its limit fails the build."""

from __future__ import annotations

from pathlib import Path

import pytest

from steps.product import CEILINGS_MB
from steps.running import BuildError
from steps.sizes import check_ceiling, measured, shares, table

FILES = {
    "pinbridge.exe": 7_000_000,
    "_internal/PySide6/Qt6Core.dll": 10_000_000,
    "_internal/shiboken6/shiboken6.abi3.dll": 400_000,
    "_internal/python311.dll": 5_000_000,
    "_internal/_ssl.pyd": 200_000,
    "_internal/libcrypto-3.dll": 5_000_000,
    "_internal/numpy/core.pyd": 4_000_000,
    "_internal/numpy.libs/blas.dll": 32_000_000,
    "licences/LGPL-3.0.txt": 60_000,
    "contents.json": 9_000,
}


def test_every_byte_belongs_to_a_part() -> None:
    parts = dict(shares(FILES))
    assert sum(parts.values()) == sum(FILES.values())
    assert parts["numpy"] == 36_000_000
    assert parts["Qt (PySide6, shiboken6)"] == 10_400_000
    assert parts["Python"] == 5_200_000
    assert parts["the program"] == 7_000_000
    assert parts["licences and notes"] == 69_000


def test_the_table_has_the_largest_first() -> None:
    lines = table(FILES).splitlines()
    assert lines[0].split() == ["36.0", "MB", "numpy"]
    assert "63.7 MB  in all, 10 files" in table(FILES)
    assert "_internal/numpy.libs/blas.dll" in table(FILES)


def test_files_are_measured_and_links_are_not(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner/file").write_bytes(b"12345")
    (tmp_path / "link").symlink_to("inner/file")
    assert measured(tmp_path) == {"inner/file": 5}


def test_a_package_above_its_limit_fails_the_build(tmp_path: Path) -> None:
    package = tmp_path / "Pinbridge-1.0.0-setup.exe"
    package.write_bytes(b"x" * 1_000_000)
    check_ceiling(package, {"-setup.exe": 1.0})
    with pytest.raises(BuildError, match=r"setup\.exe has 1\.0 MB, more than its limit of 0\.9 MB"):
        check_ceiling(package, {"-setup.exe": 0.9})


def test_the_installer_may_have_45_megabytes_at_most() -> None:
    assert CEILINGS_MB["-setup.exe"] == 45
