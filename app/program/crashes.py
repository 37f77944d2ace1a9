"""Reports each internal error once, to the log and to standard error.

Invariant: a report contains no token, because the log and standard error redact tokens.
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from types import TracebackType

from app.messages.languages import text_of
from app.messages.message import Message

log = logging.getLogger(__name__)


def install() -> None:
    """From now on, report every uncaught exception in the main thread, other threads and finalizers."""
    sys.excepthook = report
    threading.excepthook = _in_thread
    sys.unraisablehook = _unraisable


def report(
    kind: type[BaseException],
    error: BaseException | None,
    trace: TracebackType | None,
    what: Message | None = None,
) -> None:
    """Report an exception: to the log in English, and to standard error in the user's language.

    `what` is the first line of the report, by default a general one. A KeyboardInterrupt is not reported but
    passed to Python's own hook.
    """
    error = error or kind()
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    what = what or Message("internal_error")
    if logging.getLogger().handlers:
        log.critical("%s", what, exc_info=(kind, error, trace))
    if sys.stderr is not None:
        sys.stderr.write(f"{text_of(what)}\n{''.join(traceback.format_exception(kind, error, trace))}")


def _in_thread(arguments: threading.ExceptHookArgs) -> None:
    if arguments.exc_type is not SystemExit:
        what = (
            Message("internal_error_in_thread", thread=arguments.thread.name)
            if arguments.thread
            else Message("internal_error_in_unknown_thread")
        )
        report(arguments.exc_type, arguments.exc_value, arguments.exc_traceback, what)


def _unraisable(arguments: sys.UnraisableHookArgs) -> None:
    what = Message("internal_error_in_cleanup")
    report(arguments.exc_type, arguments.exc_value, arguments.exc_traceback, what)
