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
    dialogs,
    doctor,
    editor,
    general,
    help_pages,
    journal,
    localcloud,
    panes,
    program,
    refusals,
    suggestions,
    window,
    wire,
)

MODULES = (
    bench,
    boards,
    cloud,
    command_help,
    commands,
    config,
    dialogs,
    doctor,
    editor,
    general,
    help_pages,
    journal,
    localcloud,
    panes,
    program,
    refusals,
    suggestions,
    window,
    wire,
)
CATALOGUE = {entry.code: entry for module in MODULES for entry in module.ENTRIES}
