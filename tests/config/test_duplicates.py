"""Two devices or datastreams may not have the same port, auth token or other unique value."""

from __future__ import annotations

import pytest

from app.config.bench_file import DeviceConfig
from app.config.duplicates import check_datastreams, check_devices
from app.errors import InvalidValueError
from app.wire.datastreams import Datastream

DEVICES = [DeviceConfig(name=name, port=f"COM{number}") for number, name in enumerate("ABC", 1)]


@pytest.mark.parametrize(
    ("key", "values", "line"),
    [
        (
            "port",
            ["x", "y", "x"],
            'device[2] "C": port x is also used by device[0] "A": give each device its own',
        ),
        (
            "auth_token",
            ["x", "secret", "secret"],
            'device[2] "C": auth_token is also used by device[1] "B": give each device its own',
        ),
    ],
)
def test_both_devices_are_named_and_never_a_token(key: str, values: list[str], line: str) -> None:
    with pytest.raises(InvalidValueError) as raised:
        check_devices(key, DEVICES, values)
    assert str(raised.value) == line


def test_devices_may_lack_a_value() -> None:
    check_devices("auth_token", DEVICES, [None, "x", None])


def test_both_datastreams_are_named() -> None:
    check_datastreams([Datastream(virtual_pin=1), Datastream(id=1), Datastream(virtual_pin=2)])
    with pytest.raises(InvalidValueError) as raised:
        check_datastreams([Datastream(virtual_pin=1), Datastream(id=7), Datastream(virtual_pin=2, id=7)])
    line = "datastream[2]: id 7 is also used by datastream[1]: give each datastream its own"
    assert str(raised.value) == line
