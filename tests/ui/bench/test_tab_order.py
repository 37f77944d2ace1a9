"""Tab goes through the editor as it is on the screen, also after forms and rows were made anew."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget

from tests.ui.bench.desk import Desk

GREENHOUSE = 2


def chain(desk: Desk) -> Iterator[QWidget]:
    """The enabled widgets that Tab reaches, from the list at the left on."""
    first = widget = desk.editor.outline
    while True:
        if widget.isVisible() and widget.isEnabled() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            yield widget
        widget = widget.nextInFocusChain()  # type: ignore[assignment]
        if widget is first:
            return


def names(desk: Desk) -> list[str]:
    return [
        (widget.accessibleName() or widget.property("text")).partition(":")[0].replace("&", "")
        for widget in chain(desk)
    ]


def is_as_on_the_screen(desk: Desk) -> bool:
    """Whether the fields and buttons of the form come from top to bottom, and from left to right."""
    form = desk.editor.form
    assert form
    page = form.widget()
    inside = [widget for widget in chain(desk) if page.isAncestorOf(widget)]
    places = [widget.mapTo(page, QPoint()) for widget in inside]
    return len(inside) > 5 and all(
        (before.y() // 20, before.x()) < (after.y() // 20, after.x()) for before, after in pairwise(places)
    )


def test_tab_goes_from_the_list_through_tools_and_form_to_the_buttons(desk: Desk) -> None:
    desk.connect()
    for pin in (5, 6):
        desk.stage.device.say(f"v{pin}=1", desk.stage.clock.now_s)
    desk.edit()
    desk.choose(GREENHOUSE)
    desk.type("name", "cellar")
    found = names(desk)
    assert found[0] == "Bench, devices and datastreams"
    wanted = [
        *("+ Device", "+ Datastream", "Remove", "Name", "Port", "Baud rate", "Pins without an entry"),
        *("Record everything that the board sends", "Add all", "Add", "Add", "From a sketch…", "Server"),
        *("Place of the auth token", "Type the token…", "Test it", "Organisation", "Way to forward"),
        *("Send several pins in one message", "More settings", "Problems", "Revert", "Close"),
    ]
    assert [name for name in found if name in wanted] == wanted
    assert is_as_on_the_screen(desk)
    desk.press("More settings")
    desk.stage.wait_until(lambda: is_as_on_the_screen(desk))


def test_the_order_stays_right_when_another_table_is_chosen_and_rows_come(desk: Desk) -> None:
    desk.connect()
    desk.edit()
    desk.choose(GREENHOUSE, 1)
    assert is_as_on_the_screen(desk)
    desk.choose(GREENHOUSE)
    desk.stage.device.say("v5=1", desk.stage.clock.now_s)
    desk.editor.look()
    found = names(desk)
    assert found.index("Add") == found.index("From a sketch…") - 1
    assert found[-1] == "Close"
    assert is_as_on_the_screen(desk)


def test_the_buttons_of_the_message_come_first(desk: Desk) -> None:
    desk.edit()
    desk.choose(0)
    desk.type("name", "Lab 7")
    desk.path.write_text("# of another program", encoding="utf-8")
    desk.press("Save")
    assert names(desk)[-2:] == ["Reload", "Overwrite"]
    assert names(desk)[-5:-2] == ["Save", "Revert", "Close"]
    buttons = desk.editor.notice.buttons
    buttons[1].setFocus()
    desk.stage.press("Tab", buttons[1])
    assert desk.editor.outline.hasFocus()
