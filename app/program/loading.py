"""Lets modules load faster: meanwhile, Python does not look for garbage.

Loading makes many objects and hardly any garbage, and each search for it looks at more objects than the last.
What was loaded stays until the program ends, so no later search looks at it again, not even the one at the
end.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quickly() -> Iterator[None]:
    """A context in which modules are imported, without searches for garbage."""
    before = len(sys.modules)
    gc.disable()
    try:
        yield
    finally:
        if len(sys.modules) > before:
            gc.freeze()
        gc.enable()
