"""The report: the cloud status of one device, with texts and warnings for the user.

Invariants: no text for the user contains a token; a warning appears within seconds of its cause, not only
when forwarding has stopped; nobody is told that all readings are in the cloud while some are not even in the
journal.
No clock, no I/O: everything that is reported is passed in.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from app.cloud.outlook import (
    Inflow,
    Lag,
    Steady,
    advice_for,
    ageing,
    ageing_events,
    may_go_out_per_s,
    overload,
)
from app.cloud.plan.breaker import PROBE_S
from app.cloud.plan.budget import Budget
from app.cloud.plan.plan import Plan
from app.cloud.status import CloudState, CloudStatus, Trend
from app.config.bench_file import DeviceConfig, Forward
from app.messages.message import Message
from app.wire.streams import ALL_WRITTEN, StreamExtent, UnwrittenReadings


class Report:
    """Makes the cloud status of one device. Only one thread at a time may use it."""

    def __init__(
        self,
        device: DeviceConfig,
        plan: Plan,
        messages: Budget | None,
        points: Budget,
        events: Budget,
    ) -> None:
        self._device = device
        self._plan = plan
        self._messages = messages
        self._points = points
        self._events = events
        self._inflow = Inflow()
        self._overload = Steady()
        self._lag = Lag(device.interval_s if device.forward is Forward.TIMESTAMPED else 0.0)
        self.expired = 0
        """How many readings have become too old for the cloud since the start."""
        self.left_out = 0
        """How many of the readings that have come in are not sent, because they have not changed."""

    def observe(self, extents: list[StreamExtent], now_s: float) -> None:
        """Note how many readings to send have come in by `now_s`."""
        self._inflow.observe(self._arrived(extents), now_s)

    def status(
        self,
        extents: list[StreamExtent],
        requests: int,
        last_success_us: int | None,
        now_s: float,
        now_us: int,
        unwritten: UnwrittenReadings = ALL_WRITTEN,
    ) -> CloudStatus:
        """The whole cloud status: state, counts, forecast and warnings.

        `last_success_us` is None if no call has been accepted yet. `now_s` is monotonic time, `now_us` is
        Unix time.
        """
        self.observe(extents, now_s)
        sendable = sum(extent.pending - extent.held for extent in extents)
        self._observe_lag(extents, sendable, now_s, now_us)
        state, message = self._state(sendable, unwritten, now_s, now_us) or (
            CloudState.IDLE,
            _nothing_to_send(extents, succeeded=bool(last_success_us)),
        )
        return CloudStatus(
            state,
            message,
            requests,
            last_success_us,
            sendable,
            self._forecast(now_us),
            self._messages.left(now_us) if self._messages else None,
            self._warnings(now_us),
            bool(self._plan.stuck()),
            self._plan.is_blocked(extents, now_s),
            behind_s=self._lag.behind_s,
            trend=self._lag.trend,
            expired=self.expired,
        )

    def _arrived(self, extents: list[StreamExtent]) -> int:
        return sum(extent.next_seq - 1 for extent in extents) - self.left_out

    def _observe_lag(self, extents: list[StreamExtent], sendable: int, now_s: float, now_us: int) -> None:
        oldest_us = self._plan.oldest_us() if sendable else now_us
        if oldest_us is not None:  # None: all readings in memory are in flight, and more are being read.
            self._lag.observe(
                (now_us - oldest_us) / 1e6,
                now_s,
                sendable,
                self._arrived(extents),
                can_send=self._plan.trouble is None,
            )

    def _state(
        self, sendable: int, unwritten: UnwrittenReadings, now_s: float, now_us: int
    ) -> tuple[CloudState, Message] | None:
        """The state and its message while readings wait that are not held; None if there are none."""
        if not (sendable or unwritten.readings):
            return None
        trouble = self._plan.trouble if sendable else None
        if trouble:
            state = CloudState.PAUSED if self._plan.is_paused(now_s) else CloudState.WAITING
            if wait_s := self._plan.wait_s(now_s):
                wait = math.ceil(wait_s)
                return state, Message("cloud_next_try", trouble=trouble.message, count=sendable, wait=wait)
            return state, Message("cloud_trying_now", trouble=trouble.message, count=sendable)
        if unwritten.reason:
            return CloudState.SENDING, Message("cloud_not_written", count=unwritten.readings)
        if not sendable:
            return CloudState.SENDING, self._sending(unwritten.readings, now_us)
        if spent := self._spent(now_us):
            # The device counts as paused if the budget allows less than one call in `PROBE_S`.
            per_s = spent.slowed_per_s(now_us)
            state = CloudState.PAUSED if per_s is not None and per_s * PROBE_S < 1 else CloudState.SENDING
            forecast, wait_s = spent.forecast(now_us), spent.wait_s(now_us)
            return state, Message("cloud_budget_spent", count=sendable, forecast=forecast, wait=wait_s)
        events = self._events
        if not events.left(now_us) and self._plan.waits_for_events_alone:
            forecast, wait_s = Message("forecast_events_used_up", count=events.limit), events.wait_s(now_us)
            message = Message("cloud_budget_spent", count=sendable, forecast=forecast, wait=wait_s)
            return CloudState.PAUSED, message
        return CloudState.SENDING, self._sending(sendable, now_us)

    def _sending(self, sendable: int, now_us: int) -> Message:
        """The message while calls are sent: how far they are behind, or how many readings wait.

        It has an advice only if more readings come in than may be sent. A delay can also grow because the
        cloud answers slowly; then a change of the settings would only lose readings.
        """
        behind_s = self._lag.behind_s
        if not behind_s:
            return Message("cloud_sending", count=sendable)
        if self._lag.trend is Trend.GROWING:
            datastreams = self._plan.prefetch.datastreams
            may_per_s = may_go_out_per_s(self._device, datastreams, self._slowed_per_s(now_us))
            if self._lag.comes_per_s <= may_per_s:
                return Message("cloud_behind_longer", behind=behind_s, count=sendable)
            advice = advice_for(self._device, datastreams)
            return Message("cloud_behind_growing", behind=behind_s, count=sendable, advice=advice)
        code = "cloud_behind_shrinking" if self._lag.trend is Trend.SHRINKING else "cloud_behind"
        return Message(code, behind=behind_s, count=sendable)

    def _slowed_per_s(self, now_us: int) -> float | None:
        """The calls a second that a nearly used-up budget of messages allows; None if it allows all."""
        return self._messages.slowed_per_s(now_us) if self._messages else None

    def _spent(self, now_us: int) -> Budget | None:
        """The budget that delays the next call by more than a second; None if no budget does."""
        for budget in (self._messages, self._points if self._plan.waits_for_points_alone else None):
            if budget and budget.wait_s(now_us) > 1:
                return budget
        return None

    def _forecast(self, now_us: int) -> tuple[Message, ...]:
        budgets = [self._messages] if self._messages else []
        if self._device.forward is Forward.TIMESTAMPED or self._plan.waits_for_points:
            budgets.append(self._points)
        return tuple(budget.forecast(now_us) for budget in budgets)

    def _warnings(self, now_us: int) -> tuple[Message, ...]:
        figure, message = overload(
            self._device,
            self._plan.prefetch.datastreams,
            self._inflow.steady_per_s(),
            self._slowed_per_s(now_us),
        )
        said = (
            self._overload.latest(figure, message),
            ageing(self._device, self._plan.prefetch.oldest_us(), now_us),
            ageing_events(self._plan.prefetch.oldest_event_us(), now_us),
        )
        return (*filter(None, said), *self._of_lanes())

    def _of_lanes(self) -> Iterator[Message]:
        """Warnings of lanes that fail while the device works, one for each answer of the cloud.

        The readings that block some of them may be skipped.
        """
        if self._plan.trouble:
            return
        stuck = ((reading.target, answer) for reading, answer in self._plan.stuck())
        failing = ((target, failure.sentence) for target, failure in self._plan.fails_alone())
        for code, lanes in (("cloud_pins_stuck", stuck), ("cloud_pins_fail", failing)):
            by_answer: dict[Message, list[str]] = {}
            for target, answer in lanes:
                by_answer.setdefault(answer, []).append(target)
            for answer, targets in by_answer.items():
                yield Message(code, count=len(targets), targets=tuple(targets), answer=answer)


def _nothing_to_send(extents: list[StreamExtent], *, succeeded: bool) -> Message:
    """The message while no reading waits that could be sent: what is not in the cloud, and why.

    `succeeded` is whether the cloud has accepted a call since the start.
    """
    refused, held = sum(extent.refused for extent in extents), sum(extent.held for extent in extents)
    expired = sum(extent.expired for extent in extents)
    superseded = sum(extent.superseded for extent in extents)
    if not (refused or expired):
        if held:
            return Message("cloud_readings_held", count=held)
        if succeeded and superseded:
            return Message("cloud_sent_and_superseded", count=superseded)
        return Message("cloud_all_sent" if succeeded else "cloud_nothing_to_send")
    left = (("rest_refused", refused), ("rest_held", held), ("rest_expired", expired))
    rest = tuple(Message(code, count=n) for code, n in left if n)
    is_sent = refused or any(map(_forwarded, extents))
    return Message("cloud_sent_but" if is_sent else "cloud_none_sent_but", rest=rest)


def _forwarded(extent: StreamExtent) -> int:
    """How many readings of a stream are in the cloud."""
    elsewhere = extent.pending + extent.superseded + extent.refused + extent.expired
    return extent.next_seq - 1 - elsewhere
