"""Which host names and addresses mean loopback, so that other computers cannot reach them."""

from __future__ import annotations

import pytest

from app.localcloud.names import is_loopback


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
def test_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["", "0.0.0.0", "::", "192.168.1.5", "example.org", "localhost.example.org"])
def test_beyond_loopback(host: str) -> None:
    assert not is_loopback(host)
