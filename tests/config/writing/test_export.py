"""A bench for another computer: what cannot be the same there is left out, or the user is told."""

from __future__ import annotations

import msgspec
import pytest

from app.config.bench_file import BenchConfig, BenchSection, DeviceConfig
from app.config.writing.export import exported


def told(*devices: dict[str, str]) -> list[str]:
    """What the user has to do on the other computer, for these devices."""
    tables = [{"name": name, "port": "simulated:"} | keys for name, keys in zip("abc", devices, strict=False)]
    config = BenchConfig(device=tuple(msgspec.convert(table, DeviceConfig) for table in tables))
    same, found = exported(config)
    assert same == config
    return [str(message) for message in found]


@pytest.mark.parametrize("path", ["/home/x/j.db", "C:\\x\\j.db", "c:j.db", "\\x\\j.db"])
def test_an_absolute_path_of_the_journal_is_left_out(path: str) -> None:
    config, found = exported(BenchConfig(bench=BenchSection(name="B", journal=path, keep_days=5)))
    assert config == BenchConfig(bench=BenchSection(name="B", keep_days=5))
    assert [str(message) for message in found] == ["begin with a new journal"]


@pytest.mark.parametrize("path", ["", "j.db", "../data/j.db", "cd:j.db"])
def test_a_relative_path_of_the_journal_stays(path: str) -> None:
    config = BenchConfig(bench=BenchSection(journal=path))
    assert exported(config) == (config, ())


@pytest.mark.parametrize(
    ("port", "is_told"),
    [
        ("COM5", True),
        ("/dev/ttyACM0", True),
        ("/dev/serial/by-path/pci-0000:00", True),
        ("usb:2341:0043@1-2", True),
        ("usb:2341:0043:85734323", False),
        ("usb:2341:0043", False),
        ("socket://localhost:9000", True),
        ("rfc2217://127.0.0.1:9000", True),
        ("socket://lab.example:9000", False),
        ("simulated:", False),
    ],
)
def test_a_port_of_this_computer_is_told(port: str, is_told: bool) -> None:
    assert told({"port": port}) == ["choose the port of a"] * is_told


def test_what_else_is_on_this_computer_is_told() -> None:
    assert told({"port": "replay:x.pbr"}) == ["copy the recording of a"]
    assert told({"server": "http://127.0.0.1:8080", "auth_token": "env:PINBRIDGE_T"}) == [
        "write another server for a",
        "set PINBRIDGE_T",
    ]


def test_devices_are_told_together() -> None:
    blynk = {"server": "https://blynk.cloud", "port": "usb:2341:0043:1", "auth_token": "keyring:a"}
    other = {**blynk, "port": "COM7", "auth_token": "keyring:b"}
    assert told(blynk, other, {"port": "COM8"}) == [
        "enter the auth token of a and b",
        "choose the port of b and c",
    ]
