"""The bench file: what is taken, what is refused at once and with which words, and where the journal lies."""

from __future__ import annotations

from pathlib import Path

import platformdirs
import pytest

from app.config import (
    Backlog,
    BenchConfig,
    BenchSection,
    ConfigError,
    DeviceConfig,
    Forward,
    UnknownPins,
    load,
    parse,
    with_paths,
)
from app.wire.datastreams import Datastream, DatastreamType, OutOfRange

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
type = "double"
values = []
min = -40.0
max = 85.0
out_of_range = "reject"
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


def test_every_key_of_the_interface() -> None:
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
                type=DatastreamType.DOUBLE, min=-40.0, max=85.0,
            ),
        ),
    )  # fmt: skip
    assert device.datastream_id(1) == 7
    assert device.datastream_id(2) is None


def test_what_is_left_out_is_as_the_interface_says() -> None:
    (device,) = read('[[device]]\nport = "simulated:"\n').device
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
    assert (bench.keep_days, bench.max_journal_mb) == (30, 2000)
    assert read(BOARD + PIN).device[0].datastream[0].out_of_range is OutOfRange.REJECT


@pytest.mark.parametrize("number", ["10", "10.0", "1e1"])
def test_a_whole_number_will_do_where_a_number_is_wanted(number: str) -> None:
    assert read(f"{BOARD}interval_s = {number}").device[0].interval_s == 10


def devices(*lines: str) -> str:
    return "".join(f"[[device]]\n{line}\n" for line in lines)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            devices('name="a"\nport="COM5"', 'name="b"\nport="COM6"', 'name="a"\nport="COM7"'),
            'device[2] "a": name a is that of device[0] "a" too: give each device its own',
        ),
        (
            devices('name="a"\nport="COM5"', 'name="b"\nport="com5"'),
            'device[1] "b": port com5 is that of device[0] "a" too: give each device its own',
        ),
        (
            devices('name="a"\nport="usb:2341:00af"', 'name="b"\nport="usb:2341:00AF"'),
            'device[1] "b": port usb:2341:00af is that of device[0] "a" too: give each device its own',
        ),
        (devices('port="COM5"', 'port="COM6"'),
         'device[1] "board": name board is that of device[0] "board" too: give each device its own'),
        (
            BOARD + PIN + "[[device.datastream]]\nid = 1\n" + PIN,
            'device[0] "greenhouse": datastream[2]: virtual_pin 1 is that of datastream[0] too: '
            "give each datastream its own",
        ),
        (
            BOARD + PIN + "id = 7\n[[device.datastream]]\nid = 7",
            'device[0] "greenhouse": datastream[1]: id 7 is that of datastream[0] too: '
            "give each datastream its own",
        ),
        (BOARD + 'organisation = "school"',
         'device[0] "greenhouse": organisation = "school" has no [organisation.school] table: add it'),
    ],
)  # fmt: skip
def test_what_stands_twice_or_nowhere_is_refused(text: str, expected: str) -> None:
    assert refusal(text) == expected


def test_what_may_stand_twice() -> None:
    config = read(devices('name="a"\nport="simulated:"', 'name="b"\nport="simulated:"') + PIN)
    assert len(config.device) == 2


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("baud_rate = 0", "baud_rate = 0 is not within 50…20000000"),
        ("baud_rate = 20000001", "baud_rate"),
        ("baud_rate = 0x" + "f" * 5000, "device[0]"),
        ('line_end = ";"', r'line_end is one of "", "\n", "\r", "\r\n"'),
        ("max_age_days = 0", "max_age_days must be a number greater than 0"),
        ("interval_s = 0", "interval_s must be a number greater than 0"),
        ("interval_s = 1e300", "interval_s must be a number greater than 0 and at most 1000000"),
        ("max_age_days = inf", "max_age_days must be a number greater than 0 and at most 1000000"),
        ("interval_s = nan", "interval_s must be"),
        ("interval_s = inf", "interval_s must be"),
        ("requests_per_s = -1", "requests_per_s must be"),
        ("requests_per_s = nan", "requests_per_s must be"),
        ("requests_per_s = 0", "for loopback servers alone: write 10"),
        (CLOUD + "requests_per_s = 0", "for loopback servers alone: write 10"),
        ("daily_points = 0", "daily_points must be at least 1"),
        ('server = "https://fra1.blynk.cloud"', "server and auth_token go together"),
        ('auth_token = "keyring:x"', "server and auth_token go together"),
        ('auth_token = "keyring:x"\nserver = "http://fra1.blynk.cloud"', "unencrypted"),
        ('auth_token = "keyring:x"\nserver = "nowhere"', "server is an address alone"),
        (PIN + "max = nan", "min and max are numbers"),
        ("[[device.datastream]]\nvirtual_pin = 256", "datastream[0]: virtual_pin = 256 is not within 0…255"),
        ("[[device.datastream]]\nname = 'x'", 'datastream[0] "x": a datastream needs virtual_pin or id'),
    ],
)
def test_values_that_cannot_be_are_refused(line: str, word: str) -> None:
    said = refusal(BOARD + line)
    assert said.startswith('device[0] "greenhouse"')
    assert word in said


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("[bench]\nkeep_days = 0", "keep_days must be a number greater than 0"),
        ("[bench]\nkeep_days = nan", "keep_days must be"),
        ("[bench]\nmax_journal_mb = -1", "max_journal_mb must be"),
        ("[bench]\njournal = '//server/share/b.db'", "journal names a network share or a device"),
        ("[bench]\njournal = '/dev/sda'", "journal names a network share or a device"),
        ("[organisation.a]\nmonthly_messages = -1", "organisation.a: monthly_messages must be at least 0"),
        ('[[device]]\nname = " "\nport = "COM5"', "name is empty"),
        ('[[device]]\nname = "a\\nb"\nport = "COM5"', "name is empty or has a control character"),
        ('[[device]]\nport = ""', "port is empty"),
        ('[[device]]\nport = "//server/x"', "port names a network share"),
    ],
)
def test_sections_that_cannot_be_are_refused(text: str, word: str) -> None:
    assert word in refusal(text)


