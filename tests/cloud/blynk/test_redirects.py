"""A token follows a redirect only where it may."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cloud.blynk.redirects import Redirect, followed
from app.config.addresses import is_blynk

PATH = "/external/api/update"


@pytest.mark.parametrize(
    ("server", "location", "expected"),
    [
        (
            "https://fra1.blynk.cloud",
            "https://ny3.blynk.cloud/external/api/update?token=T",
            "https://ny3.blynk.cloud",
        ),
        ("https://blynk.cloud", "https://fra1.blynk.cloud/x", "https://fra1.blynk.cloud"),
        ("https://blynk.cloud/", "https://fra1.blynk.cloud", "https://fra1.blynk.cloud"),
        ("https://fra1.blynk.cloud", "https://blynk.cloud/x", "https://blynk.cloud"),
        ("https://Blynk.Cloud", "HTTPS://NY3.BLYNK.CLOUD/x", "https://ny3.blynk.cloud"),
        ("https://blynk.cloud", "https://ny3.blynk.cloud:443/x", "https://ny3.blynk.cloud"),
        ("https://blynk.cloud", "https://ny3.blynk.cloud./x", "https://ny3.blynk.cloud"),
        ("https://blynk.cloud", "https://ny3.blynk.cloud:9443/x", "https://ny3.blynk.cloud:9443"),
        ("https://blynk.cloud", "//ny3.blynk.cloud/x", "https://ny3.blynk.cloud"),
        ("https://blynk.cloud", "https://user:word@ny3.blynk.cloud/x", "https://ny3.blynk.cloud"),
        ("https://fra1.blynk.cloud", "https://notblynk.cloud/x", None),
        ("https://evil.example", "https://fra1.blynk.cloud/x", None),
        ("http://fra1.blynk.cloud", "https://ny3.blynk.cloud/x", "https://ny3.blynk.cloud"),
        ("https://fra1.blynk.cloud", "http://fra1.blynk.cloud/x", None),
        ("https://fra1.blynk.cloud", "http://ny3.blynk.cloud/x", None),
        ("https://192.168.1.5", "http://192.168.1.5/x", None),
        ("https://fra1.blynk.cloud", "https://evil.example/x", None),
        ("https://blynk.cloud", "//evil.example/x", None),
        ("https://blynk.cloud", "https://evilblynk.cloud/x", None),
        ("https://blynk.cloud", "https://cloud/x", None),
        ("https://fra1.blynk.cloud", "https://blynk.cloud.evil.example/x", None),
        ("https://blynk.cloud", "https://ny3.blynk.cloud@evil.example/x", None),
        ("https://blynk.cloud", "https://evil.example\\.blynk.cloud/x", None),
        ("https://blynk.cloud", "https://evil.example%2f.blynk.cloud/x", None),
        ("https://blynk.cloud", "https:\\\\ny3.blynk.cloud", None),
        ("http://127.0.0.1:80", "http://127.0.0.1:8081/x", "http://127.0.0.1:8081"),
        ("http://127.0.0.1:8080", "//127.0.0.1:8081/x", "http://127.0.0.1:8081"),
        ("http://127.0.0.1:80", "https://127.0.0.1/x", "https://127.0.0.1"),
        ("http://[::1]:80", "http://[::1]:81/x", "http://[::1]:81"),
        ("http://127.0.0.1", "http://127.0.0.1:99999/x", None),
        ("https://fra1.blynk.cloud", "", None),
        ("https://fra1.blynk.cloud", "  ", None),
        ("https://other", "https:///x", None),
        ("https://blynk.cloud", "ftp://blynk.cloud/x", None),
        ("https://blynk.cloud", "javascript:alert(1)", None),
        ("ftp://h", "ftp://h/x", None),
    ],
)
def test_a_token_follows_a_redirect_only_where_it_may(
    server: str, location: str, expected: str | None
) -> None:
    found = followed(server, PATH, location)
    assert (found and found.server) == expected


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("/external/api/update/?token=T&v1=1", "/external/api/update/"),
        ("update/?token=T", "/external/api/update/"),
        ("?token=other&v1=2", PATH),
        ("../v2/update", "/external/v2/update"),
        ("https://ny3.blynk.cloud", PATH),
        ("https://ny3.blynk.cloud/", PATH),
        ("https://ny3.blynk.cloud/b%20c#d", "/b%20c"),
        ("https://ny3.blynk.cloud/ä", PATH),
        ("https://ny3.blynk.cloud/a b", PATH),
    ],
)
def test_a_call_goes_to_the_path_that_a_redirect_names(location: str, path: str) -> None:
    server = "https://ny3.blynk.cloud" if "ny3" in location else "https://blynk.cloud"
    assert followed("https://blynk.cloud", PATH, location) == Redirect(server, path)


@given(st.text(max_size=60), st.sampled_from(["", "//", "https://", "http://", "https://a.blynk.cloud"]))
def test_no_text_leads_a_token_astray(location: str, begun: str) -> None:
    found = followed("https://blynk.cloud", PATH, begun + location)
    assert found is None or (is_blynk(found.server) and found.server.startswith("https://"))
