"""A computer that is kept awake, with the library's switch replaced."""

from __future__ import annotations

import pytest
from wakepy import keep

from app.program.wakefulness import Wakefulness


class FakeMode:
    """The library's context manager, which counts how often it was entered and left."""

    entered = left = 0

    def __init__(self, *, works: bool) -> None:
        self.active = False
        self._works = works

    def __enter__(self) -> FakeMode:
        FakeMode.entered += 1
        self.active = self._works
        return self

    def __exit__(self, *_error: object) -> None:
        FakeMode.left += 1
        self.active = False


@pytest.fixture(params=[True, False], ids=["works", "fails"])
def works(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    FakeMode.entered = FakeMode.left = 0
    monkeypatch.setattr(keep, "running", lambda **_options: FakeMode(works=request.param))
    return bool(request.param)


def test_it_is_entered_once_and_left_once(works: bool) -> None:
    switch = Wakefulness()
    assert not switch.is_on
    problem = switch.switch(on=True)
    assert (problem is None, switch.is_on) == (works, works)
    if works:
        assert switch.switch(on=True) is None
    assert switch.switch(on=False) is None
    assert switch.switch(on=False) is None
    assert (FakeMode.entered, FakeMode.left, switch.is_on) == (1, 1, False)


def test_the_library_of_this_system_gives_a_result_and_no_exception() -> None:
    switch = Wakefulness()
    problem = switch.switch(on=True)
    assert switch.is_on is (problem is None)
    switch.switch(on=False)
    assert not switch.is_on
