"""A local cloud on loopback cannot be reached from another computer."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from urllib.parse import urlsplit

import pytest

from app.demo.demo import Demo
from app.localcloud.devices import Device
from app.localcloud.server import LocalCloud

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it has one address")


@contextmanager
def of_the_demo() -> Iterator[str]:
    with closing(Demo()) as show:
        yield show.cloud_url


@contextmanager
def of_a_class(host: str = "127.0.0.1") -> Iterator[str]:
    with LocalCloud([Device("board", "T")], host) as cloud:
        yield cloud.url


def answers(address: str, url: str) -> bool:
    """Whether the port of `url` accepts a connection at `address`, one of this computer's addresses."""
    try:
        socket.create_connection((address, urlsplit(url).port or 0), timeout=60).close()
    except ConnectionRefusedError:
        return False
    return True


@pytest.mark.parametrize("cloud", [of_the_demo, of_a_class])
def test_a_cloud_answers_at_its_own_address_only(cloud: Callable[[], AbstractContextManager[str]]) -> None:
    with cloud() as url:
        assert answers("127.0.0.1", url)
        assert not answers("127.0.0.2", url)


def test_a_cloud_on_all_addresses_answers_everywhere() -> None:
    with of_a_class("0.0.0.0") as url:
        assert answers("127.0.0.2", url)
