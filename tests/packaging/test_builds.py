"""Builds and tries the packages. Each test takes minutes, so all of them are long tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import bootstrap
from authority import Authority
from frozen import home
from steps import product, windows, wine

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(sys.platform != "linux", reason="on other systems the workflow builds and tries"),
]


def _succeeds(script: str, *arguments: str) -> str:
    """Run a script in `packaging`, check that it succeeds, and return its output."""
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


@pytest.mark.skipif(sys.platform == "linux" and os.geteuid() != 0, reason="only root can install a package")
def test_the_package_for_linux_installs_and_uninstalls() -> None:
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


def test_a_given_certificate_signs_program_uninstaller_and_installer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bootstrap.install_system_packages([*wine.PACKAGES, "osslsigncode", "openssl"], needed=True)
    authority = Authority(tmp_path / "authority")
    certificate, password = authority.signing_certificate()
    monkeypatch.setenv("PINBRIDGE_SIGN_PFX", str(certificate))
    monkeypatch.setenv("PINBRIDGE_SIGN_PASSWORD_FILE", str(password))
    folder = tmp_path / "frozen"
    folder.mkdir()
    shutil.copy(product.ROOT / "LICENSE", folder / "LICENSE.txt")
    # Any Windows program will do; this one comes with Wine.
    stub = next(Path("/usr/lib/x86_64-linux-gnu/wine/x86_64-windows").glob("notepad.exe"))
    for name in ("pinbridge.exe", "pinbridge-cli.exe"):
        shutil.copy(stub, folder / name)
    monkeypatch.setattr(product, "DIST", tmp_path / "dist")
    setup, archive = windows.packages(folder)
    with zipfile.ZipFile(archive) as files:
        files.extract("Pinbridge/pinbridge.exe", tmp_path)
    with home(tmp_path, under_wine=True) as where:
        where.run([*where.command(setup), "/S"])
        installed = where.user / "AppData/Local/Programs/Pinbridge"
        for program in (setup, tmp_path / "Pinbridge/pinbridge.exe", installed / "uninstall.exe"):
            verify = ["osslsigncode", "verify", "-CAfile", str(authority.certificate), "-in", str(program)]
            said = subprocess.run(verify, capture_output=True, text=True).stdout
            assert "Signature verification: ok" in said, f"{program}: {said}"
