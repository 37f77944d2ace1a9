"""Who may not open a port is told what lets them, in the words of this computer's own groups."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from app.boards.permission import may_open, mend

grp = pytest.importorskip("grp", reason="Windows has no groups of this kind")


class Group(NamedTuple):
    gr_name: str
    gr_gid: int
    gr_mem: list[str]


def test_a_port_that_is_not_there_is_nobody_s_secret(tmp_path: Path) -> None:
    assert may_open(str(tmp_path / "none"))
    (tmp_path / "port").touch()
    assert may_open(str(tmp_path / "port"))


@pytest.mark.parametrize(
    ("group", "words"),
    [
        (Group("uucp", 54321, []), "run 'sudo usermod -aG uucp $USER'"),
        (Group("uucp", 54321, ["{user}"]), "you have joined the group uucp, so log out and in again"),
        (Group("root", 0, []), "run 'sudo usermod -aG dialout $USER'"),
    ],
)
def test_the_mend_names_the_group(
    group: Group, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pwd

    user = pwd.getpwuid(os.geteuid()).pw_name

    def getgrgid(_: int) -> Any:
        return group._replace(gr_mem=[name.format(user=user) for name in group.gr_mem])

    monkeypatch.setattr(grp, "getgrgid", getgrgid)
    assert words in mend(str(tmp_path))
    assert "dialout" in mend(str(tmp_path / "none"))
