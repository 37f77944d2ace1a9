"""A user who may not open a port is shown the fix, with the name of the group to join."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import pytest

from app.boards.ports.permission import fix, may_open
from app.messages.message import Message

grp = pytest.importorskip("grp", reason="Windows has no groups of this kind")


class Group(NamedTuple):
    gr_name: str
    gr_gid: int
    gr_mem: list[str]


@pytest.mark.parametrize(
    ("system", "is_there", "has_rights", "may"),
    [
        ("linux", True, True, True),
        ("linux", True, False, False),
        ("linux", False, False, True),  # a port that is not there
        ("win32", True, False, True),
    ],
)
def test_who_may_open_a_port(
    system: str, is_there: bool, has_rights: bool, may: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def access(_: object, mode: int) -> bool:
        asked.append(mode)
        return has_rights

    port = tmp_path / "port"
    if is_there:
        port.touch()
    # `os.access` is replaced, because root may open every file, whatever its rights.
    monkeypatch.setattr(os, "access", access)
    monkeypatch.setattr(sys, "platform", system)
    assert may_open(str(port)) is may
    assert asked in ([], [os.R_OK | os.W_OK])


@pytest.mark.parametrize(
    ("group", "groups", "words"),
    [
        (Group("uucp", 54321, []), [], "run 'sudo usermod -aG uucp $USER', then log out and in again"),
        (Group("uucp", 54321, ["ada"]), [], "you have joined the group uucp, so log out and in again"),
        (Group("uucp", 54321, ["ada"]), [54321], "run 'sudo usermod -aG uucp $USER'"),
        (Group("uucp", 54321, ["eve"]), [], "run 'sudo usermod -aG uucp $USER'"),
        (Group("root", 0, ["ada"]), [], "run 'sudo usermod -aG dialout $USER'"),
    ],
)
def test_the_fix_names_the_group(
    group: Group, groups: list[int], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pwd

    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(pwd, "getpwuid", lambda _: SimpleNamespace(pw_name="ada"))
    monkeypatch.setattr(grp, "getgrgid", lambda _: group)
    monkeypatch.setattr(os, "getgroups", lambda: groups)
    assert words in str(fix(str(tmp_path)))
    assert fix(str(tmp_path / "none")) == Message("join_port_group", group="dialout")


def test_a_user_without_a_name_is_shown_a_fix_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import pwd

    def unknown(_: int) -> None:
        raise KeyError

    monkeypatch.setattr(pwd, "getpwuid", unknown)
    assert fix(str(tmp_path)) == Message("join_port_group", group="dialout")
