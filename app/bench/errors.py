"""The error of a bench."""

from __future__ import annotations

from app.errors import PinbridgeError


class BenchError(PinbridgeError, ValueError):
    """The bench cannot be started, cannot be changed, or cannot carry out a request."""
