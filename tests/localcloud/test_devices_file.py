"""The devices file: what it says, and each way in which it can be wrong."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.localcloud import devices_file
from app.localcloud.devices_file import DeviceEntry, DevicesFileError
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
def test_names_and_tokens_at_their_edges(key: str, value: str, is_good: bool) -> None:
    try:
        entry = msgspec.convert({"name": "A", key: value}, DeviceEntry)
    except msgspec.ValidationError:
        assert not is_good
    else:
        assert is_good
        assert getattr(entry, key) == value


def test_two_devices_without_a_token_and_two_datastreams_without_an_id_have_none_twice() -> None:
    streams = STREAM + "[[device.datastream]]\nvirtual_pin = 2\n[[device.datastream]]\nvirtual_pin = 3\n"
    text = f'{DEVICE}{streams}[[device]]\nname = "B"\n[[device]]\nname = "C"\n'
    assert [entry.auth_token for entry in devices_file.parse(text.encode(), "x")] == ["", "", ""]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "there is no [[device]] table: add one with a name"),
        ("[[device]]", "device[0]: missing key name: add it"),
        (DEVICE + "colour = 1", "device[0]: unknown key colour: take it out, or mend its spelling"),
        ("devices = 1", "unknown key devices: take it out, or mend its spelling"),
        (DEVICE + 'open = "yes"', "device[0].open: expected bool | null, got str"),
        (
            DEVICE + STREAM + 'type = "text"',
            "device[0].datastream[0].type: invalid enum value 'text': mend its spelling",
        ),
        (DEVICE + "[[device.datastream]]", "device[0].datastream[0]: a datastream needs virtual_pin or id"),
        (
            DEVICE + "[[device.datastream]]\nvirtual_pin = 256",
            "device[0].datastream[0]: virtual_pin = 256 is not within 0…255",
        ),
        (
            DEVICE + STREAM + "[[device.datastream]]\nvirtual_pin = 1",
            "device[0]: virtual_pin = 1 stands twice: give each datastream its own",
        ),
        (
            DEVICE + STREAM + "[[device.datastream]]\nvirtual_pin = 2\nid = 1",
            "device[0]: id = 1 stands twice: give each datastream its own",
        ),
        (
            DEVICE + STREAM + "max = nan",
            "device[0].datastream[0]: min and max are numbers: leave out the one that has no limit",
        ),
        (DEVICE + DEVICE, 'name = "A" stands twice: give each device its own'),
        (
            '[[device]]\nname = " "',
            "device[0]: name is empty, unprintable or too long: give 1 to 100 letters",
        ),
        (
            DEVICE + 'auth_token = "secret token"',
            "device[0]: auth_token holds other characters than letters, digits, _ . ~ -: leave it out",
        ),
        (
            DEVICE + 'auth_token = "secret"\n[[device]]\nname = "B"\nauth_token = "secret"',
            "device[1].auth_token is another device's too: give each its own",
        ),
    ],
)
def test_a_wrong_file_is_refused_in_one_line_with_the_place(text: str, message: str) -> None:
    with pytest.raises(DevicesFileError) as error:
        devices_file.parse(text.encode(), "devices.toml")
    assert str(error.value) == f"devices.toml: {message}"
    assert "secret" not in str(error.value)


def test_what_is_no_toml_and_what_is_no_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(DevicesFileError, match=r"^x: is not TOML: "):
        devices_file.parse(b"[[device]", "x")
    with pytest.raises(DevicesFileError, match=r"^x: is not TOML: "):
        devices_file.parse(b"\xff", "x")
    with pytest.raises(DevicesFileError) as error:
        devices_file.load(tmp_path / "nothing.toml")
    assert str(error.value).endswith("cannot be read (No such file or directory): name a file that can")


def test_a_file_that_fails_for_no_reason_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Path) -> bytes:
        raise OSError

    monkeypatch.setattr(Path, "read_bytes", fail)
    with pytest.raises(DevicesFileError, match=r"x: cannot be read \(unknown error\): name a file that can$"):
        devices_file.load(tmp_path / "x")


@given(st.text() | st.text(st.sampled_from('[]="\n.device name1')))
def test_any_text_is_a_file_or_one_line_of_error(text: str) -> None:
    try:
        devices_file.parse(text.encode(errors="replace"), "x")
    except DevicesFileError as error:
        line = str(error)
    else:
        line = "x"
    assert len(line.splitlines()) == 1
