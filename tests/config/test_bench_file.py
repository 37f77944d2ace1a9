"""Which bench files are valid, and the errors for those that are not."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from app.config.bench_file import (
    Backlog,
    BenchConfig,
    BenchSection,
    DeviceConfig,
    Forward,
    Organisation,
    UnknownPins,
)
from app.config.errors import ConfigError
from app.config.loading import parse
from app.wire.datastreams import Datastream, DatastreamType, LineStyle, OutOfRange

FOLDER = Path(__file__).parent
BOARD = '[[device]]\nname = "greenhouse"\nport = "COM5"\n'
PIN = "[[device.datastream]]\nvirtual_pin = 1\n"
CLOUD = 'server = "https://fra1.blynk.cloud"\nauth_token = "keyring:greenhouse"\n'
WHOLE = """
[bench]
name = "Bench 1"
journal = "bench-1.db"
keep_days = 30
max_journal_mb = 2000

[organisation.school]
monthly_messages = 100000

[[device]]
name = "greenhouse"
port = "usb:2341:0043:85734323"
baud_rate = 115200
reset_on_connect = true
line_end = "\\n"
record = false
server = "https://fra1.blynk.cloud"
auth_token = "keyring:greenhouse"
organisation = "school"
forward = "every"
batch = false
backlog = "replay"
interval_s = 1.0
requests_per_s = 10.0
daily_points = 10000
unknown_pins = "forward"

