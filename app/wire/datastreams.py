"""Datastreams: the types of values, their ranges, and how a value is written in a request.

Invariants: a number is ASCII decimal and finite; an int fits 32 bits, signed; the text of a number, made by
`sent_as`, is read back as the same number. The types and limits are those of Blynk's datastreams.
"""

from __future__ import annotations

import enum
import math
import re

import msgspec

from app.errors import InvalidValueError

Location = tuple[float, float]
"""Longitude and latitude in degrees."""

Value = int | float | str | Location
"""The value of a reading: a number, a text or a location."""

INT_MIN, INT_MAX = -(2**31), 2**31 - 1
PIN_MAX = 255
TEXT_MAX_BYTES = 1024
EVENT_MAX_CHARACTERS = 300
_LONGEST_SILENCE_S = 1_000_000_000

_INTEGER = re.compile(r"[+-]?[0-9]+")
# Without a point, `[0-9]+\.?[0-9]*` could split a run of digits at each of them, which takes 15 ms for 1,200.
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_SENSOR_FAULT = re.compile(r"[+-]?(?:nan|inf|ovf)", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class DatastreamType(enum.StrEnum):
    """The type of a datastream, as Blynk names it."""

    INT = "int"
    DOUBLE = "double"
    STRING = "string"
    ENUM = "enum"
    LOCATION = "location"


_NUMBERS = (None, DatastreamType.INT, DatastreamType.DOUBLE)
"""The types whose values may be numbers with a range."""


class OutOfRange(enum.StrEnum):
    """What to do with a number outside `min`…`max`."""

    REJECT = "reject"
    CLAMP = "clamp"
    FORWARD = "forward"


class LineStyle(enum.StrEnum):
    """How the curve of a datastream is drawn."""

    SOLID = "solid"
    DASHED = "dashed"
    DOTTED = "dotted"
    DASH_DOT = "dash_dot"


class Reason(enum.StrEnum):
    """The reasons why a line is rejected, in the order in which they are tried."""

    TOO_LONG = "too_long"
    BAD_ENCODING = "bad_encoding"
    NO_ASSIGNMENT = "no_assignment"
    WRONG_DATASTREAM_ID = "wrong_datastream_id"
    WRONG_PROPERTY = "wrong_property"
    WRONG_EVENT = "wrong_event"
    WRONG_PIN = "wrong_pin"
    UNKNOWN_PIN = "unknown_pin"
    TOO_MANY_DATASTREAMS = "too_many_datastreams"
    EMPTY_VALUE = "empty_value"
    CONTROL_CHARACTER = "control_character"
    NOT_AN_INTEGER = "not_an_integer"
    NOT_A_NUMBER = "not_a_number"
    NOT_A_LOCATION = "not_a_location"
    OUT_OF_RANGE = "out_of_range"
    VALUE_TOO_LONG = "value_too_long"


REASON_LABELS = {
    Reason.TOO_LONG: "label_too_long",
    Reason.BAD_ENCODING: "label_bad_encoding",
    Reason.NO_ASSIGNMENT: "label_no_assignment",
    Reason.WRONG_DATASTREAM_ID: "label_wrong_datastream_id",
    Reason.WRONG_PROPERTY: "label_wrong_property",
    Reason.WRONG_EVENT: "label_wrong_event",
    Reason.WRONG_PIN: "label_wrong_pin",
    Reason.UNKNOWN_PIN: "label_unknown_pin",
    Reason.TOO_MANY_DATASTREAMS: "label_too_many_datastreams",
    Reason.EMPTY_VALUE: "label_empty_value",
    Reason.CONTROL_CHARACTER: "label_control_character",
    Reason.NOT_AN_INTEGER: "label_not_an_integer",
    Reason.NOT_A_NUMBER: "label_not_a_number",
    Reason.NOT_A_LOCATION: "label_not_a_location",
    Reason.OUT_OF_RANGE: "label_out_of_range",
    Reason.VALUE_TOO_LONG: "label_value_too_long",
}
"""The code of the words for each reason, such as "wrong pin"."""


class Datastream(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One datastream of a device: its pin or id, and which values it takes.

    Raises InvalidValueError if its fields contradict each other. The code that reads the bench file
    completes the error with the place in the file.
    """

    virtual_pin: int | None = None
    id: int | None = None
    name: str = ""
    unit: str = ""
    color: str = ""
    line_style: LineStyle = LineStyle.SOLID
    type: DatastreamType | None = None
    """If None, each value decides: an integer is an int, any other number a double, anything else text."""
    values: tuple[int, ...] = ()
    scale: float = 1.0
    offset: float = 0.0
    """The number that the board says is multiplied by `scale`; `offset` is added: see `app.wire.scaling`."""
    min: float | None = None
    max: float | None = None
    out_of_range: OutOfRange = OutOfRange.REJECT
    min_change: float = 0.0
    """A reading that differs by less from the last one that was sent is not sent. 0: every reading is."""
    max_silence_s: float = 600.0
    """After this time, a reading is sent even if it has not changed."""

    def __post_init__(self) -> None:
        if self.virtual_pin is None and self.id is None:
            raise InvalidValueError("datastream_without_pin_or_id")
        if self.virtual_pin is not None and not 0 <= self.virtual_pin <= PIN_MAX:
            raise InvalidValueError(
                "value_out_of_range", key="virtual_pin", value=self.virtual_pin, low=0, high=PIN_MAX
            )
        if self.id is not None and not 1 <= self.id <= INT_MAX:
            raise InvalidValueError("value_out_of_range", key="id", value=self.id, low=1, high=INT_MAX)
        if self.values and self.type is not DatastreamType.ENUM:
            raise InvalidValueError("values_without_enum")
        self._check_scale()
        self._check_range()
        if not 0 <= self.min_change < math.inf:
            raise InvalidValueError("min_change_invalid")
        if not 0 < self.max_silence_s <= _LONGEST_SILENCE_S:
            raise InvalidValueError("value_not_positive", key="max_silence_s", most=_LONGEST_SILENCE_S)
        if self.color and not re.fullmatch(r"#[0-9A-Fa-f]{6}", self.color):
            raise InvalidValueError("color_invalid", color=self.color)

    @property
    def is_scaled(self) -> bool:
        """Whether the value differs from the number that the board says."""
        return self.scale != 1.0 or self.offset != 0.0

    @property
    def low(self) -> float:
        """The least number in the range; -inf if `min` is None."""
        return -math.inf if self.min is None else self.min

    @property
    def high(self) -> float:
        """The greatest number in the range; inf if `max` is None."""
        return math.inf if self.max is None else self.max

    def _check_scale(self) -> None:
        if self.is_scaled and self.type not in _NUMBERS:
            raise InvalidValueError("scale_of_no_number", key="scale" if self.scale != 1.0 else "offset")
        if not math.isfinite(self.scale) or self.scale == 0:
            raise InvalidValueError("scale_invalid", key="scale")
        if not math.isfinite(self.offset):
            raise InvalidValueError("offset_invalid", key="offset")

    def _check_range(self) -> None:
        given = [bound for bound in (self.min, self.max) if bound is not None]
        if given and self.type not in _NUMBERS:
            raise InvalidValueError("range_of_no_number")
        if not all(map(math.isfinite, given)):
            raise InvalidValueError("range_not_finite")
        if self.low > self.high:
            # Written as in the file: with a decimal point in every language.
            raise InvalidValueError("min_above_max", min=f"{self.low:.15g}", max=f"{self.high:.15g}")
        if self.type is DatastreamType.INT and (
            math.ceil(max(self.low, INT_MIN)) > math.floor(min(self.high, INT_MAX))
        ):
            raise InvalidValueError("range_without_int")


def parse_value(text: str, datastream: Datastream | None) -> tuple[Value, DatastreamType] | Reason:
    """Return the value that `text` has for a datastream, with its type; or the reason why `text` is rejected.

    `text` is stripped and not empty. If `datastream` or its type is None, the type is inferred.

    The range (`min`, `max`) is not applied here; see `into_range`.
    """
    declared = datastream.type if datastream else None
    match declared:
        case None:
            return _infer(text)
        case DatastreamType.INT | DatastreamType.ENUM:
            if not _INTEGER.fullmatch(text):
                return Reason.NOT_AN_INTEGER
            number = int(text)
            listed = datastream.values if datastream else ()
            if not INT_MIN <= number <= INT_MAX or (listed and number not in listed):
                return Reason.OUT_OF_RANGE
            return number, declared
        case DatastreamType.DOUBLE:
            if not _NUMBER.fullmatch(text) or not math.isfinite(float(text)):
                return Reason.NOT_A_NUMBER
            return float(text), declared
        case DatastreamType.LOCATION:
            return parse_location(text)
        case _:
            return parse_text(text)


def sample_values(datastream: Datastream) -> list[str]:
    """Texts of values of which the datastream probably accepts one, to show what a line looks like."""
    bounds = [bound for bound in (datastream.min, datastream.max) if bound is not None]
    if datastream.is_scaled and bounds:
        # The board says another number than the bound. Rounded, it may be outside, but the middle is not.
        bounds.append(sum(bounds) / len(bounds))
        bounds = [(number - datastream.offset) / datastream.scale for number in bounds]
    return ["100", *map(str, datastream.values), *(f"{number:.0f}" for number in bounds), "13.4,52.5"]


def is_number(text: str) -> bool:
    """Whether `text` is a decimal number in ASCII, such as `-1.5e3`, even one too large for a double."""
    return _NUMBER.fullmatch(text) is not None


def is_sensor_fault(text: str) -> bool:
    """Whether `text` is `nan`, `inf` or `ovf`, which sketches print instead of a number if a sensor fails."""
    return _SENSOR_FAULT.fullmatch(text) is not None


def _infer(text: str) -> tuple[Value, DatastreamType] | Reason:
    if _INTEGER.fullmatch(text) and INT_MIN <= (number := int(text)) <= INT_MAX:
        return number, DatastreamType.INT
    if _NUMBER.fullmatch(text):
        double = float(text)
        return (double, DatastreamType.DOUBLE) if math.isfinite(double) else Reason.NOT_A_NUMBER
    if is_sensor_fault(text):
        return Reason.NOT_A_NUMBER
    return parse_text(text)


def parse_location(text: str) -> tuple[Value, DatastreamType] | Reason:
    """Return the longitude and latitude in `text`, and the type; or the reason why `text` is rejected."""
    parts = text.split(",")
    if len(parts) != 2 or not all(_NUMBER.fullmatch(part) for part in parts):
        return Reason.NOT_A_LOCATION
    longitude, latitude = map(float, parts)
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        return Reason.OUT_OF_RANGE
    return (longitude, latitude), DatastreamType.LOCATION


def check_text(text: str) -> Reason | None:
    """The reason why the cloud would not accept `text` as a string; None if it would."""
    if _CONTROL.search(text):
        return Reason.CONTROL_CHARACTER
    if len(text.encode()) > TEXT_MAX_BYTES:
        return Reason.VALUE_TOO_LONG
    return None


def parse_text(text: str) -> tuple[Value, DatastreamType] | Reason:
    """Return `text` and its type, `STRING`.

    If the cloud would not accept `text`, returns the reason instead.
    """
    return check_text(text) or (text, DatastreamType.STRING)


def check_event_text(text: str) -> Reason | None:
    """The reason why the cloud would not accept `text` as the description of an event; None if it would."""
    if _CONTROL.search(text):
        return Reason.CONTROL_CHARACTER
    return Reason.VALUE_TOO_LONG if len(text) > EVENT_MAX_CHARACTERS else None


def parse_event_text(text: str) -> tuple[Value, DatastreamType] | Reason:
    """Return the description of an event and its type, `STRING`; or the reason why it is rejected."""
    return check_event_text(text) or (text, DatastreamType.STRING)


def into_range(value: Value, datastream: Datastream | None) -> Value | None:
    """Apply `min`, `max` and `out_of_range` of a datastream to `value`. Returns None if `value` is rejected.

    If `datastream` is None or `value` is not a number, returns `value` unchanged.

    A clamped int stays an int if there is a 32-bit int from `min` to `max`. If there is none, as from 0.2 to
    0.8, it becomes a double. A datastream with a type always has one there.
    """
    if datastream is None or not isinstance(value, int | float):
        return value
    low, high = datastream.low, datastream.high
    if low <= value <= high or datastream.out_of_range is OutOfRange.FORWARD:
        return value
    if datastream.out_of_range is OutOfRange.REJECT:
        return None
    if isinstance(value, int):
        whole = math.ceil(low) if value < low else math.floor(high)
        if low <= whole <= high and INT_MIN <= whole <= INT_MAX:
            return whole
    return low if value < low else high


def sent_as(value: Value) -> str:
    """The text of a value in a request. Numbers are written as by `repr`, but shorter.

    A trailing `.0`, the leading zero of an exponent, and the sign of zero are left out.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return ",".join(map(sent_as, value))
    if value == 0:
        return "0"
    return repr(value).removesuffix(".0").replace("e+0", "e").replace("e-0", "e-")
