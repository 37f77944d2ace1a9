"""A released port is taken back after an upload, and never during one."""

from __future__ import annotations

from app.boards.ports.release import Release
from app.boards.status import LinkState


def words(release: Release) -> str:
    status = release.status("COM5", "avrdude")
    assert status.state is LinkState.RELEASED
    assert str(status.message).startswith("COM5 is released: ")
    return str(status.message).removeprefix("COM5 is released: ")


def test_a_port_that_no_program_uses_is_not_taken_back() -> None:
    release = Release(100.0)
    assert words(release) == "it is taken back when another program has used it."
    assert not release.is_over(100.0, there=True, held=False)
    assert not release.is_over(10_000.0, there=True, held=False)
    assert words(release) == "it is taken back when another program has used it."


def test_an_upload_that_opens_the_port_twice_counts_as_one_use() -> None:
    release = Release(0.0)
    assert not release.is_over(5.0, there=True, held=True)
    assert words(release) == "avrdude uses it now; it is taken back afterwards."
    assert not release.is_over(6.0, there=True, held=False)
    assert words(release) == "it is taken back in a moment."
    assert not release.is_over(6.5, there=True, held=True)
    assert not release.is_over(8.4, there=True, held=False)
    assert release.is_over(8.5, there=True, held=False)


def test_a_board_that_disappears_and_returns_has_been_used() -> None:
    for held in (False, None):
        release = Release(0.0)
        assert not release.is_over(5.0, there=False, held=held)
        assert not release.is_over(6.75, there=True, held=held)
        assert release.is_over(7.0, there=True, held=held)


def test_if_the_system_cannot_tell_the_port_is_taken_back_after_a_minute() -> None:
    release = Release(10.0)
    assert not release.is_over(69.75, there=True, held=None)
    assert words(release) == "it is taken back when it has disappeared and returned, or after a minute."
    assert release.is_over(70.0, there=True, held=None)
