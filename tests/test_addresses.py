"""What a bench file may point at: servers, ports and paths, when it comes from a stranger."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.addresses import (
    check_path,
    check_port,
    check_server,
    is_clear_text,
    is_device,
    is_loopback,
    is_private,
    port_identity,
)


@pytest.mark.parametrize(
    "server",
    [
        "https://fra1.blynk.cloud",
        "https://fra1.blynk.cloud/",
        "HTTPS://FRA1.blynk.cloud:443",
        "https://8.8.8.8:8443",
        "https://[2001:db8::1]:8443",
        "http://127.0.0.1:8080",
        "http://127.9.9.9",
        "http://localhost:8080",
        "http://[::1]:8080",
        "http://[::ffff:127.0.0.1]",
        "http://10.1.2.3",
        "http://172.31.255.255",
        "http://192.168.0.10:9443",
        "http://169.254.1.1",
        "http://[fd00::1]",
        "http://[fe80::1]",
    ],
)
def test_servers_that_a_token_may_be_sent_to(server: str) -> None:
    check_server(server)


@pytest.mark.parametrize(
    "server",
    [
        "http://fra1.blynk.cloud",
        "http://8.8.8.8",
        "http://172.32.0.1",
        "http://192.0.2.1",
        "http://100.64.0.1",
        "http://0.0.0.0:8080",
        "http://school.local",
        "http://localhost.evil.example",
        "http://127.0.0.1.evil.example",
        "http://127.1",
        "http://2130706433",
        "http://[2001:db8::1]",
        "http://[2001:0:808:808::1]",
        "http://[::ffff:8.8.8.8]",
        "HTTP://fra1.blynk.cloud",
    ],
)
def test_clear_text_goes_to_loopback_and_private_addresses_alone(server: str) -> None:
    with pytest.raises(ValueError, match=r"unencrypted to .*: write https://"):
        check_server(server)


@pytest.mark.parametrize(
    "server",
    [
        "fra1.blynk.cloud",
        "ftp://fra1.blynk.cloud",
        "https://",
        "https:///",
        "https://host/path",
        "https://host?token=SECRET",
        "https://host/#SECRET",
        "https://user:SECRET@host",
        "https://user@host",
        "https://host:SECRET",
        "https://host:99999",
        "https://host:0",
        "https://[::1",
        "https://[::g]",
        "https://[:::]",
        "https://ho st",
        "https://host\n",
        "https://host\t.blynk.cloud",
        "https://evil.example\\.blynk.cloud",
        "https://evil.example\\@127.0.0.1",
        "http://127.0.0.1\\@evil.example",
        "https://münchen.example",
        "https://.blynk.cloud",
        "https://host.",
        " https://host",
        "",
    ],
)
def test_what_is_no_plain_address_is_refused_and_not_repeated(server: str) -> None:
    with pytest.raises(ValueError, match=r"server .*: write ") as caught:
        check_server(server)
    assert "SECRET" not in str(caught.value)


@given(
    st.text(max_size=40).map("http://".__add__)
    | st.from_regex(r"http://[0-9a-f.:\[\]\\@/]{1,20}", fullmatch=True)
)
def test_any_server_is_taken_or_refused_in_words(server: str) -> None:
    said = ""
    try:
        check_server(server)
    except ValueError as error:
        said = str(error)
    assert said.startswith("server ") or is_loopback(server) or is_private(server)


def test_loopback_private_and_clear_text() -> None:
    assert is_loopback("http://localhost:1")
    assert is_loopback("https://127.0.0.1")
    assert not is_loopback("")
    assert not is_loopback("https://[")
    assert not is_loopback("http://evil.example\\@127.0.0.1")
    assert is_private("http://192.168.1.1:80")
    assert not is_private("http://127.0.0.1")
    assert not is_private("http://nas.local")
    assert is_clear_text("HTTP://host")
    assert not is_clear_text("https://host")


@pytest.mark.parametrize(
    "port",
    [
        "COM5",
        "COM255",
        "/dev/ttyACM0",
        "/dev/cu.usbmodem14101",
        "/dev/serial/by-path/pci-0000:00:14.0-usb-0:2:1.0",
        "usb:2341:0043",
        "usb:1A86:7523:85734323",
        "usb:1a86:7523@1-1.4",
        "socket://192.168.1.5:4000",
        "socket://board.local:23",
        "socket://[::1]:23",
        "simulated:",
        "replay:morning.rec",
        "replay:C:\\data\\morning.rec",
    ],
)
def test_ports_where_a_board_can_be(port: str) -> None:
    check_port(port)


@pytest.mark.parametrize(
    "port",
    [
        "",
        "  ",
        "COM5\n",
        "\\\\evil\\pipe\\x",
        "\\\\.\\COM5",
        "//evil/share",
        "usb:2341",
        "usb:2341:43",
        "usb:zzzz:0043",
        "usb:2341:0043:",
        "socket://host",
        "socket://host:65536",
        "socket://:4000",
        "socket://host:4000/path",
        "socket:host:4000",
        "simulated:x",
        "replay:",
        "replay:\\\\evil\\share\\x.rec",
        "replay:/dev/zero",
        "spy:///dev/ttyACM0?file=/etc/passwd",
        "rfc2217://host:4000",
        "loop://",
        "COM5:",
    ],
)
def test_ports_where_no_board_is(port: str) -> None:
    with pytest.raises(ValueError, match="port"):
        check_port(port)


def test_two_spellings_of_one_port() -> None:
    assert port_identity("usb:2341:00AF") == port_identity("usb:2341:00af")
    assert port_identity("COM5") == port_identity("com5")
    assert port_identity("/dev/ttyS0") != port_identity("/dev/ttys0")
    assert port_identity("/dev//x/../ttyS0") == port_identity("/dev/ttyS0")
    assert port_identity("replay:A") != port_identity("replay:a")


@pytest.mark.parametrize(
    "path", ["bench-1.db", "data/bench.db", "/home/pupil/b.db", "C:\\data\\b.db", "../b.db", "console.db"]
)
def test_paths_of_files(path: str) -> None:
    check_path(path, "journal")
    assert not is_device(path)


@pytest.mark.parametrize(
    "path",
    [
        "",
        " ",
        "a\x00b",
        "C:\temp.db",
        "\\\\server\\share\\b.db",
        "//server/share/b.db",
        "\\/server/share",
        "\\\\?\\C:\\b.db",
        "\\\\.\\PhysicalDrive0",
        "\\??\\C:\\b.db",
        "/dev/sda",
        "/dev",
        "/tmp/../dev/sda",
        "/./dev//sda",
        "/proc/self/mem",
        "/sys/power/state",
        "con",
        "NUL",
        "nul.db",
        "data/aux.db",
        "data\\com1.txt",
        "LPT9",
        "com¹",
        "CONIN$",
        "prn .db",
        "nul:",
    ],
)
def test_shares_and_devices_are_refused(path: str) -> None:
    with pytest.raises(ValueError, match=r"^journal "):
        check_path(path, "journal")
