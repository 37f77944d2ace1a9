"""Chooses every entry of the menus, and checks the effect.

The default run chooses each entry by its first key, or by mouse if it has no key or is the last of its menu;
the long run also by its other keys, and all by mouse. A test fails if an entry has no row in `entries`, if it
has other keys than its row, or if a row has no entry.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from app.messages import languages
from tests.ui.entries import bench, console, device, faults_and_help, view
from tests.ui.stage import LEFT, Stage

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

ROWS = bench.ENTRIES | device.ENTRIES | view.ENTRIES | console.ENTRIES | faults_and_help.ENTRIES


def plain(text: str) -> str:
    return text.replace("&", "")


def submenu(stage: Stage, action: QAction) -> QMenu | None:
    """The menu that an entry opens. Not `action.menu()`: Python would own that menu, and delete it."""
    menus = stage.window.findChildren(QMenu)
    return next((menu for menu in menus if menu.menuAction() == action), None)


def found(stage: Stage) -> dict[str, QAction]:
    """All entries of all menus by path, such as `View / Console`."""

    def walk(actions: list[QAction], path: str) -> Iterator[tuple[str, QAction]]:
        for action in actions:
            here = f"{path}{plain(action.text())}"
            menu = submenu(stage, action)
            if menu is not None:
                yield from walk(menu.actions(), f"{here} / ")
            elif not action.isSeparator():
                yield here, action

    return dict(walk(stage.window.menuBar().actions(), ""))


def test_every_entry_has_a_row_with_its_keys(stage: Stage) -> None:
    stage.window.connection.start_demo()  # its faults are a menu
    shown = {
        path: tuple(key.toString() for key in action.shortcuts()) for path, action in found(stage).items()
    }
    assert shown == {path: row.keys for path, row in ROWS.items()}


def by_mouse(stage: Stage, path: str) -> None:
    """Open the menus of `path` one after the other, and click the entry."""
    bar = stage.window.menuBar()
    first, *rest = path.split(" / ")
    (head,) = [action for action in bar.actions() if plain(action.text()) == first]
    QTest.mouseClick(bar, LEFT, pos=bar.actionGeometry(head).center())
    menu = submenu(stage, head)
    for word in rest:
        assert menu is not None
        stage.wait_until(menu.isVisible)  # a submenu opens a moment later
        (action,) = [action for action in menu.actions() if plain(action.text()) == word]
        # On a small screen, a menu with large text has two columns, and the second is cut off.
        seen = menu.actionGeometry(action).intersected(menu.rect())
        QTest.mouseClick(menu, LEFT, pos=seen.center())
        menu = submenu(stage, action)


LAST_OF = {path.rpartition(" / ")[0]: path for path in ROWS}
"""The last row of each menu."""
WAYS = [
    pytest.param(
        *(path, way),
        id=f"{path}-{way}".replace("…", "..."),
        marks=() if way == ways[0] or (way == ways[-1] and path in LAST_OF.values()) else pytest.mark.long,
    )
    for path, row in ROWS.items()
    for ways in [(*row.keys, "by mouse")]
    for way in ways
]


@pytest.mark.parametrize(("path", "way"), WAYS)
def test_each_entry_does_what_it_says(stage: Stage, path: str, way: str) -> None:
    for _ in ROWS[path].course(stage):
        if way == "by mouse":
            by_mouse(stage, path)
        else:
            stage.press(way)


def test_no_two_entries_share_a_key_or_a_letter(stage: Stage) -> None:
    keys = [key for row in ROWS.values() for key in row.keys]
    assert len(keys) == len(set(keys))
    stage.window.connection.start_demo()
    letters: dict[str, list[str]] = {}
    for path, action in found(stage).items():
        letters.setdefault(path.rpartition(" / ")[0], []).append(
            QKeySequence.mnemonic(action.text()).toString()
        )
    for menu, shown in letters.items():
        taken = [letter for letter in shown if letter]
        assert len(taken) == len(set(taken)), menu


BAR = ("&Bench", "&Device", "&View", "&Faults", "&Help")
MENUS = {
    "&Bench": """
        &Connect or disconnect, &Open bench file…, &New without a file, Open recordin&g…, Recent recording&s,
        Compare wit&h another recording…, Start the de&mo,
        &Reset the board on connect,
        -, &Edit bench…, Save &as bench file…, E&xport bench…, Auth &tokens…,
        -, Save &data…, Save &picture of the plot…, -,
        &Keep the computer awake while connected, M&inimise to the tray, -, &Quit
        """,
    "&Device": """
        &Record, Release the &port, or take it back, &Send a line…, Send a &file line by line…,
        &Lines sent often, &Try the cloud now, Open the cloud's &web page, Ed&it device…,
        -, N&ext device, Pre&vious device, -, &Delete its data…
        """,
    "&View": """
        &Pause the view, &Reset, &Lock the value axes, Ranges of the &value axes…, Cursors to &measure with,
        Curves &together, &One scale for all curves, Clock t&ime, Set a mar&ker…, Mark&ers,
        &Shorter time window, Longer time win&dow, Keep this &board in the plot,
        -, Onl&y rejected lines in the console, &Clear the console, Lines sho&wn in the console,
        -, Co&nsole, Re&jected lines, Clo&ud,
        -, P&anes, Te&xt size, &Full screen for an audience, -, T&heme, Lan&guage
        """,
    "&Faults": "Play down, Play flood",
    "&Help": "&Help topics, Is there a &newer version?, &About Pinbridge",
    "&Lines sent often": "-, &Keep the line in the send box, &Edit…",
    "Lines sho&wn in the console": """
        &Find…, Find ne&xt, Find &previous, -, &Verdict, &Datastream, &All boards,
        -, &Hex view, &Colours of the log, Copy with &time and verdict, &Save these lines…
        """,
    "&Verdict": """
        &All lines, Only a&ccepted lines, Only &rejected lines, Only co&mments, Only &sent lines
        """,
    "&Datastream": "&All datastreams",
    "P&anes": "&Datastreams, &Console, rejected lines, cloud",
    "Te&xt size": "&Larger, &Smaller, &Normal",
    "T&heme": "Like the &system, &Light, &Dark, &High contrast",
    "Lan&guage": ", ".join(("Like the &system", *map(languages.name_of, languages.offered()))),
}
"""The entries of each menu in order; the letter after `&` chooses the entry, a dash is a separator."""


def test_menus_have_their_order_and_their_letters(stage: Stage) -> None:
    stage.window.connection.start_demo()
    for name, entries in MENUS.items():
        (menu,) = [menu for menu in stage.window.findChildren(QMenu) if menu.title() == name]
        shown = ["-" if action.isSeparator() else action.text() for action in menu.actions()]
        assert ", ".join(shown) == " ".join(entries.split()), name
    bar = stage.window.menuBar()
    assert [action.text() for action in bar.actions()] == [name for name in MENUS if name in BAR]
