"""The tree of this program's errors. Each is defined in the module that raises it; the root is here.

    PinbridgeError
        BenchError              app.bench.bench: a bench cannot be started, or cannot carry out a request
        ChoiceError             app.boards.errors: the port that the user chose is not there any more
        CloudCommandError       app.localcloud.command: the local cloud cannot listen
        CommandError            app.commands.errors: a command cannot do what its arguments ask for
        ConfigError             app.config.errors: a file that configures the program is wrong
        InvalidValueError       app.errors: a key has a value that it does not take
        JournalError            app.journal.file.schema: the journal cannot be used
            JournalDamaged      app.journal.file.schema: the file is a journal, and its content is wrong
            NoJournal           app.journal.file.schema: the file is not a journal
        NotTakenError           app.boards.errors: a board does not take what is sent to it
        PortError               app.boards.errors: a port cannot be used now
        RecordingError          app.boards.recordings.format: a file is not a recording
        RefusedError            app.localcloud.refusals: the local cloud refuses a call
        TokenError              app.security.tokens: an auth token is missing or invalid
            NoKeyringError      app.security.tokens: this computer has no keyring

Errors that check values are ValueErrors too, because msgspec and the window expect that. Pure.
"""

from __future__ import annotations

from app.messages.message import Message, Param, verbatim


class PinbridgeError(Exception):
    """Something cannot be done. The message says why, and what the user can do about it."""

    def __init__(self, code: str, /, **params: Param) -> None:
        self.message = Message(code, **params)
        super().__init__(str(self.message))


class InvalidValueError(PinbridgeError, ValueError):
    """A key of a file, an option or a field has a value that it does not take.

    The constructors of values raise it. Code that reads a file adds the place in the file.
    """


def message_of(error: Exception) -> Message:
    """What an error says to the user: its message, or the text of another library's error."""
    return error.message if isinstance(error, PinbridgeError) else verbatim(str(error))
