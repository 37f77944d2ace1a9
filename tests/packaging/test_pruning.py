"""The frozen program keeps only the libraries that it uses, directly or through other libraries."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steps.pruning import Entry, is_wanted_data, kept_libraries, plugin_name

_NEEDS = {
    "/p/multiarray.so": ["libblas.so"],
    "/p/libqxcb.so": ["libQt6XcbQpa.so.6", "libc.so.6"],
    "/p/libQt6XcbQpa.so.6": ["libxcb-cursor.so.0"],
    "/p/libqgtk3.so": ["libgtk-3.so.0"],
    "/p/libgtk-3.so.0": ["libcairo.so.2"],
}


def _kept(entries: list[Entry]) -> set[str]:
    return {entry[0] for entry in kept_libraries(entries, lambda source: _NEEDS.get(source, []))}


def test_only_needed_libraries_stay() -> None:
    plugins = "PySide6/Qt/plugins"
    kept = _kept(
        [
            ("numpy/multiarray.so", "/p/multiarray.so", "EXTENSION"),
            ("libblas.so", "/p/libblas.so", "BINARY"),
            (f"{plugins}/platforms/libqxcb.so", "/p/libqxcb.so", "BINARY"),
            ("PySide6/Qt/lib/libQt6XcbQpa.so.6", "/p/libQt6XcbQpa.so.6", "BINARY"),
            ("libQt6XcbQpa.so.6", "PySide6/Qt/lib/libQt6XcbQpa.so.6", "SYMLINK"),
            ("libxcb-cursor.so.0", "/p/libxcb-cursor.so.0", "BINARY"),
            (f"{plugins}/platformthemes/libqgtk3.so", "/p/libqgtk3.so", "BINARY"),
            ("libgtk-3.so.0", "/p/libgtk-3.so.0", "BINARY"),
            ("libcairo.so.2", "/p/libcairo.so.2", "BINARY"),
            ("libpython3.11.so.1.0", "/p/libpython3.11.so.1.0", "BINARY"),
        ]
    )
    assert kept == {
        "numpy/multiarray.so",
        "libblas.so",
        f"{plugins}/platforms/libqxcb.so",
        "PySide6/Qt/lib/libQt6XcbQpa.so.6",
        "libQt6XcbQpa.so.6",
        "libxcb-cursor.so.0",
        "libpython3.11.so.1.0",
    }


def test_upper_and_lower_case_do_not_matter_on_windows() -> None:
    entries = [
        ("PySide6\\QtCore.pyd", "/w/QtCore.pyd", "EXTENSION"),
        ("PySide6\\Qt6Core.dll", "/w/Qt6Core.dll", "BINARY"),
        ("PySide6\\opengl32sw.dll", "/w/opengl32sw.dll", "BINARY"),
    ]
    kept = kept_libraries(entries, lambda source: {"/w/QtCore.pyd": ["QT6CORE.DLL"]}.get(source, []))
    assert [entry[0] for entry in kept] == ["PySide6\\QtCore.pyd", "PySide6\\Qt6Core.dll"]


@pytest.mark.parametrize(
    ("destination", "name"),
    [
        ("PySide6\\plugins\\platforms\\qwindows.dll", "platforms/qwindows"),
        ("PySide6/Qt/plugins/platforms/libqxcb.so", "platforms/qxcb"),
        ("PySide6/Qt/plugins/platforms/libqcocoa.dylib", "platforms/qcocoa"),
        ("PySide6/Qt/lib/libQt6Core.so.6", ""),
        ("elsewhere/plugins/platforms/libqxcb.so", ""),
    ],
)
def test_a_plugin_is_recognised_on_every_system(destination: str, name: str) -> None:
    assert plugin_name(destination) == name


@given(st.dictionaries(st.sampled_from("abcdef"), st.lists(st.sampled_from("abcdef")), min_size=1))
def test_a_library_stays_together_with_all_that_it_needs(needs: dict[str, list[str]]) -> None:
    entries: list[Entry] = [(name, name, "BINARY") for name in "bcdef"]
    entries.append(("a", "a", "EXTENSION"))
    kept = {entry[0] for entry in kept_libraries(entries, lambda source: needs.get(source, []))}
    assert "a" in kept
    assert all(asked in kept for name in kept for asked in needs.get(name, []))


@pytest.mark.parametrize(
    ("destination", "is_wanted"),
    [
        ("PySide6\\translations\\qtbase_de.qm", True),
        ("PySide6/Qt/translations/qtbase_de.qm", True),
        ("PySide6/Qt/translations/qtbase_en.qm", True),
        ("PySide6/Qt/translations/qtbase_fr.qm", False),
        ("PySide6/Qt/translations/qtmultimedia_de.qm", False),
        ("PySide6\\translations\\qt_gl.qm", False),
        ("app/messages/locale/de/LC_MESSAGES/pinbridge.mo", True),
        ("app/messages/locale/de/LC_MESSAGES/pinbridge.po", False),
        ("app/localcloud/page/page.html", True),
    ],
)
def test_translations_of_other_languages_are_left_out(destination: str, is_wanted: bool) -> None:
    assert is_wanted_data(destination, ["en", "de"]) is is_wanted
