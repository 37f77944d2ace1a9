"""The catalogue: every message code with its English sentence. Pure.

Invariant: a message code has one sentence, in one module of `english`.
"""

from __future__ import annotations

from app.messages.english import (
    bench,
    boards,
    cloud,
    command_help,
    commands,
    config,
    doctor,
    general,
    journal,
    localcloud,
    program,
    refusals,
    suggestions,
    wire,
)
from app.messages.english.ui import (
    console,
    dialogs,
    editor,
    fixes,
    help_pages,
    panes,
    plot,
    recordings,
    saving,
    window,
)

MODULES = (
    bench,
    boards,
    cloud,
    command_help,
    commands,
    config,
    doctor,
    general,
    journal,
    localcloud,
    program,
    refusals,
    suggestions,
    wire,
    console,
    dialogs,
    editor,
    fixes,
    help_pages,
    panes,
    plot,
    recordings,
    saving,
    window,
)
CATALOGUE = {entry.code: entry for module in MODULES for entry in module.ENTRIES}
