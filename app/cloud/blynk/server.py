"""The server of one account: that of the bench file, or the region to which that server has redirected it.

Invariant: a region is remembered only after it has accepted a call, and a call never stays with a server to
which a redirect led but which no longer works.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from urllib.parse import urlsplit

from app.cloud.blynk.clock import ClockWatch
from app.cloud.blynk.redirects import followed
from app.cloud.destination import Outcome, OutcomeKind
from app.config.addresses import is_blynk, server_identity
from app.messages.message import Message

_UNKNOWN = "cloud_invalid_token"
"""The code of the outcome after which the server does not know the token."""
_LOST = (
    _UNKNOWN,
    "cloud_host_unknown",
    "cloud_connection_refused",
    "cloud_certificate_not_trusted",
    "near_certificate_not_trusted",
)
"""The codes of outcomes after which a region is not the account's any more."""


class Server:
    """The current server of an account. All clients of the account share one `Server`."""

    def __init__(
        self, given: str, remembered: str = "", remember: Callable[[str], None] = lambda _region: None
    ) -> None:
        """`given` is the server in the bench file; `remembered` is its region, or empty.

        A region to which `given` may not send the token is ignored, wherever it comes from.
        `remember` is called with the region that is to be remembered for the next start, or with an empty
        text if there is none any more. It must not block. Any thread may call it.
        """
        self.given = given
        there = followed(given, "/", remembered)
        self._remembered = there.server if there and there.server != server_identity(given) else ""
        self.address = self._remembered or given
        self._remember = remember
        self._lock = threading.Lock()
        self._clock = ClockWatch()
        self._has_accepted = self._has_refused = False

    @property
    def has_refused_token(self) -> bool:
        """Whether the server does not know the token, and has not accepted it since the start."""
        with self._lock:
            return self._has_refused and not self._has_accepted

    def is_lost(self, address: str, outcome: Outcome) -> bool:
        """Whether `outcome`, of a call that began at `address`, shows that the account has left this region.

        The server in the bench file must then be asked at once.
        """
        return address != self.given and outcome.message.code in _LOST

    def answered(self, address: str, outcome: Outcome) -> None:
        """Make `address` the current server if the server there accepted or rejected the call.

        Otherwise go back to the server in the bench file, so that calls do not stay with a dead server that
        a redirect led to.
        """
        with self._lock:
            if outcome.kind not in (OutcomeKind.ACCEPT, OutcomeKind.REJECT):
                self._has_refused |= outcome.message.code == _UNKNOWN
                self.address = self.given
                return
            self._has_accepted = True
            self.address = address
            region = "" if server_identity(address) == server_identity(self.given) else address
            if region == self._remembered:
                return
            self._remembered = region
        self._remember(region)

    def observe_clock(self, ahead_s: float | None) -> None:
        """Take in by how much an answer says that this computer's clock is ahead; None if it does not say."""
        if ahead_s is not None:
            with self._lock:
                self._clock.observe(ahead_s)

    def region_note(self) -> Message | None:
        """A message about the region of Blynk that takes the calls, if the bench file names another one."""
        region = self._remembered
        if not is_blynk(region):
            return None
        name = (urlsplit(region).hostname or "").removesuffix(".blynk.cloud")
        return Message("cloud_region", region=name, server=region)

    def clock_warning(self) -> Message | None:
        """A warning if this computer's clock is wrong, as far as the server knows."""
        wrong_by_s = self._clock.wrong_by_s
        if not wrong_by_s:
            return None
        host = urlsplit(self.given).hostname or ""
        code = "clock_ahead" if wrong_by_s > 0 else "clock_behind"
        return Message(code, host=host, seconds=abs(wrong_by_s))
