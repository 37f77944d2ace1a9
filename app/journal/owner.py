"""The device that readings belong to, for as long as a part of the program handles its readings.

Invariant: only the thread that writes the journal changes a name, while it holds the owner's lock, and in
the same step as the journal's table of devices. So a reading that was handed over before the change follows
its device, and no device ever gets the readings of another one that has taken its name.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager


class Owner:
    """A device whose name may change while its readings are on their way."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lock = threading.Lock()
        """Hold it from reading `name` until the journal has been asked for what belongs to this name."""


@contextmanager
def renaming(owners: Collection[Owner]) -> Iterator[None]:
    """Within the `with` block, the caller alone may use the names of `owners`, and may change them."""
    with ExitStack() as stack:
        for owner in owners:
            stack.enter_context(owner.lock)
        yield