@pytest.mark.parametrize("server", ["http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:1"])
def test_loopback_servers_may_go_unpaced_and_unencrypted(server: str) -> None:
    text = f'{BOARD}server = "{server}"\nauth_token = "env:PINBRIDGE_T"\nrequests_per_s = 0\n'
    assert read(text).device[0].requests_per_s == 0


@pytest.mark.parametrize(
    "reference", ["keyring:greenhouse", "env:PINBRIDGE_T", "env:PINBRIDGE_", "keyring:a-b.c"]
)
def test_places_of_a_token(reference: str) -> None:
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


def test_a_byte_order_mark_is_no_fault() -> None:
    assert read(b"\xef\xbb\xbf" + WHOLE.encode()) == read(WHOLE)


def test_load_reads_a_file_beside_its_journal(tmp_path: Path) -> None:
    path = tmp_path / "bench.toml"
    path.write_text(WHOLE, encoding="utf-8")
    assert load(path).bench.journal == str(tmp_path / "bench-1.db")


def test_load_names_the_file_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "nowhere.toml"
    with pytest.raises(ConfigError, match=r"nowhere\.toml: cannot be read: "):
        load(path)
    path.write_text("x = 1", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"nowhere\.toml: unknown key x"):
        load(path)


def test_an_absolute_journal_stays_where_it_is(tmp_path: Path) -> None:
    config = BenchConfig(bench=BenchSection(journal=str(tmp_path / "b.db")))
    assert with_paths(config, FOLDER).bench.journal == str(tmp_path / "b.db")


def test_a_journal_does_not_climb_into_a_device() -> None:
    config = BenchConfig(bench=BenchSection(journal="../../dev/sda"))
    with pytest.raises(ConfigError, match="journal names a device"):
        with_paths(config, Path("/home/pupil"))
    assert with_paths(config, Path("/home/pupil/bench")).bench.journal


def test_a_recording_lies_beside_the_bench_file(tmp_path: Path) -> None:
    def port(path: str, folder: Path) -> str:
        device = DeviceConfig(port=f"replay:{path}")
        return with_paths(BenchConfig(device=(device,)), folder).device[0].port

    assert port("a b.pbrec", tmp_path) == f"replay:{tmp_path / 'a b.pbrec'}"
    assert port(str(tmp_path / "a"), FOLDER) == f"replay:{tmp_path / 'a'}"
    with pytest.raises(ConfigError, match="port names a device"):
        port("../../dev/zero", Path("/home/pupil"))
    with pytest.raises(ValueError, match="network share"):
        port("\\\\evil\\share\\a.pbrec", tmp_path)


def test_two_spellings_of_one_recording_are_one_port(tmp_path: Path) -> None:
    text = (
        '[[device]]\nname = "a"\nport = "replay:a.pbrec"\n'
        f'[[device]]\nname = "b"\nport = "replay:{tmp_path}/a.pbrec"\n'
    )
    with pytest.raises(ConfigError, match="is that of"):
        parse(text.encode(), "b.toml", tmp_path)


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("Bench", "Bench.db"),
        ("Bench 1", "Bench-1.db"),
        ("../../etc/passwd", "etc-passwd.db"),
        ("Łódź 3/b", "Łódź-3-b.db"),
        ("...", "bench.db"),
        ("", "bench.db"),
        ("con", "bench-con.db"),
        ("x" * 300, "x" * 100 + ".db"),
    ],
)
def test_without_a_path_the_journal_lies_in_the_users_data_folder(name: str, file: str) -> None:
    journal = Path(with_paths(BenchConfig(bench=BenchSection(name=name)), FOLDER).bench.journal)
    assert journal == Path(platformdirs.user_data_dir("pinbridge", appauthor=False)) / file