[[device.datastream]]
virtual_pin = 1
id = 7
name = "Temperature"
unit = "°C"
color = "#0072B2"
line_style = "dash_dot"
type = "double"
values = []
min = -40.0
max = 85.0
out_of_range = "reject"
min_change = 0.5
max_silence_s = 60
"""


def read(text: str | bytes) -> BenchConfig:
    return parse(text.encode() if isinstance(text, str) else text, "bench.toml", FOLDER)


def refusal(text: str | bytes) -> str:
    with pytest.raises(ConfigError) as caught:
        read(text)
    line = str(caught.value)
    assert line.startswith("bench.toml: ")
    assert line.isprintable()
    return line.removeprefix("bench.toml: ")


def test_every_key_is_read() -> None:
    config = read(WHOLE)
    assert config.bench == BenchSection(name="Bench 1", journal=str(FOLDER / "bench-1.db"))
    assert config.organisation["school"].monthly_messages == 100000
    (device,) = config.device
    assert device == DeviceConfig(
        name="greenhouse",
        port="usb:2341:0043:85734323",
        server="https://fra1.blynk.cloud",
        auth_token="keyring:greenhouse",
        organisation="school",
        datastream=(
            Datastream(
                virtual_pin=1, id=7, name="Temperature", unit="°C", color="#0072B2",
                line_style=LineStyle.DASH_DOT, type=DatastreamType.DOUBLE, min=-40.0, max=85.0,
                min_change=0.5, max_silence_s=60.0,
            ),
        ),
    )  # fmt: skip
    assert device.datastream_id(1) == 7
    assert device.datastream_id(2) is None


def test_keys_that_are_left_out_have_their_defaults() -> None:
    (device,) = read('[[device]]\nport = "simulated:"\n').device
    assert (device.name, device.datastream, device.max_age_days) == ("board", (), 30.0)
    assert (device.baud_rate, device.reset_on_connect, device.line_end, device.record) == (
        115200,
        True,
        "\n",
        False,
    )
    assert (device.forward, device.batch, device.backlog) == (Forward.EVERY, False, Backlog.REPLAY)
    assert (device.interval_s, device.requests_per_s, device.daily_points) == (1.0, 10.0, 10000)
    assert (device.unknown_pins, device.server, device.auth_token) == (UnknownPins.FORWARD, "", "")
    bench = read("").bench
    assert (bench.name, bench.keep_days, bench.max_journal_mb) == ("Bench", 30, 2000)
    (entry,) = read(BOARD + PIN).device[0].datastream
    assert (entry.out_of_range, entry.line_style) == (OutOfRange.REJECT, LineStyle.SOLID)


@pytest.mark.parametrize("number", ["10", "10.0", "1e1"])
def test_a_whole_number_is_accepted_as_a_number(number: str) -> None:
    assert read(f"{BOARD}interval_s = {number}").device[0].interval_s == 10


def devices(*lines: str) -> str:
    return "".join(f"[[device]]\n{line}\n" for line in lines)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            devices('name="a"\nport="COM5"', 'name="b"\nport="COM6"', 'name="a"\nport="COM7"'),
            'device[2] "a": name a is also used by device[0] "a": give each device its own',
        ),
        (
            devices('name="a"\nport="COM5"', 'name="b"\nport="com5"'),
            'device[1] "b": port com5 is also used by device[0] "a": give each device its own',
        ),
        (
            devices('name="a"\nport="usb:2341:00af"', 'name="b"\nport="usb:2341:00AF"'),
            'device[1] "b": port usb:2341:00af is also used by device[0] "a": give each device its own',
        ),
        (devices('port="COM5"', 'port="COM6"'),
         'device[1] "board": name board is also used by device[0] "board": give each device its own'),
        (
            BOARD + PIN + "[[device.datastream]]\nid = 1\n" + PIN,
            'device[0] "greenhouse": datastream[2]: virtual_pin 1 is also used by datastream[0]: '
            "give each datastream its own",
        ),
        (
            BOARD + PIN + "id = 7\n[[device.datastream]]\nid = 7",
            'device[0] "greenhouse": datastream[1]: id 7 is also used by datastream[0]: '
            "give each datastream its own",
        ),
        (BOARD + 'organisation = "school"',
         'device[0] "greenhouse": organisation = "school" has no [organisation.school] table: add it'),
    ],
)  # fmt: skip
def test_duplicates_and_missing_organisations_are_refused(text: str, expected: str) -> None:
    assert refusal(text) == expected


def test_two_devices_may_both_be_simulated() -> None:
    config = read(devices('name="a"\nport="simulated:"', 'name="b"\nport="simulated:"') + PIN)
    assert len(config.device) == 2


TOGETHER = "server and auth_token go together: give both, or neither to send nothing"
UNPACED = "requests_per_s = 0 (unpaced) is only for servers on this computer: write 10"
NAMELESS = "name is empty or has a control character: give the device a name"


RTS_TWICE = 'rts cannot be set with flow_control = "rts_cts", which uses RTS itself: leave one of them out'


def positive(key: str) -> str:
    return f"{key} must be a number greater than 0 and at most 1000000"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("baud_rate = 49", "baud_rate = 49 is not within 50…20000000"),
        ("baud_rate = 20000001", "baud_rate = 20000001 is not within 50…20000000"),
        ("data_bits = 4", "data_bits = 4 is not within 5…8"),
        ("data_bits = 9", "data_bits = 9 is not within 5…8"),
        *((f"stop_bits = {value}", "stop_bits is one of 1, 1.5, 2") for value in ("0", "1.2", "3", "nan")),
        *(
            (
                f"data_bits = {bits}\nstop_bits = 1.5",
                "stop_bits = 1.5 exists only with data_bits = 5: write 1 or 2",
            )
            for bits in (6, 7, 8)
        ),
        (
            "data_bits = 5\nstop_bits = 2",
            "stop_bits = 2 does not exist with data_bits = 5: write 1 or 1.5",
        ),
        *((f'flow_control = "rts_cts"\nrts = {value}', RTS_TWICE) for value in ("true", "false")),
        ('line_end = ";"', r'line_end is one of "", "\n", "\r", "\r\n"'),
        *(
            (f"interval_s = {value}", positive("interval_s"))
            for value in ("0", "0.9e-6", "1000001", "1e300", "nan", "inf")
        ),
        *((f"max_age_days = {value}", positive("max_age_days")) for value in ("0", "inf")),
        *((f"requests_per_s = {value}", positive("requests_per_s")) for value in ("-1", "nan", "0.9e-6")),
        ("requests_per_s = 0", UNPACED),
        (CLOUD + "requests_per_s = 0", UNPACED),
        *(
            (f"daily_points = {value}", "daily_points must be at least 1 and at most 1000000000000")
            for value in ("0", "1000000000001", "1" + "0" * 400)
        ),
        ('server = "https://fra1.blynk.cloud"', TOGETHER),
        ('auth_token = "keyring:x"', TOGETHER),
        (
            'auth_token = "keyring:x"\nserver = "http://fra1.blynk.cloud"',
            "server would send the token unencrypted to fra1.blynk.cloud: write https://fra1.blynk.cloud",
        ),
        (
            'auth_token = "keyring:x"\nserver = "nowhere"',
            'server takes an address and nothing more: write one such as "https://fra1.blynk.cloud"',
        ),
    ],
)
def test_invalid_values_of_a_device_are_refused(line: str, sentence: str) -> None:
    assert refusal(BOARD + line) == f'device[0] "greenhouse": {sentence}'


@pytest.mark.parametrize("character", ["\x00", "\x1f", "\x7f", "\x9f", "\udc80"])
def test_a_name_with_a_control_character_is_refused_outside_of_a_file_too(character: str) -> None:
    with pytest.raises(ValueError, match=f"^{NAMELESS}$"):
        DeviceConfig(name=f"a{character}b", port="COM5")


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("baud_rate", (50, 20_000_000)),
        ("dtr", (True, False)),
        ("rts", (True, False)),
        ("data_bits", (5, 6, 7, 8)),
        ("parity", ("none", "even", "odd", "mark", "space")),
        ("stop_bits", (1, 2, 2.0)),
        ("flow_control", ("none", "rts_cts", "xon_xoff")),
        ("line_end", ("", "\n", "\r", "\r\n")),
        ("interval_s", (1e-6, 1e6)),
        ("max_age_days", (1e-6, 1e6)),
        ("requests_per_s", (1e-6, 1e6)),
        ("daily_points", (1, 10**12)),
    ],
)
def test_the_smallest_and_largest_values_are_accepted(key: str, values: tuple[object, ...]) -> None:
    for value in values:
        config = msgspec.convert({"device": [{"port": "COM5", key: value}]}, BenchConfig)
        assert getattr(config.device[0], key) == value


@pytest.mark.parametrize(
    ("line", "choices"),
    [
        ('parity = "E"', '"none", "even", "odd", "mark" or "space"'),
        ('flow_control = "dsr_dtr"', '"none", "rts_cts" or "xon_xoff"'),
    ],
)
def test_an_unknown_parity_or_flow_control_is_refused(line: str, choices: str) -> None:
    assert refusal(BOARD + line) == f'device[0] "greenhouse", {line.split()[0]}: write {choices}'


@pytest.mark.parametrize(
    "lines",
    [
        "data_bits = 5\nstop_bits = 1.5",
        "data_bits = 5\nstop_bits = 1",
        "data_bits = 6\nstop_bits = 2",
        'flow_control = "rts_cts"\ndtr = false',
        'flow_control = "xon_xoff"\nrts = false',
    ],
)
def test_settings_of_a_port_that_go_together_are_accepted(lines: str) -> None:
    assert len(read(BOARD + lines).device) == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (BOARD + PIN + "scale = 0", 'device[0] "greenhouse", datastream[0]: '
         "scale must be a number other than 0"),
        (BOARD + PIN + "offset = inf", 'device[0] "greenhouse", datastream[0]: offset must be a number: '
         "write 0 to add nothing"),
        (BOARD + PIN + 'type = "enum"\nscale = 2', 'device[0] "greenhouse", datastream[0]: '
         'scale is only for type = "int" and "double"'),
        (BOARD + PIN + "max = nan", 'device[0] "greenhouse", datastream[0]: min and max are numbers: '
         "leave out the one that has no limit"),
        (BOARD + "[[device.datastream]]\nvirtual_pin = 256",
         'device[0] "greenhouse", datastream[0]: virtual_pin = 256 is not within 0…255'),
        (BOARD + "[[device.datastream]]\nname = 'x'",
         'device[0] "greenhouse", datastream[0] "x": a datastream needs virtual_pin or id'),
        ("[bench]\nkeep_days = 0", f"bench: {positive('keep_days')}"),
        ("[bench]\nkeep_days = nan", f"bench: {positive('keep_days')}"),
        ("[bench]\nmax_journal_mb = -1", f"bench: {positive('max_journal_mb')}"),
        ("[bench]\njournal = '//server/share/b.db'",
         "bench: journal names a network share or a device: name a file on this computer"),
        ("[bench]\njournal = '/dev/sda'",
         "bench: journal names a network share or a device: name a file on this computer"),
        *(
            (f"[organisation.a]\nmonthly_messages = {value}",
             "organisation.a: monthly_messages must be at least 0, which means no budget, "
             "and at most 1000000000000")
            for value in ("-1", "1000000000001", "1" + "0" * 400)
        ),
        ('[[device]]\nname = " "\nport = "COM5"', f'device[0] " ": {NAMELESS}'),
        ('[[device]]\nname = "a\\nb"\nport = "COM5"', f'device[0] "a b": {NAMELESS}'),
        ('[[device]]\nname = "a\\u0085b"\nport = "COM5"', f'device[0] "a b": {NAMELESS}'),
        ('[[device]]\nport = ""',
         'device[0]: port is empty: write "COM5", "/dev/ttyACM0", "usb:2341:0043" or "simulated:"'),
        (b"\xff", "is not UTF-8 text: save it with the encoding UTF-8"),
        ("a = " + "1" * 5000,
         "has a number or a key of more than 500 characters in line 1: check where the file comes from"),
        ("a = " + "[" * 100_000,
         "is nested more than 16 levels deep in line 1: check where the file comes from"),
    ],
)  # fmt: skip
def test_invalid_values_elsewhere_in_the_file_are_refused(text: str | bytes, sentence: str) -> None:
    assert refusal(text) == sentence


def test_0_messages_mean_no_budget() -> None:
    assert read("[organisation.a]\nmonthly_messages = 0").organisation["a"] == Organisation()
    assert Organisation().monthly_messages == 0
    most = Organisation(monthly_messages=10**12)
    assert read(f"[organisation.a]\nmonthly_messages = {10**12}").organisation["a"] == most


@pytest.mark.parametrize("server", ["http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:1"])
def test_loopback_servers_may_go_unpaced_and_unencrypted(server: str) -> None:
    text = f'{BOARD}server = "{server}"\nauth_token = "env:PINBRIDGE_T"\nrequests_per_s = 0\n'
    assert read(text).device[0].requests_per_s == 0


@pytest.mark.parametrize(
    "reference", ["keyring:greenhouse", "env:PINBRIDGE_T", "env:PINBRIDGE_", "keyring:a-b.c"]
)
def test_valid_references_to_a_token(reference: str) -> None:
    text = f'{BOARD}server = "https://fra1.blynk.cloud"\nauth_token = "{reference}"'
    assert read(text).device[0].auth_token == reference


@pytest.mark.parametrize(
    "token",
    [
        "SECRETxyz",
        "env:SECRET",
        "env:PATH",
        "env:pinbridge_SECRET",
        "env:PINBRIDGE_SECRET-1",
        "env:",
        "keyring:",
        "keyring:a SECRET",
        "keyring:SECRET:x",
        "file:SECRET",
        " keyring:SECRET",
    ],
)
def test_a_token_in_the_file_is_refused_and_not_repeated(token: str) -> None:
    said = refusal(f'{BOARD}server = "https://fra1.blynk.cloud"\nauth_token = "{token}"')
    assert "never the token" in said
    assert "SECRET" not in said


@pytest.mark.parametrize(
    "text",
    [
        BOARD + 'auth_token = ["SECRET"]',
        BOARD + "auth_token = SECRET",
        BOARD + 'forward = "SECRET"',
        BOARD + CLOUD.replace("cloud", "cloud/?token=SECRET", 1),
        BOARD + CLOUD.replace("https://", "https://SECRET@"),
    ],
)
def test_a_token_in_a_wrong_place_is_not_repeated(text: str) -> None:
    assert "SECRET" not in refusal(text)


def test_a_byte_order_mark_is_ignored() -> None:
    assert read(b"\xef\xbb\xbf" + WHOLE.encode()) == read(WHOLE)
