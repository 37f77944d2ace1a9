"""Maps messages to fixes: which buttons belong to a sentence that says what to do.

Invariants: a message that contains another one, such as the hint for a rejected line, has the fixes of both;
no fix is offered that would change nothing. Pure.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from app.config.addresses import is_uart
from app.config.bench_file import DeviceConfig, Forward, UnknownPins
from app.config.serial_settings import Parity
from app.messages.message import Message, Param
from app.wire.datastreams import DatastreamType, Value, is_number
from ui.fixes.fix import Fix, Kind

_COMMON_RATES = (9600, 115200)
_SOCKET, _RFC2217 = "socket://", "rfc2217://"
_ROUND = (1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600)
"""Intervals in seconds that the user can remember."""
_NO_TOKEN = "token_not_given"  # noqa: S105 - the code of a message


class Subject(NamedTuple):
    """The device that a message is about."""

    device: DeviceConfig
    datastreams: int = 1
    """How many datastreams it has."""


_Find = Callable[[Message, Subject], Iterator[Fix]]


def fixes_of(message: Message | None, subject: Subject) -> tuple[Fix, ...]:
    """The fixes that `message`, about the device `subject`, names; the most promising first."""
    found: dict[tuple[Kind, Message], Fix] = {}
    for part in _parts(message) if message else ():
        for fix in _FIXES[part.code](part, subject) if part.code in _FIXES else ():
            found.setdefault((fix.kind, fix.label), fix)
    return tuple(found.values())


def fixes_of_all(messages: Iterable[Message | None], subject: Subject) -> tuple[Fix, ...]:
    """The fixes that `messages` name, each once."""
    found = (fix for message in messages for fix in fixes_of(message, subject))
    return tuple({(fix.kind, fix.label): fix for fix in found}.values())


def fixes_of_form(message: Message) -> tuple[Fix, ...]:
    """The fixes that `message` names, about the form for a single board, which is not connected."""
    return (Fix(Kind.PLOT_ONLY, Message("button_plot_only")),) if message.code == _NO_TOKEN else ()


def fixes_of_refused(reason: Message, value: Value) -> tuple[Fix, ...]:
    """The fixes of a reading that the cloud refused for `reason`, but those of all refused readings."""
    if reason.code == "refused_wrong_type" and isinstance(value, str) and is_number(value.strip()):
        return (Fix(Kind.TYPE, Message("button_make_double"), type=DatastreamType.DOUBLE),)
    return ()


def codes() -> frozenset[str]:
    """The codes of the messages that have fixes."""
    return frozenset((*_FIXES, _NO_TOKEN))


def _parts(message: Message) -> Iterator[Message]:
    """The message, and all messages in it. A message comes after the advice that it contains."""
    for param in message.params.values():
        yield from _parts_of(param)
    yield message


def _parts_of(param: Param) -> Iterator[Message]:
    match param:
        case Message():
            yield from _parts(param)
        case tuple():
            for part in param:
                yield from _parts_of(part)


def _set(label: Message, subject: Subject, **values: Any) -> Iterator[Fix]:
    """A fix that changes settings, unless the device has them already."""
    if any(getattr(subject.device, key) != value for key, value in values.items()):
        yield Fix(Kind.SET, label, values)


def _always(*fixes: tuple[Kind, str]) -> _Find:
    def find(_message: Message, _subject: Subject) -> Iterator[Fix]:
        return (Fix(kind, Message(label)) for kind, label in fixes)

    return find


def _setting(label: str, **values: Any) -> _Find:
    return lambda _message, subject: _set(Message(label), subject, **values)


def _of_line(kind: Kind, label: str, datastream_type: DatastreamType = DatastreamType.DOUBLE) -> _Find:
    return lambda message, _subject: iter(
        [Fix(kind, Message(label), type=datastream_type, text=message.code)]
    )


def _of_refused(kind: Kind, label: str) -> _Find:
    return lambda message, _subject: iter([Fix(kind, Message(label), {"targets": message.params["targets"]})])


def _both(*finds: _Find) -> _Find:
    return lambda message, subject: (fix for find in finds for fix in find(message, subject))


def _find_baud_rate(_message: Message, subject: Subject) -> Iterator[Fix]:
    if is_uart(subject.device.port):
        yield Fix(Kind.FIND_BAUD_RATE, Message("button_find_baud_rate"))


def _try_baud_rate(_message: Message, subject: Subject) -> Iterator[Fix]:
    """The baud rate of most sketches that is not set now."""
    if is_uart(subject.device.port):
        rate = next(rate for rate in _COMMON_RATES if rate != subject.device.baud_rate)
        yield from _set(Message("button_try_baud_rate", baud_rate=rate), subject, baud_rate=rate)


def _use_socket(_message: Message, subject: Subject) -> Iterator[Fix]:
    port = subject.device.port
    if port.startswith(_RFC2217):
        yield from _set(Message("button_use_socket"), subject, port=_SOCKET + port.removeprefix(_RFC2217))


def _use_region(message: Message, subject: Subject) -> Iterator[Fix]:
    server = str(message.params["server"])
    yield from _set(Message("button_use_server", server=server), subject, server=server)


def _copy_command(message: Message, _subject: Subject) -> Iterator[Fix]:
    command = Message("port_group_command", group=message.params["group"])
    yield Fix(Kind.COPY, Message("button_copy_command"), text=str(command))


def _latest(_message: Message, subject: Subject) -> Iterator[Fix]:
    """Only the newest values, as often as all datastreams together may be sent."""
    device = subject.device
    calls = 1 if device.batch else max(1, subject.datastreams)
    may_per_s = device.requests_per_s or math.inf
    interval_s = max(device.interval_s, _rounded_up(calls / may_per_s))
    yield from _set(
        Message("button_send_latest"), subject, forward=Forward.LATEST, interval_s=float(interval_s)
    )


def _longer_interval(_message: Message, subject: Subject) -> Iterator[Fix]:
    interval_s = float(_rounded_up(2 * subject.device.interval_s))
    yield from _set(Message("button_longer_interval", interval=interval_s), subject, interval_s=interval_s)


def _fitting_interval(message: Message, subject: Subject) -> Iterator[Fix]:
    """An interval with which the requests are not more than may be sent."""
    needed, may = float(str(message.params["needed"])), float(str(message.params["may"]))
    if may > 0:
        interval_s = float(_rounded_up(subject.device.interval_s * needed / may))
        yield from _set(
            Message("button_longer_interval", interval=interval_s), subject, interval_s=interval_s
        )


def _more_points(_message: Message, subject: Subject) -> Iterator[Fix]:
    points = min(2 * subject.device.daily_points, 2**31 - 1)
    yield from _set(Message("button_more_points", points=points), subject, daily_points=points)


def _rounded_up(seconds: float) -> float:
    """The next interval that the user can remember."""
    return next((size for size in _ROUND if size >= seconds - 1e-9), math.ceil(seconds / 3600) * 3600)


_batch = _setting("button_batch", batch=True)
_token = _always((Kind.CHANGE_TOKEN, "button_change_token"))
_region = _always((Kind.FIND_REGION, "button_find_region"))
_server = _always((Kind.CHANGE_SERVER, "button_change_server"))
_board = _always((Kind.CHOOSE_BOARD, "button_choose_port"))
_browser = _always((Kind.OPEN_BROWSER, "button_open_browser"))
_console = _always((Kind.SHOW_CONSOLE, "button_show_console"))
_again = _of_refused(Kind.SEND_AGAIN, "button_send_again")
_discard = _of_refused(Kind.DISCARD_REFUSED, "button_discard_ask")
_discard_held = _always((Kind.DISCARD_HELD, "button_discard_ask"))
_send_here = _always((Kind.SEND_HERE, "button_send_here"))


def _held(message: Message, subject: Subject) -> Iterator[Fix]:
    if subject.device.server:  # Without one, there is no "here".
        yield from _send_here(message, subject)
    yield from _discard_held(message, subject)


_skip = _always((Kind.SKIP, "button_skip"))
_take_port = _always((Kind.TAKE_PORT, "button_take_port_back"))
_try_now = _always((Kind.TRY_NOW, "button_try_now"))
_double = _of_line(Kind.TYPE, "button_make_double")
_string = _of_line(Kind.TYPE, "button_make_string", DatastreamType.STRING)
_allow = _of_line(Kind.ALLOW, "button_allow_value")
_widen = _of_line(Kind.ALLOW, "button_widen_range")
_add = _of_line(Kind.ADD, "button_add_this")

_FIXES: dict[str, _Find] = {
    # Boards
    "bytes_unreadable": _both(_find_baud_rate, _try_baud_rate),
    "bytes_without_line_ends": _find_baud_rate,
    "hint_bad_encoding": _find_baud_rate,
    "port_settings_not_taken": _both(
        _setting("button_usual_settings", data_bits=8, parity=Parity.NONE, stop_bits=1.0), _try_baud_rate
    ),
    "board_silent_without_reset": _setting("button_reset_board", reset_on_connect=True),
    "board_silent_without_dtr": _setting("button_dtr_on", dtr=True),
    "board_silent_with_dtr": _setting("button_dtr_rts_off", dtr=False, rts=False),
    "sketch_crashes": _console,
    "sketch_crashed": _console,
    "port_not_found": _board,
    "board_not_plugged_in": _board,
    "port_has_other_board": _board,
    "port_not_serial": _board,
    "port_of_other_device": _board,
    "board_ambiguous": _board,
    "board_replaced": _board,
    "chosen_port_gone": _board,
    "rfc2217_not_spoken": _use_socket,
    "join_port_group": _copy_command,
    "port_released": _take_port,
    "port_released_in_use": _take_port,
    "port_released_used": _take_port,
    "port_released_unwatched": _take_port,
    # Rejected lines
    "hint_unknown_pin": _both(_add, _setting("button_forward_unknown", unknown_pins=UnknownPins.FORWARD)),
    "hint_too_many_datastreams": _add,
    "hint_not_an_integer": _string,
    "hint_not_a_number": _string,
    "hint_fraction": _double,
    "hint_int_range": _double,
    "hint_out_of_range": _allow,
    "hint_not_listed": _allow,
    "hint_above_max": _widen,
    "hint_above_max_scaled": _widen,
    "hint_below_min": _widen,
    "hint_below_min_scaled": _widen,
    # The cloud
    "cloud_invalid_token": _both(_token, _region),
    "cloud_points_elsewhere": _both(_region, _server),
    "cloud_region": _use_region,
    "cloud_next_try": _try_now,
    "cloud_pins_stuck": _skip,
    "cloud_readings_held": _held,
    "readings_held": _held,
    "not_blynk_redirect": _browser,
    "not_blynk_page": _browser,
    "not_blynk_text": _browser,
    "overload_latest": _fitting_interval,
    "advice_latest": _latest,
    "advice_batch_or_latest": _both(_batch, _latest),
    "advice_interval": _longer_interval,
    "advice_batch_or_interval": _both(_batch, _longer_interval),
    "readings_too_old": _more_points,
    "readings_too_old_soon": _more_points,
    # Refused readings
    "fix_no_datastream": _again,
    "fix_wrong_type": _again,
    "fix_unknown_event": _again,
    "fix_wrong_pin": _discard,
    "fix_wrong_datastream_id": _discard,
    "fix_event_without_code": _discard,
    "fix_skipped": _both(_again, _discard),
    "fix_other": _both(_again, _discard),
}
