"""The error of a command that cannot do what its arguments ask for. Pure."""

from __future__ import annotations

from app.errors import PinbridgeError


class CommandError(PinbridgeError):
    """The arguments of a command do not fit together, or name what does not exist."""
