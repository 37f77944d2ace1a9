"""Makes the packages for Windows: an installer and a portable zip.

The program from the zip keeps journals, settings and logs in the folder `data` beside the program.
"""

from __future__ import annotations

import os
import shutil
import sys
import zipfile
from pathlib import Path

from steps import product, signing
from steps.running import BuildError, run, say

_PROGRAMS = ("pinbridge.exe", "pinbridge-cli.exe")
_MARK_TEXT = (
    "While this file is here, Pinbridge keeps journals, settings and logs in the folder data beside it.\n"
)


def packages(folder: Path) -> list[Path]:
    """Make the installer and the zip from the programs in `folder`, and return the paths of both packages.

    The programs and the installer are signed if environment variables name a certificate: see `signing.py`.
    """
    for name in _PROGRAMS:
        signing.sign(folder / name)
    product.DIST.mkdir(exist_ok=True)
    say("Making the installer…")
    setup = installer(folder, product.DIST / f"{product.NAME}-{product.version()}-setup.exe")
    signing.sign(setup)
    say("Making the portable zip…")
    return [setup, portable(folder, product.DIST / f"{product.NAME}-{product.version()}-portable.zip")]


def installer(folder: Path, setup: Path, version: str = "") -> Path:
    """Make the installer `setup` from the program in `folder`, and return `setup`.

    `version` is the program's version by default; the tests of upgrades pass an older one.
    """
    setup.unlink(missing_ok=True)
    script = product.PACKAGING / "installer.nsi"
    run([_makensis(), *defines(folder, setup, version or product.version()), script])
    if not setup.exists():
        raise BuildError(f"makensis ended without an error, but did not make {setup.name}")
    return setup


def defines(folder: Path, setup: Path, version: str) -> list[str]:
    """The options for makensis; they define the values that `installer.nsi` uses."""
    size_kb = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) // 1024
    values = {
        # Under a 64-bit Wine, a 32-bit installer ends with exit code 0 and installs nothing. NSIS for
        # Windows makes only 32-bit installers, but they work on Windows.
        "TARGET": "x86-unicode" if sys.platform == "win32" else "amd64-unicode",
        "PRODUCT": product.NAME,
        "PUBLISHER": product.PUBLISHER,
        "VERSION": version,
        "FOLDER": str(folder),
        "ICON": str(product.PACKAGING / "icons" / "pinbridge.ico"),
        "OUTPUT": str(setup),
        "SIZE_KB": str(size_kb),
        "PORTABLE_MARK": product.PORTABLE_MARK,
    }
    if signing.is_wanted():
        values["SIGN"] = f'"{sys.executable}" "{Path(signing.__file__)}"'
    return ["-V2", "-INPUTCHARSET", "UTF8", *(f"-D{key}={value}" for key, value in values.items())]


def portable(folder: Path, archive: Path) -> Path:
    """Make the zip `archive` from the program in `folder`, and return `archive`.

    All files in the zip are in one folder. This folder has a marker file, which makes the program keep its
    data in a folder `data` beside the marker file.
    """
    archive.unlink(missing_ok=True)
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as out:
        out.writestr(f"{product.NAME}/{product.PORTABLE_MARK}", _MARK_TEXT)
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                out.write(path, f"{product.NAME}/{path.relative_to(folder).as_posix()}")
    return archive


def _makensis() -> str:
    usual = Path(os.environ.get("PROGRAMFILES(X86)", "")) / "NSIS" / "makensis.exe"
    return shutil.which("makensis") or (str(usual) if usual.exists() else "makensis")
