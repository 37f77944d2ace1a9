"""Builds the packages for `windows` or `linux` with one command, on a machine that has nothing but Python.

It starts with only the standard library, and installs everything else that it needs. The results are in
`dist/`: the packages, a list of the program's third-party parts, and the checksums of all these files.
Invariant: a package above its size limit fails the build.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import bootstrap

SYSTEMS = ("windows", "linux")


def main(arguments: list[str]) -> int:
    """Build the packages for the system named in `arguments`, and return the exit status."""
    if len(arguments) != 1 or arguments[0] not in SYSTEMS:
        print(f"usage: build.py {'|'.join(SYSTEMS)}", file=sys.stderr)
        return 2
    if sys.version_info[:2] not in bootstrap.VERSIONS:
        return int(bootstrap.replace_by([bootstrap.find_python(), str(Path(__file__).resolve()), *arguments]))
    from steps.running import BuildError

    try:
        build(arguments[0])
    except (BuildError, bootstrap.SetupError) as error:
        print(f"build: {error}", file=sys.stderr)
        return 1
    return 0


def build(system: str) -> None:
    """Freeze the program, print the sizes of its parts, make and check its packages, and write checksums."""
    from steps import checksums, deb, product, sizes, windows, wine
    from steps.environment import own_python
    from steps.freeze import freeze
    from steps.running import BuildError

    if system == "windows" and sys.platform != "win32":
        bootstrap.install_system_packages([*wine.PACKAGES, "fonts-dejavu-core"], needed=True)
        python = wine.windows_python()
    elif (system == "windows") == (sys.platform == "win32"):
        bootstrap.install_system_packages(
            [*bootstrap.QT_PACKAGES, *deb.PACKAGES, *_python_library()], needed=True
        )
        python = own_python()
    else:
        raise BuildError(f"packages for {system} cannot be built on this system: build them on {system}")
    freeze(system, python)
    folder = product.frozen_folder(system)
    print(sizes.table(sizes.measured(folder)))
    made = windows.packages(folder) if system == "windows" else [deb.package(folder)]
    shutil.copy(folder / "contents.json", product.DIST / f"contents-{system}-{product.version()}.json")
    for package in made:
        print(f"{package.stat().st_size / 1e6:8.1f} MB  {package.relative_to(product.ROOT)}")
        sizes.check_ceiling(package, product.CEILINGS_MB)
    print(f"{checksums.write(product.DIST).relative_to(product.ROOT)} has their checksums.")


def _python_library() -> list[str]:
    """The Debian package with Python's shared library; an empty list if the running Python is not Debian's.

    The frozen program needs this library.
    """
    if os.path.realpath(sys.base_prefix) != "/usr":
        return []
    return ["libpython{}.{}".format(*sys.version_info[:2])]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
