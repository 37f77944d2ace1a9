"""Which servers and paths a bench file may name. `test_ports` is about ports."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.config import addresses
from app.config.addresses import (
    check_path,
    check_server,
    file_name,
    is_blynk,
    is_clear_text,
    is_device,
    is_loopback,
    is_private,
    server_identity,
)


def refusal(call: Callable[[], None]) -> str:
    """The text of the ValueError that `call` must raise."""
    with pytest.raises(ValueError, match=r"^\w") as raised:
        call()
    return str(raised.value)


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
    ("server", "host"),
    [
        ("http://fra1.blynk.cloud", "fra1.blynk.cloud"),
        ("http://8.8.8.8", "8.8.8.8"),
        ("http://172.32.0.1", "172.32.0.1"),
        ("http://192.0.2.1", "192.0.2.1"),
        ("http://100.64.0.1", "100.64.0.1"),
        ("http://0.0.0.0:8080", "0.0.0.0"),
        ("http://school.local", "school.local"),
        ("http://localhost.evil.example", "localhost.evil.example"),
        ("http://127.0.0.1.evil.example", "127.0.0.1.evil.example"),
        ("http://127.1", "127.1"),
        ("http://2130706433", "2130706433"),
        ("http://[2001:db8::1]", "2001:db8::1"),
        ("http://[2001:0:808:808::1]", "2001:0:808:808::1"),
        ("http://[::ffff:8.8.8.8]", "::ffff:8.8.8.8"),
        ("HTTP://FRA1.blynk.cloud", "fra1.blynk.cloud"),
        ("http://x", "x"),
    ],
)
def test_clear_text_goes_only_to_loopback_and_private_addresses(server: str, host: str) -> None:
    sentence = f"server would send the token unencrypted to {host}: write https://{host}"
    assert refusal(lambda: check_server(server)) == sentence


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
        "https://host:123456",
        "https://[::1",
        "https://[::g]",
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
def test_anything_but_a_plain_address_is_refused_and_not_repeated(server: str) -> None:
    sentence = 'server takes an address and nothing more: write one such as "https://fra1.blynk.cloud"'
    assert refusal(lambda: check_server(server)) == sentence


@pytest.mark.parametrize("server", ["https://host:99999", "https://host:0", "https://[:::]"])
def test_an_address_needs_a_valid_host_and_port(server: str) -> None:
    sentence = "server has no valid host or port: write https://HOST or https://HOST:PORT"
    assert refusal(lambda: check_server(server)) == sentence


@given(
    st.text(max_size=40).map("http://".__add__)
    | st.from_regex(r"http://[0-9a-f.:\[\]\\@/]{1,20}", fullmatch=True)
)
def test_any_server_is_accepted_or_refused_with_a_message(server: str) -> None:
    said = ""
    try:
        check_server(server)
    except ValueError as error:
        said = str(error)
    assert said.startswith("server ") or is_loopback(server) or is_private(server)


@pytest.mark.parametrize(
    ("server", "loopback", "private", "clear_text"),
    [
        ("http://localhost:1", True, False, True),
        ("https://127.0.0.1", True, False, False),
        ("http://[::1]", True, False, True),
        ("http://[::ffff:127.0.0.1]", True, False, True),
        ("http://[::ffff:192.168.1.1]", False, True, True),
        ("http://192.168.1.1:80", False, True, True),
        ("http://nas.local", False, False, True),
        ("HTTP://host", False, False, True),
        ("https://host", False, False, False),
        ("http://evil.example\\@127.0.0.1", False, False, True),
        ("http://evil.example\x7f@127.0.0.1", False, False, True),
        ("http://127.0.0.1 ", False, False, True),
        ("http://127.0.0.1:0", False, False, True),
        ("http://127.0.0.1:99999", False, False, True),
        ("https://[", False, False, False),
        ("httpx://127.0.0.1", True, False, False),
        ("", False, False, False),
    ],
)
def test_loopback_private_and_clear_text(
    server: str, loopback: bool, private: bool, clear_text: bool
) -> None:
    assert (is_loopback(server), is_private(server), is_clear_text(server)) == (loopback, private, clear_text)


@pytest.mark.parametrize(
    ("before", "first", "last", "after"),
    [
        ("9.255.255.255", "10.0.0.0", "10.255.255.255", "11.0.0.0"),
        ("172.15.255.255", "172.16.0.0", "172.31.255.255", "172.32.0.0"),
        ("192.167.255.255", "192.168.0.0", "192.168.255.255", "192.169.0.0"),
        ("169.253.255.255", "169.254.0.0", "169.254.255.255", "169.255.0.0"),
        ("[fbff:ffff::1]", "[fc00::]", "[fdff:ffff::1]", "[fe00::]"),
        ("[fe7f:ffff::1]", "[fe80::]", "[febf:ffff::1]", "[fec0::]"),
    ],
)
def test_the_first_and_last_address_of_each_private_network(
    before: str, first: str, last: str, after: str
) -> None:
    addresses = (before, first, last, after)
    assert [is_private(f"http://{address}") for address in addresses] == [False, True, True, False]


@pytest.mark.parametrize(
    "path",
    ["bench-1.db", "data/bench.db", "/home/pupil/b.db", "C:\\data\\b.db", "../b.db", "console.db", "com.db",
     "lpt10", "/devices/b.db", "/home/dev/b.db", "xcon", "a/con/b.db", "C:b.db", "C:xcon"],
)  # fmt: skip
def test_valid_paths(path: str) -> None:
    check_path(path, "journal")
    assert not is_device(path)


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("", "journal names no file"),
        (" ", "journal names no file"),
        ("a\x00b", "journal has a control character in its path: write / instead of \\"),
        ("C:\temp.db", "journal has a control character in its path: write / instead of \\"),
        ("a\udc80", "journal has a path that is not UTF-8: rename the file or its folder"),
        *(
            (path, "journal names a network share or a device: name a file on this computer")
            for path in (
                "\\\\server\\share\\b.db",
                "//server/share/b.db",
                "\\/server/share",
                "/\\server/share",
                "/\\?\\C:\\b.db",
                " //server/share",
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
                "com0",
                "com¹",
                "CONIN$",
                "conout$",
                "prn .db",
                "nul:",
                "C:con",
                "c:com1.db",
                "lpt³",
            )
        ),
    ],
)
def test_shares_and_devices_are_refused(path: str, sentence: str) -> None:
    assert refusal(lambda: check_path(path, "journal")) == sentence


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("Bench 1", "Bench-1"),
        ("Łódź 3/b", "Łódź-3-b"),
        ("../../etc/passwd", "etc-passwd"),
        ("-.a.b.-", "a.b"),
        ("a / b", "a-b"),
        ("...", "bench"),
        ("con", "bench-con"),
        ("x" * 300, "x" * 100),
    ],
)
def test_any_name_becomes_a_valid_file_name(name: str, file: str) -> None:
    assert file_name(name, "bench") == file


@pytest.mark.parametrize(
    "server", ["https://a\\b", "https://a b", "https://:80", "https://a:0", "https://a:99999"]
)
def test_an_ambiguous_or_missing_host_counts_as_no_host(server: str) -> None:
    assert addresses._host(server) == ""


@pytest.mark.parametrize(
    ("server", "is_theirs"),
    [
        ("https://blynk.cloud", True),
        ("https://BLYNK.cloud/", True),
        ("https://ny3.blynk.cloud:443", True),
        ("https://a.b.blynk.cloud", True),
        ("https://evilblynk.cloud", False),
        ("https://blynk.cloud.evil.example", False),
        ("https://blynk.cloud@evil.example", False),
        ("https://evil.example/blynk.cloud", False),
        ("https://evil.example\\.blynk.cloud", False),
        ("https://cloud", False),
        ("", False),
    ],
)
def test_only_blynk_cloud_and_its_subdomains_are_servers_of_blynk(server: str, is_theirs: bool) -> None:
    assert is_blynk(server) is is_theirs


@pytest.mark.parametrize(
    ("server", "normal"),
    [
        ("https://fra1.blynk.cloud", "https://fra1.blynk.cloud"),
        ("HTTPS://FRA1.blynk.cloud:443/", "https://fra1.blynk.cloud"),
        ("https://cloud.example:80", "https://cloud.example:80"),
        ("http://127.0.0.1:80/", "http://127.0.0.1"),
        ("http://127.0.0.1:443", "http://127.0.0.1:443"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("http://[::1]/", "http://[::1]"),
        ("fleet:", "fleet:"),
    ],
)
def test_all_spellings_of_a_server_have_one_normal_form(server: str, normal: str) -> None:
    assert server_identity(server) == normal
