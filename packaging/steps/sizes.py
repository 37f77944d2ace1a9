"""Shows the sizes of the frozen program's parts, and checks that no finished package is too large.

The packages are the installer and the zip for Windows, and the Debian package. Each has its own limit.

Pure, except that this module reads the sizes of files.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path, PurePosixPath

from steps.running import BuildError

_PYTHON = ("python3", "libpython3", "base_library.zip")


def measured(folder: Path) -> dict[str, int]:
    """Map the relative path of each file below `folder` to the file's size in bytes. Omit symbolic links."""
    return {
        path.relative_to(folder).as_posix(): path.stat().st_size
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink()
    }


def shares(files: dict[str, int]) -> list[tuple[str, int]]:
    """The parts of the program, each with the total size of its files in bytes; the largest part is first."""
    parts: Counter[str] = Counter()
    for path, size in files.items():
        parts[_part(PurePosixPath(path))] += size
    return parts.most_common()


def table(files: dict[str, int]) -> str:
    """A table of the parts of the program and of its largest files, with their sizes."""
    lines = [f"{size / 1e6:8.1f} MB  {part}" for part, size in shares(files) if size >= 50_000]
    lines.append(f"{sum(files.values()) / 1e6:8.1f} MB  in all, {len(files)} files; the largest:")
    largest = sorted(files.items(), key=lambda item: -item[1])[:8]
    lines += [f"{size / 1e6:8.1f} MB    {path}" for path, size in largest]
    return "\n".join(lines)


def check_ceiling(package: Path, ceilings_mb: dict[str, float]) -> None:
    """Raise BuildError if the file `package` is larger than its limit.

    `ceilings_mb` maps the end of a package's file name to the limit in millions of bytes.
    """
    ceiling_mb = next(limit for end, limit in ceilings_mb.items() if package.name.endswith(end))
    size_mb = package.stat().st_size / 1e6
    if size_mb > ceiling_mb:
        raise BuildError(
            f"{package.name} has {size_mb:.1f} MB, more than its limit of {ceiling_mb:g} MB: "
            "the table above shows what takes how much"
        )


def _part(path: PurePosixPath) -> str:
    parts = path.parts
    if parts[0] != "_internal":
        return "licences and notes" if len(parts) > 1 or path.suffix in (".json", ".txt") else "the program"
    if len(parts) == 2:
        if parts[1].startswith(_PYTHON) or path.suffix == ".pyd":
            return "Python"
        return "libraries of the system"
    if parts[1].startswith("python3"):
        return "Python"
    if parts[1] in ("PySide6", "shiboken6"):
        return "Qt (PySide6, shiboken6)"
    return parts[1].removesuffix(".libs").partition("-")[0]
