"""Freezes the program: PyInstaller makes a folder with a program that needs no installed Python."""

from __future__ import annotations

import shutil

from steps import product
from steps.environment import BuildPython
from steps.running import BuildError, say


def freeze(system: str, python: BuildPython) -> None:
    """Make the frozen program for `system` (`windows` or `linux`), and copy our licence into its folder."""
    say("Freezing the program…")
    folder = product.frozen_folder(system)
    shutil.rmtree(folder.parent, ignore_errors=True)
    work = product.BUILD / system / "work"
    work.mkdir(parents=True, exist_ok=True)
    out = ["--distpath", python.seen(folder.parent), "--workpath", python.seen(work)]
    said = python.run(
        *("-m", "PyInstaller", "--noconfirm", "--log-level", "WARN", *out),
        python.seen(product.PACKAGING / "pinbridge.spec"),
    )
    (work / "pyinstaller.log").write_text(said, encoding="utf-8")
    shutil.copy(product.ROOT / "LICENSE", folder / "LICENSE.txt")
    names = ("pinbridge.exe", "pinbridge-cli.exe") if system == "windows" else ("pinbridge",)
    missing = [name for name in (*names, "contents.json", "_internal") if not (folder / name).exists()]
    if missing:
        # Under Wine, a tool that fails may end with exit code 0.
        raise BuildError(f"PyInstaller did not make {', '.join(missing)}:\n{said[-2000:]}")
