"""Gives alarms: the plot and the rail flash, the system beeps, and a notice says which value is beyond.

Invariants: all devices are watched, whichever is shown; nothing is done for each line, because the numbers
that were rejected or clamped are in the status, and the newest readings are looked at when texts are renewed;
recordings give no alarms. A minimised window looks less often.
"""

from __future__ import annotations

import math
from functools import partial

from PySide6.QtWidgets import QApplication

from app.bench.status import BenchStatus, DatastreamStatus, DeviceStatus
from app.messages.message import Message
from app.messages.visible import visible
from ui import wording
from ui.alarms.watch import CALM_S, Beeps, Newest, Watch
from ui.boards.rail import Rail
from ui.contract import BenchView
from ui.plot.area import PlotArea
from ui.plot.feed.contract import ReadingsView
from ui.plot.limits import Limits, limits_of
from ui.settings import Alarm, Settings
from ui.situation import Notice

Key = tuple[str, str]


class Alarms:
    """The alarms of a window."""

    def __init__(self, settings: Settings, area: PlotArea, rail: Rail) -> None:
        self._settings, self._area, self._rail = settings, area, rail
        self._watches: dict[tuple[Key, Limits], Watch] = {}
        self._beeps = Beeps()

    def choose(self, alarm: Alarm) -> None:
        """Let the user know of alarms in this way from now on."""
        self._settings.alarm = alarm

    def look(self, bench: BenchView, status: BenchStatus | None) -> list[Notice]:
        """Look at what has come to the devices of a bench. Returns a notice for each value that is beyond.

        `status` is None if the bench is stopped: then all devices are forgotten.
        """
        watches, self._watches, found = self._watches, {}, []
        if status is None or self._settings.alarm is Alarm.OFF:
            return []
        now_s, limits = status.at_us / 1e6, limits_of(bench.config.device)
        for device in status.devices:
            for row in device.datastreams:
                key = device.name, row.target
                if key not in limits or device.replay:
                    continue
                judged = key, limits[key]
                watch = self._watches[judged] = watches.get(judged) or Watch()
                before = Newest(*(at_s if at_s < now_s + CALM_S else -math.inf for at_s in watch.newest))
                if watch.look(_newest(bench.readings, key, row, limits[key], before, now_s), now_s):
                    self._tell(key, now_s)
                if watch.is_beyond:
                    found.append(self._notice(device, row, limits[key]))
        return found

    def _tell(self, key: Key, now_s: float) -> None:
        alarm = self._settings.alarm
        if alarm in (Alarm.FLASH, Alarm.BOTH):
            self._area.flash(key)
            self._rail.flash(key[0])
        if alarm in (Alarm.BEEP, Alarm.BOTH) and self._beeps.is_due(now_s):
            QApplication.beep()

    def _notice(self, device: DeviceStatus, row: DatastreamStatus, limits: Limits) -> Notice:
        name = visible(row.name or row.target)
        low, high = (wording.value(limit, row.unit) for limit in limits)
        if math.isinf(limits.low):
            message = Message("value_above", name=name, high=high)
        elif math.isinf(limits.high):
            message = Message("value_below", name=name, low=low)
        else:
            message = Message("value_outside", name=name, low=low, high=high)
        is_alone = len(self._rail.rows.names) <= 1
        look = partial(self._rail.choose, device.name)
        return Notice("warn", message, device="" if is_alone else device.name, look=look)


def _newest(
    readings: ReadingsView, key: Key, row: DatastreamStatus, limits: Limits, before: Newest, now_s: float
) -> Newest:
    """The newest readings of a datastream; `before` are those of the look before."""
    beyond_s, inside_s = before
    if row.received_at_us is not None:
        at_s, read_s = row.received_at_us / 1e6, max(before)
        if at_s != read_s:
            # What has come since; of a datastream that is new, or after the clock was set back, the newest.
            is_on = -math.inf < read_s < at_s
            from_s = math.nextafter(read_s, math.inf) if is_on else at_s - CALM_S
            times, values = readings.window(*key, from_s, at_s, 1)
            is_inside = (values >= limits.low) & (values <= limits.high)
            inside_s = max(inside_s, *times[is_inside][-1:].tolist(), inside_s)
            beyond_s = max(beyond_s, *times[~is_inside][-1:].tolist(), beyond_s)
    if row.beyond_at_us is not None and row.beyond_at_us / 1e6 < now_s + CALM_S:
        beyond_s = max(beyond_s, row.beyond_at_us / 1e6)
    return Newest(beyond_s, inside_s)
