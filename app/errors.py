"""The root of all errors of this program. The tree names each error with the module that defines it:

    PinbridgeError
        BenchError              app.bench.errors: a bench cannot be started, changed, or carry out a request
        ChoiceError             app.boards.errors: the port that the user chose is not there any more
        CloudCommandError       app.localcloud.command: the local cloud cannot listen
        CommandError            app.commands.errors: a command cannot do what its arguments ask for
        ConfigError             app.config.errors: a bench file, or options in its place, are wrong
        InvalidValueError       app.errors: a key has a value that is not allowed for it
        JournalError            app.journal.file.schema: the journal cannot be used
            JournalDamaged      app.journal.file.schema: the file is a journal, but its content is wrong
            NoJournal           app.journal.file.schema: the file is not a journal
        NotTakenError           app.boards.errors: a board does not accept what is sent to it
        PortError               app.boards.errors: a port cannot be used now
        RecordingError          app.boards.recordings.format: a file is not a recording
        RefusedError            app.localcloud.refusals: the local cloud refuses a call
        TokenError              app.security.tokens: an auth token is missing or invalid
            NoKeyringError      app.security.tokens: this computer has no keyring
        UnusableProxyError      app.security.proxies: the settings name a proxy that cannot be used

Errors raised by the check of a value are also ValueErrors, because msgspec and the window expect ValueErrors.
Pure.
"""

from __future__ import annotations

from app.messages.message import Message, Param, verbatim


class PinbridgeError(Exception):
    """Something cannot be done. The message says why, and what the user can do about it."""

    def __init__(self, code: str, /, **params: Param) -> None:
        self.message = Message(code, **params)
        super().__init__(str(self.message))


class InvalidValueError(PinbridgeError, ValueError):
    """An option, a field, or a key in a file has a value that is not allowed.

    Constructors raise it when they check their arguments. Code that reads a file adds the place in the file.
    """


def message_of(error: Exception) -> Message:
    """The message of `error` for the user; if `error` is not a PinbridgeError, its text unchanged."""
    return error.message if isinstance(error, PinbridgeError) else verbatim(str(error))
