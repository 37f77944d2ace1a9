"""What becomes of a mistake in the program itself: a report in the log and on standard error, once each.

Invariant: a report holds no token, for the log and standard error strike them out.
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from types import TracebackType

log = logging.getLogger(__name__)


def install() -> None:
    """Report what nobody caught, in the main thread, in any other, and in what is being deleted."""
    sys.excepthook = report
    threading.excepthook = _in_thread
    sys.unraisablehook = _unraisable


def report(
    kind: type[BaseException], error: BaseException | None, trace: TracebackType | None, where: str = ""
) -> None:
    """Write a report."""
    error = error or kind()
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    what = f"A mistake of the program itself{where}: please report it"
    if logging.getLogger().handlers:
        log.critical(what, exc_info=(kind, error, trace))
    if sys.stderr is not None:
        sys.stderr.write(f"{what}\n{''.join(traceback.format_exception(kind, error, trace))}")


def _in_thread(arguments: threading.ExceptHookArgs) -> None:
    if arguments.exc_type is not SystemExit:
        name = arguments.thread.name if arguments.thread else "a thread"
        report(arguments.exc_type, arguments.exc_value, arguments.exc_traceback, f" in {name}")


def _unraisable(arguments: sys.UnraisableHookArgs) -> None:
    report(arguments.exc_type, arguments.exc_value, arguments.exc_traceback, " while tidying up")
