"""The packages themselves, built and tried: minutes each, and so among the longer proofs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from steps import product

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the workflow builds and tries"),
]


def _succeeds(script: str, *arguments: str) -> str:
    """What a script of the build printed."""
    command = [sys.executable, str(product.PACKAGING / script), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=2400)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_package_for_linux_is_built_and_works(tmp_path: Path) -> None:
    assert "MB  in all" in _succeeds("build.py", "linux")
    _succeeds("smoke.py", "linux")
    (package,) = product.DIST.glob(f"pinbridge_{product.version()}_*.deb")
    subprocess.run(["dpkg-deb", "--extract", str(package), str(tmp_path)], check=True)
    for name in (
        "usr/share/applications/pinbridge.desktop",
        "usr/share/icons/hicolor/256x256/apps/pinbridge.png",
        "usr/share/mime/packages/pinbridge.xml",
        "usr/lib/pinbridge/licences/READ-ME-FIRST.txt",
    ):
        assert (tmp_path / name).is_file(), name
    said = subprocess.run(
        [str(tmp_path / "usr/bin/pinbridge"), "--version"], capture_output=True, text=True, check=True
    ).stdout
    assert product.version() in said


@pytest.mark.skipif(os.geteuid() != 0, reason="installing a package takes root")
def test_the_package_for_linux_installs_and_goes() -> None:
    (package,) = product.DIST.glob(f"pinbridge_{product.version()}_*.deb")
    try:
        subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", str(package)], check=True)
        said = subprocess.run(["pinbridge", "--version"], capture_output=True, text=True, cwd="/").stdout
        assert product.version() in said
    finally:
        subprocess.run(["apt-get", "remove", "-y", "pinbridge"], check=True)
    assert not Path("/usr/lib/pinbridge").exists()


def test_the_packages_for_windows_are_built_and_work() -> None:
    assert "MB  in all" in _succeeds("build.py", "windows")
    _succeeds("smoke.py", "windows")
    _succeeds("try_windows.py")
