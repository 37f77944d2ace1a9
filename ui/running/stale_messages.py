"""Lets messages leave before their time, because the user has begun something else.

Invariant: while a board of the form is connected, its fields remove no message, because they can be changed
then, and undone.
"""

from __future__ import annotations

from ui.boards.newcomer import NewcomerForm
from ui.notices.line import Notices
from ui.running.connection import Connection
from ui.widgets.editable_box import line_of


def let_leave(notices: Notices, connection: Connection, form: NewcomerForm) -> None:
    """Remove what `notices` says of a bench that is disconnected, or of a form that is changed."""

    def edited() -> None:
        if not connection.connected:
            notices.dismiss()

    connection.changed.connect(notices.dismiss_passing)
    form.port_box.currentTextChanged.connect(edited)
    form.token_field.textEdited.connect(edited)
    for box in (form.baud_box, form.server_box):
        box.activated.connect(edited)
        line_of(box).textEdited.connect(edited)
