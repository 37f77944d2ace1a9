"""Decides which of the files that PyInstaller collected stay in the frozen program.

Pure. Invariant: Python's shared library (such as `libpython3.12.so`), extension modules and wanted Qt plugins
stay, and with them each shared library that they need, directly or through others; no other shared library
stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import PurePath, PurePosixPath

Entry = tuple[str, str, str]
"""A file: its path in the frozen program, its source, and PyInstaller's name for its kind."""

WANTED_PLUGINS = {
    "iconengines/qsvgicon",
    "imageformats/qsvg",
    "platforminputcontexts/composeplatforminputcontextplugin",
    "platforminputcontexts/ibusplatforminputcontextplugin",
    "platforms/qcocoa",
    "platforms/qoffscreen",
    "platforms/qwayland",
    "platforms/qwayland-egl",
    "platforms/qwayland-generic",
    "platforms/qwindows",
    "platforms/qxcb",
    "platformthemes/qxdgdesktopportal",
    "styles/qmacstyle",
    "styles/qmodernwindowsstyle",
    "wayland-decoration-client/adwaita",
    "wayland-decoration-client/bradient",
    "wayland-graphics-integration-client/qt-plugin-wayland-egl",
    "wayland-shell-integration/xdg-shell",
}
EXCLUDED_MODULES = [
    *("PySide6.QtNetwork", "PySide6.QtPrintSupport", "PySide6.QtTest"),
    *("numpy.f2py", "numpy.testing", "setuptools", "pkg_resources", "tkinter", "_pytest", "pytest"),
    *("pyqtgraph", "matplotlib"),
    "pyarrow",  # installed for the tests; it would make the program twice as large
    "readline",  # its library is under the GPL, and the program does not need it
]
_TRANSLATIONS = ("PySide6/translations/", "PySide6/Qt/translations/")


def plugin_name(destination: str) -> str:
    """The name of the Qt plugin in the file `destination`, such as `platforms/qxcb`.

    Empty if the file is no Qt plugin.
    """
    parts = PurePosixPath(destination.replace("\\", "/")).parts
    if "PySide6" not in parts or "plugins" not in parts:
        return ""
    stem = parts[-1].partition(".")[0].removeprefix("lib")
    return f"{parts[-2]}/{stem}"


def kept_libraries(entries: Iterable[Entry], needs: Callable[[str], Iterable[str]]) -> list[Entry]:
    """The files of `entries` that stay in the frozen program, by the rule at the head of this module.

    `needs` returns the names of the libraries that a file needs itself.
    """
    entries = list(entries)
    by_name: dict[str, list[Entry]] = {}
    for entry in entries:
        by_name.setdefault(_name(entry[0]), []).append(entry)
    wanted = [entry for entry in entries if _is_root(entry)]
    kept = set(wanted)
    while wanted:
        _, source, kind = wanted.pop()
        names = [_name(source)] if kind == "SYMLINK" else [_name(name) for name in needs(source)]
        for entry in (found for name in names for found in by_name.get(name, [])):
            if entry not in kept:
                kept.add(entry)
                wanted.append(entry)
    return [entry for entry in entries if entry in kept]


def is_wanted_data(destination: str, languages: Iterable[str]) -> bool:
    """Whether the program uses the data file at `destination`; `languages` are the program's languages.

    Of Qt's own translations, the program uses only those for widgets. It reads `.mo` files, not the `.po`
    files that translators edit.
    """
    path = destination.replace("\\", "/")
    if path in {f"{folder}qtbase_{code}.qm" for folder in _TRANSLATIONS for code in languages}:
        return True
    return not path.startswith(_TRANSLATIONS) and not path.endswith(".po")


def _is_root(entry: Entry) -> bool:
    destination, _, kind = entry
    plugin = plugin_name(destination)
    if plugin:
        return plugin in WANTED_PLUGINS
    return kind == "EXTENSION" or _name(destination).startswith(("python3", "libpython3"))


def _name(path: str) -> str:
    # File names on Windows are not case-sensitive.
    return PurePath(path.replace("\\", "/")).name.lower()
