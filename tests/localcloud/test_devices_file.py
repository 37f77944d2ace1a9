"""The devices file: what it contains, and each mistake in it."""

from pathlib import Path

import msgspec
import pytest

from app.config.documents import parse
from app.config.errors import ConfigError
from app.localcloud import devices_file
from app.localcloud.devices_file import DeviceEntry, DevicesFile
from app.wire.datastreams import Datastream, DatastreamType

GOOD = """
[[device]]
name = "Greenhouse"
auth_token = "secret-token"

[[device.datastream]]
virtual_pin = 1
id = 7
name = "Temperature"
unit = "°C"
type = "double"
min = -40.0
max = 85

[[device]]
name = "Board"
open = true
"""


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "devices.toml"
    path.write_text(GOOD, encoding="utf-8")
    temperature = Datastream(
        virtual_pin=1, id=7, name="Temperature", unit="°C", type=DatastreamType.DOUBLE, min=-40.0, max=85
    )
    assert devices_file.load(path) == (
        DeviceEntry(name="Greenhouse", auth_token="secret-token", datastream=(temperature,)),
        DeviceEntry(name="Board", open=True),
    )


DEVICE = '[[device]]\nname = "A"\n'
STREAM = "[[device.datastream]]\nvirtual_pin = 1\nid = 1\n"


@pytest.mark.parametrize(
    ("key", "value", "is_good"),
    [
        ("name", "x" * 100, True),
        ("name", "x" * 101, False),
        ("name", "Böard 1", True),
        ("name", "a\u200bb", False),
        ("auth_token", "aZ09_.~-" * 16, True),
        ("auth_token", "a" * 129, False),
        ("auth_token", "", True),
        ("auth_token", "a/b", False),
    ],
)
def test_names_and_tokens_at_their_limits(key: str, value: str, is_good: bool) -> None:
    try:
        entry = msgspec.convert({"name": "A", key: value}, DeviceEntry)
    except msgspec.ValidationError:
        assert not is_good
    else:
        assert is_good
        assert getattr(entry, key) == value


def test_missing_tokens_and_ids_are_not_duplicates() -> None:
    streams = STREAM + "[[device.datastream]]\nvirtual_pin = 2\n[[device.datastream]]\nvirtual_pin = 3\n"
    text = f'{DEVICE}{streams}[[device]]\nname = "B"\n[[device]]\nname = "C"\n'
    assert [entry.auth_token for entry in parse(text.encode(), "x", DevicesFile).device] == ["", "", ""]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "there is no [[device]] table: add one with a name"),
        ("[[device]]", "device[0]: name is missing: add it"),
        (
            DEVICE + "colour = 1",
            'device[0] "A": unknown key colour: known are name, auth_token, open and datastream',
        ),
        ("devices = 1", "unknown key devices: did you mean device?"),
        (DEVICE + 'open = "yes"', 'device[0] "A", open: expected true or false, got a text in quotes'),
        (
            DEVICE + STREAM + 'type = "text"',
            'device[0] "A", datastream[0].type: write "int", "double", "string", "enum" or "location"',
        ),
        (
            DEVICE + "[[device.datastream]]",
            'device[0] "A", datastream[0]: a datastream needs virtual_pin or id',
        ),
        (
            DEVICE + "[[device.datastream]]\nvirtual_pin = 256",
            'device[0] "A", datastream[0]: virtual_pin = 256 is not within 0…255',
        ),
        (
            DEVICE + STREAM + "[[device.datastream]]\nvirtual_pin = 1",
            'device[0] "A": datastream[1]: virtual_pin 1 is also used by datastream[0]: '
            "give each datastream its own",
        ),
        (
            DEVICE + STREAM + "[[device.datastream]]\nvirtual_pin = 2\nid = 1",
            'device[0] "A": datastream[1]: id 1 is also used by datastream[0]: give each datastream its own',
        ),
        (
            DEVICE + STREAM + "max = nan",
            'device[0] "A", datastream[0]: min and max are numbers: leave out the one that has no limit',
        ),
        (DEVICE + DEVICE, 'device[1] "A": name A is also used by device[0] "A": give each device its own'),
        (
            '[[device]]\nname = " "',
            'device[0] " ": name is empty, unprintable or longer than 100 characters: '
            "give the device another name",
        ),
        (
            DEVICE + 'auth_token = "secret token"',
            'device[0] "A": auth_token has characters other than letters, digits and _ . ~ -, '
            "or more than 128: leave it out",
        ),
        (
            DEVICE + 'auth_token = "secret"\n[[device]]\nname = "B"\nauth_token = "secret"',
            'device[1] "B": auth_token is also used by device[0] "A": give each device its own',
        ),
    ],
)
def test_a_wrong_file_is_refused_in_one_line_with_the_place(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as error:
        parse(text.encode(), "devices.toml", DevicesFile)
    assert str(error.value) == f"devices.toml: {message}"
    assert "secret" not in str(error.value)
