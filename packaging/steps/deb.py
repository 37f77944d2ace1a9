"""Makes the package for Debian and Ubuntu: the frozen program, a desktop entry, an icon and a file type.

Invariant: the dependencies of the package are found by examining the program's files, not listed by hand.
"""

from __future__ import annotations

import gzip
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from steps import product
from steps.running import BuildError, run, say
from steps.sizes import measured

PACKAGES = ["binutils", "libwayland-client0", "libwayland-cursor0", "libwayland-egl1"]
"""Further Debian packages that the build needs: tools, and the libraries that Qt loads on Wayland."""
_LINUX = product.PACKAGING / "linux"
_NEEDED = re.compile(r"\(NEEDED\).*\[(.+)\]")
_GLIBC = re.compile(rb"GLIBC_2\.(\d+)\0")


def package(folder: Path) -> Path:
    """Make a Debian package of the frozen program in `folder`, and return the path of the package."""
    say("Making the Debian package…")
    version = product.version()
    root = product.BUILD / "linux" / "deb"
    shutil.rmtree(root, ignore_errors=True)
    home = root / "usr/lib/pinbridge"
    shutil.copytree(folder, home, symlinks=True)
    _place(root)
    architecture = run(["dpkg", "--print-architecture"]).strip()
    control = root / "DEBIAN" / "control"
    control.parent.mkdir()
    size_kb = sum(measured(root).values()) // 1024
    control.write_text(control_text(version, architecture, size_kb, depends(folder)), encoding="utf-8")
    shutil.copy(_LINUX / "postinst", control.parent / "postinst")
    for path in root.rglob("*"):
        if not path.is_symlink():
            runs = path.is_dir() or path.name in ("postinst", "pinbridge")
            path.chmod(0o755 if runs else 0o644)
    product.DIST.mkdir(exist_ok=True)
    made = product.DIST / f"pinbridge_{version}_{architecture}.deb"
    run(["dpkg-deb", "--root-owner-group", "-Zxz", "--build", root, made])
    return made


def control_text(version: str, architecture: str, size_kb: int, needed: list[str]) -> str:
    """The text of the package's control file; `needed` are the entries of its field `Depends`."""
    return (
        f"Package: pinbridge\nVersion: {version}\nArchitecture: {architecture}\n"
        f"Maintainer: {product.PUBLISHER} <pinbridge@localhost>\nInstalled-Size: {size_kb}\n"
        f"Depends: {', '.join(needed)}\nRecommends: fonts-dejavu-core\nSection: electronics\n"
        f"Priority: optional\nDescription: {product.DESCRIPTION}\n"
        " Pinbridge reads lines such as v1=100 from Arduino boards, checks each one, shows them\n"
        " on live plots, and forwards each to Blynk without losing one.\n"
    )


def depends(folder: Path) -> list[str]:
    """The Debian packages of the libraries that the program in `folder` needs but does not contain.

    The entry for libc6 also has the lowest version with which the program works.
    """
    files = [path for path in folder.rglob("*") if path.is_file() and _is_elf(path)]
    brought = {path.name for path in folder.rglob("*")}
    asked = {name for path in files for name in _needed(path)} - brought
    owners = {_owner(name) for name in asked} - {"libc6"}
    return [f"libc6 (>= 2.{newest_glibc(path.read_bytes() for path in files)})", *sorted(owners)]


def newest_glibc(files: Iterable[bytes]) -> int:
    """The minor version of the newest glibc that any of `files` requires: 35, for example, is glibc 2.35.

    `files` are the contents of programs and libraries. With an older glibc, at least one of these programs
    and libraries cannot be loaded.
    """
    return max(int(found) for data in files for found in _GLIBC.findall(data))


def _is_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def _needed(path: Path) -> list[str]:
    return _NEEDED.findall(run(["readelf", "--dynamic", "--wide", path]))


def _owner(library: str) -> str:
    done = subprocess.run(["dpkg-query", "-S", f"*/{library}"], capture_output=True, text=True)
    owners = sorted({line.partition(":")[0] for line in done.stdout.splitlines() if ":" in line})
    fitting = [name for name in owners if name.startswith("lib") and "-dev" not in name]
    if not fitting:
        raise BuildError(f"the program needs {library}, which no installed Debian package contains")
    return fitting[0]


def _place(root: Path) -> None:
    """Write the desktop entry, file type, icons, licence and changelog to their places under `root`.

    Also make the link `usr/bin/pinbridge`, which points to the program.
    """
    share = root / "usr/share"
    for source, place in (
        (_LINUX / "pinbridge.desktop", "applications/pinbridge.desktop"),
        (_LINUX / "pinbridge.xml", "mime/packages/pinbridge.xml"),
        (product.PACKAGING / "icons" / "pinbridge.png", "icons/hicolor/256x256/apps/pinbridge.png"),
        (product.ROOT / "ui" / "icon.svg", "icons/hicolor/scalable/apps/pinbridge.svg"),
        (product.ROOT / "LICENSE", "doc/pinbridge/copyright"),
    ):
        (share / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, share / place)
    changes = (product.ROOT / "CHANGELOG.md").read_bytes()
    (share / "doc/pinbridge/changelog.gz").write_bytes(gzip.compress(changes, mtime=0))
    command = root / "usr/bin/pinbridge"
    command.parent.mkdir(parents=True)
    command.symlink_to("../lib/pinbridge/pinbridge")
