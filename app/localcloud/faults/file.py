"""The faults file: which faults the local cloud plays, when, how often and for which calls. Pure.

Invariants: a file that loads has only known keys, and each `[[fault]]` has only keys that its fault uses;
every error is one line that names the key and the fix.

    seed = 1                        # the same seed and the same calls give the same faults

    [[fault]]
    fault = "lost_answer"           # a value of FaultKind
    device = "greenhouse"           # only calls of this device
    virtual_pin = 1                 # only calls that name this pin; `id` does the same for a datastream id
    every = 3                       # every third of these calls
    share = 0.5                     # half of those calls, chosen at random
    count = 20                      # at most 20 times
    from_s = 10                     # from 10 s after the faults were switched on
    for_s = 60                      # for 60 s
"""

from __future__ import annotations

import enum
import math
import re

import msgspec

from app.errors import InvalidValueError

_MAX_RETRY_AFTER_S = 1_000_000_000
"""About 30 years. The limit exists because a date that is much later cannot be written."""
_SERVER = re.compile(r"https?://[A-Za-z0-9\[\]:._-]+")


class FaultKind(enum.StrEnum):
    """The kinds of faults. A fault is a failure that the local cloud imitates on purpose.

    If a fault answers a call with status 200, the local cloud still stores the value in that call, unless
    noted otherwise.
    """

    BODY = "body"
    CAPTIVE_PORTAL = "captive_portal"
    """A login page of the network answers 200. The value is not stored."""
    INVALID_TOKEN = "invalid_token"  # noqa: S105 - a fault's name
    WRONG_PIN = "wrong_pin"
    WRONG_DATASTREAM_ID = "wrong_datastream_id"
    WRONG_VALUE = "wrong_value"
    NO_DATASTREAM = "no_datastream"
    UNKNOWN_DATASTREAM = "unknown_datastream"
    UNKNOWN_CONTENT_TYPE = "unknown_content_type"
    TOO_MUCH_DATA = "too_much_data"
    OTHER_400 = "other_400"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    TOO_LARGE = "too_large"
    TOO_MANY_REQUESTS = "too_many_requests"
    WRONG_REGION = "wrong_region"
    """308, a redirect to the server `to`. Without `to`, it leads back to this server: a loop."""
    SERVER_ERROR = "server_error"
    DOWN = "down"
    """The connection of the call is reset, and new connections are refused for `down_s` seconds."""
    NO_ANSWER = "no_answer"
    """The value is not stored. The connection stays open without an answer for `hold_s` seconds and is then
    reset; without `hold_s`, it stays open until the client gives up."""
    LOST_ANSWER = "lost_answer"
    """The value is stored, but there is no answer, so a client that tries again sends the value twice. The
    connection stays open as in `no_answer`."""
    RESET_BEFORE = "reset_before"
    RESET_IN = "reset_in"
    RESET_AFTER = "reset_after"
    ENDLESS_BODY = "endless_body"
    SLOW_BODY = "slow_body"
    """One letter of the answer is sent every `delay_s` seconds, until the client gives up."""
    SHORT_BODY = "short_body"
    """The body is shorter than Content-Length says."""
    LONG_BODY = "long_body"
    """The body is longer than Content-Length says."""
    LATENCY = "latency"
    """The call is delayed by `delay_s` seconds plus a random time of up to `spread_s` seconds, and may then
    meet another fault."""
    RATE_LIMIT = "rate_limit"
    """429 for calls beyond `requests_per_s`, counted separately for each device."""
    QUOTA = "quota"
    """403 for calls beyond `messages`, counted for all devices together."""


class Per(enum.StrEnum):
    """When a quota starts again: never, or at the start of each month (UTC)."""

    TOTAL = "total"
    MONTH = "month"


_KEYS: dict[str, tuple[FaultKind, ...]] = {
    "status": (FaultKind.SERVER_ERROR, FaultKind.QUOTA),
    "retry_after_s": (FaultKind.TOO_MANY_REQUESTS, FaultKind.SERVER_ERROR, FaultKind.RATE_LIMIT),
    "as_date": (FaultKind.TOO_MANY_REQUESTS, FaultKind.SERVER_ERROR, FaultKind.RATE_LIMIT),
    "to": (FaultKind.WRONG_REGION,),
    "down_s": (FaultKind.DOWN,),
    "hold_s": (FaultKind.NO_ANSWER, FaultKind.LOST_ANSWER),
    "delay_s": (FaultKind.LATENCY, FaultKind.SLOW_BODY),
    "spread_s": (FaultKind.LATENCY,),
    "requests_per_s": (FaultKind.RATE_LIMIT,),
    "messages": (FaultKind.QUOTA,),
    "per": (FaultKind.QUOTA,),
    "over_bytes": (FaultKind.TOO_LARGE,),
}
_NEEDED = {
    FaultKind.RATE_LIMIT: "requests_per_s",
    FaultKind.QUOTA: "messages",
    FaultKind.LATENCY: "delay_s",
}


class Fault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A `[[fault]]` table: the kind of a fault, the calls for which it is played, and its parameters."""

    fault: FaultKind
    share: float = 1.0
    every: int = 1
    count: int | None = None
    from_s: float = 0.0
    for_s: float | None = None
    device: str = ""
    virtual_pin: int | None = None
    id: int | None = None
    status: int | None = None
    retry_after_s: int | None = None
    as_date: bool | None = None
    """Whether the header Retry-After is a date instead of a number of seconds."""
    to: str | None = None
    down_s: float | None = None
    hold_s: float | None = None
    delay_s: float | None = None
    spread_s: float | None = None
    requests_per_s: float | None = None
    messages: int | None = None
    per: Per | None = None
    over_bytes: int | None = None

    def __post_init__(self) -> None:
        if not 0 < self.share <= 1:
            raise InvalidValueError("fault_share_invalid")
        if self.every < 1:
            raise InvalidValueError("fault_every_invalid")
        for key in ("count", "messages", "retry_after_s"):
            number = getattr(self, key)
            if number is not None and number < 0:
                raise InvalidValueError("fault_number_negative", key=key)
        if self.retry_after_s is not None and self.retry_after_s > _MAX_RETRY_AFTER_S:
            raise InvalidValueError("count_out_of_range", key="retry_after_s", low=0, high=_MAX_RETRY_AFTER_S)
        for key in ("from_s", "for_s", "down_s", "hold_s", "delay_s", "spread_s"):
            seconds = getattr(self, key)
            if seconds is not None and not 0 <= seconds < math.inf:
                raise InvalidValueError("fault_time_invalid", key=key)
        if self.requests_per_s is not None and not 0 < self.requests_per_s < math.inf:
            raise InvalidValueError("fault_rate_invalid")
        if self.to and not _SERVER.fullmatch(self.to):
            raise InvalidValueError("server_not_an_address", key="to")
        if self.status is not None and not 400 <= self.status <= 599:
            raise InvalidValueError("value_out_of_range", key="status", value=self.status, low=400, high=599)
        for key, kinds in _KEYS.items():
            if getattr(self, key) is not None and self.fault not in kinds:
                raise InvalidValueError("key_of_other_fault", key=key, faults=tuple(kinds), fault=self.fault)
        needed = _NEEDED.get(self.fault)
        if needed and getattr(self, needed) is None:
            raise InvalidValueError("fault_without_key", fault=self.fault, key=needed)


class FaultsFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The content of a faults file: the random seed and the `[[fault]]` tables."""

    seed: int = 0
    fault: tuple[Fault, ...] = ()
