"""A proxy that cannot be used is rejected by name, and its password is never shown."""

from __future__ import annotations

import pytest

from app.security.proxies import UnusableProxyError, proxies_for

BLYNK = "https://fra1.blynk.cloud"


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.mark.parametrize(
    "proxy", ["http://proxy:3128", "proxy:3128", "proxy", "HTTP://me:word@proxy:3128", "https://[::1]:3128"]
)
def test_an_http_proxy_is_used(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    assert proxies_for(BLYNK)["https"] == proxy
    assert proxies_for("http://127.0.0.1:8080") == proxies_for("https://192.168.1.5") == {}


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
@pytest.mark.parametrize("scheme", ["socks5", "socks5h", "socks4", "socks4a", "socks", "SOCKS5"])
def test_a_socks_proxy_is_named(variable: str, scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, f"{scheme}://me:word@proxy:1080")
    with pytest.raises(UnusableProxyError, match=rf"SOCKS proxy \({scheme.lower()}://proxy:1080\)") as error:
        proxies_for(BLYNK)
    assert "word" not in str(error.value)
    assert proxies_for("http://127.0.0.1:8080") == {}
    monkeypatch.setenv("NO_PROXY", "blynk.cloud")
    assert proxies_for(BLYNK) == {}


def test_spaces_around_a_proxy_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", " http://proxy:3128 ")
    assert proxies_for(BLYNK)["https"] == "http://proxy:3128"
    monkeypatch.setenv("HTTPS_PROXY", "socks5://proxy:1080 ")
    with pytest.raises(UnusableProxyError, match="SOCKS proxy"):
        proxies_for(BLYNK)
    monkeypatch.setenv("HTTPS_PROXY", " ")
    assert proxies_for(BLYNK) == {}


@pytest.mark.parametrize("proxy", ["ftp://me:word@proxy", "http://", "http://me:word@proxy:port", "x://"])
def test_a_proxy_that_is_no_address_is_reported(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with pytest.raises(UnusableProxyError, match="not an address such as http://proxy:3128") as error:
        proxies_for(BLYNK)
    assert "word" not in str(error.value)


def test_a_socks_proxy_for_other_addresses_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "socks5://proxy:1080")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:3128")
    monkeypatch.setenv("ALL_PROXY", "socks5://proxy:1080")
    assert proxies_for(BLYNK)["https"] == "http://proxy:3128"
