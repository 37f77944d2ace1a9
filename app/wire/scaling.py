"""Scale and offset: turn the number that a board said into the value of its datastream.

`value = scale * said + offset`. The range of the datastream is applied to the value, not to the number said.
The type says what the board may say, and what the value is:

- int: a whole number; the value is rounded to a whole number, a half away from zero.
- double: a number; the value is a double.
- none: anything. The value of a number is an int if the number, scale and offset are whole and the value fits
  32 bits, else a double. A text stays as it is.
- string, enum and location have no scale and no offset: the loader refuses them.

Invariants: the value is computed from the three numbers as they are written in decimal, so that 3 times 0.1
is 0.3; it is finite, and an int fits 32 bits; an int and the equal double have the same value, which may
differ only in its type.
"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from app.wire.datastreams import INT_MAX, INT_MIN, Datastream, DatastreamType, Value


def scaled(said: Value, datastream: Datastream | None) -> Value | None:
    """Apply `scale` and `offset` of a datastream to what a board `said`.

    If `datastream` is None or has neither, or `said` is not a number, returns `said` unchanged. Returns None
    if the value does not fit: a double that is not finite, or an int of more than 32 bits.
    """
    if datastream is None or not datastream.is_scaled or not isinstance(said, int | float):
        return said
    scale, offset = datastream.scale, datastream.offset
    exact = Decimal(repr(said)).fma(_decimal(scale), _decimal(offset))
    if datastream.type is DatastreamType.INT:
        whole = exact.to_integral_value(ROUND_HALF_UP)
        return int(whole) if INT_MIN <= whole <= INT_MAX else None
    if isinstance(said, int) and scale.is_integer() and offset.is_integer() and INT_MIN <= exact <= INT_MAX:
        return int(exact)
    value = float(exact)
    return value if math.isfinite(value) else None


@lru_cache(maxsize=1024)
def _decimal(number: float) -> Decimal:
    """`number` as it is written in decimal."""
    return Decimal(repr(number))
