"""The commands about readings that are not in the cloud, on journals like those that runs leave."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from app.cli import cli
from app.commands.errors import CommandError
from app.journal.journal import Journal, JournalError
from app.wire.streams import Fate, Run
from tests.journal.outboxes import outbox
from tests.journal.test_decisions import OTHER, refused_journal, secret_journal
from tests.journal.test_journal import ACCOUNT, batch, opened, values

TOKEN = "a-token-for-nobody-0123456789abc"
SERVER = "http://127.0.0.1:9"


def say(*arguments: str | Path) -> tuple[str, str]:
    """Run a command, which must succeed. Returns standard output and standard error."""
    result = CliRunner().invoke(cli, [str(word) for word in arguments], standalone_mode=False)
    if result.exception:
        raise result.exception
    assert not result.return_value
    return result.stdout, result.stderr


def objects(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "j.db"
    refused_journal(path).close()
    return path


@pytest.fixture
def bench(path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bench file whose journal has readings that were meant for another token."""
    monkeypatch.setenv("PINBRIDGE_T", TOKEN)
    file = path.with_name("bench.toml")
    file.write_text(
        f'[bench]\njournal = "j.db"\n[[device]]\nname = "board"\nport = "COM1"\nserver = "{SERVER}"\n'
        'auth_token = "env:PINBRIDGE_T"\n'
    )
    return file


def test_pending_readings_are_counted_by_datastream(path: Path) -> None:
    out, _ = say("pending", "--journal", path, "--json")
    since = "1970-01-01T00:00:01.000000Z"
    assert objects(out) == [
        {"device": "board", "target": target, "pending": 1, "oldest": since} for target in ("v1", "v2")
    ]
    out, err = say("pending", "--journal", path, "--device", "board")
    assert (out.splitlines()[0], err) == (f"board  v1  1 pending, since {since}", "")


def test_refused_readings_are_listed_with_the_clouds_reason(path: Path, bench: Path) -> None:
    out, _ = say("refused", bench, "--json")
    assert [(entry["id"], entry["target"], entry["value"]) for entry in objects(out)] == [
        (3, "v1", 3),
        (4, "v1", 4),
        (2, "v2", 2),
    ]
    assert objects(out)[0]["reason"] == "Wrong value format"
    out, err = say("refused", "--journal", path)
    assert out.splitlines()[0] == "3  1970-01-01T00:00:01.000000Z  board  v1  3  Wrong value format"
    assert err == "3 readings were refused.\n"


@pytest.mark.parametrize(
    ("words", "again"),
    [(("--all",), [2, 3, 4]), (("--target", "v1"), [3, 4]), (("--id", "2", "--id", "4"), [2, 4])],
)
def test_refused_readings_are_sent_again(path: Path, words: tuple[str, ...], again: list[int]) -> None:
    _, err = say("resend", "--journal", path, "--device", "board", *words)
    assert err == f"{len(again)} readings will be sent again.\n"
    journal = opened(path)
    assert [reading.id for reading in outbox(journal).resent(9)] == again
    journal.close()


def test_without_a_bench_file_the_newest_account_counts(path: Path) -> None:
    journal = opened(path, OTHER)
    journal.write([("board", batch("v1=9\nv2=9\n"))], [])
    journal.close()
    _, err = say("discard", "--journal", path)
    assert err.startswith("2 readings discarded")
    journal = opened(path, OTHER)
    assert (values(journal, "v1"), values(journal, "v2")) == ([9], [9])
    journal.close()


def test_readings_of_a_device_without_a_server_are_not_held(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db", b"")
    journal.write([("board", batch("v1=1\n"))], [])
    journal.close()
    file = tmp_path / "bench.toml"
    file.write_text('[bench]\njournal = "j.db"\n[[device]]\nname = "board"\nport = "COM1"\n')
    assert say("discard", file)[1].startswith("0 readings discarded")


def test_readings_for_another_token_are_discarded(bench: Path) -> None:
    _, err = say("discard", bench)
    assert err.startswith("2 readings discarded")
    assert say("pending", bench)[1] == "No reading is pending.\n"


def test_held_readings_go_to_the_account_of_the_bench_file(path: Path, bench: Path) -> None:
    assert say("resend", bench, "--held")[1] == "2 held readings go to the present account.\n"
    journal = opened(path)
    journal.bind("board", journal.fingerprint(SERVER, TOKEN))
    assert (values(journal, "v1"), values(journal, "v2")) == ([5], [6])
    journal.close()
    with pytest.raises(CommandError, match="--held needs the bench file"):
        say("resend", "--journal", path, "--held")
    with pytest.raises(CommandError, match="--held does not go with"):
        say("resend", bench, "--held", "--all")


def test_readings_of_a_device_that_has_left_are_listed_and_discarded(path: Path, bench: Path) -> None:
    journal = opened(path)
    journal.bind("gone", ACCOUNT)
    journal.write([("gone", batch("v1=1\nv1=2\n"))], [Run(3, 1, 1, Fate.FORWARDED)])
    journal.close()
    out, _ = say("pending", bench, "--device", "gone", "--json")
    assert objects(out)[0]["pending"] == 1
    assert say("discard", bench, "--device", "gone")[1].startswith("1 reading discarded")
    assert say("pending", "--journal", path, "--device", "gone")[1] == "No reading is pending.\n"


def test_deleted_readings_are_in_no_file(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    secret_journal(path).close()
    (tmp_path / "j.damaged-2026-11-24-203005.db").write_text("")
    with pytest.raises(CommandError, match="add --yes"):
        say("delete", "--journal", path)
    with pytest.raises(CommandError, match="but greenhouse of Ada and board"):
        say("delete", "--journal", path, "--device", "nobody", "--yes")
    _, err = say("delete", "--journal", path, "--device", "greenhouse of Ada", "--yes")
    assert "3 readings deleted." in err
    assert "damaged-2026-11-24-203005.db was set aside" in err
    assert b"Ada" not in path.read_bytes()
    assert b"keep me" in path.read_bytes()
    say("delete", "--journal", path, "--yes")
    assert b"keep me" not in path.read_bytes()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("pending",), "give a bench file, or --journal FILE"),
        (("resend", "--journal", "j.db"), "say which readings: --id N, --target v1, --all, or --held"),
        (("discard", "--journal", "j.db", "--device", "nobody"), "holds no device nobody, but board"),
        (("refused", "--journal", "none.db"), "there is no such journal"),
        (("resend", "--journal", "none.db", "--all"), "there is no such journal"),
        (("export", "--journal", "j.db", "--output", "j.db"), "is a file of a Pinbridge journal"),
    ],
)
def test_each_usage_error_has_its_message(
    path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], sentence: str
) -> None:
    monkeypatch.chdir(path.parent)
    with pytest.raises((CommandError, JournalError), match=sentence):
        say(*words)


@pytest.mark.parametrize("command", ["pending", "refused", "rejected"])
def test_reading_a_damaged_journal_fails_in_one_line(path: Path, command: str) -> None:
    content = path.read_bytes()
    page = int.from_bytes(content[16:18], "big")
    for place in range(page, len(content), page):
        path.write_bytes(content[:place] + b"\xaa" * page + content[place + page :])
        with suppress(JournalError):
            say(command, "--journal", path)
    # Damage to all pages but the first is certain to hit the list of streams.
    path.write_bytes(content[:page] + b"\xaa" * (len(content) - page))
    with pytest.raises(JournalError, match=r"is damaged: .* pinbridge export gives what can still be read"):
        say(command, "--journal", path)


def test_readings_that_do_not_unpack_count_as_damage(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE segment SET vals = x'00'")
        connection.commit()
    with pytest.raises(JournalError, match="is damaged"):
        say("refused", "--journal", path)


def test_pending_readings_lost_to_damage_are_listed_without_a_time(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DELETE FROM segment")
        connection.commit()
    out, _ = say("pending", "--journal", path, "--json")
    assert [(entry["pending"], entry["oldest"]) for entry in objects(out)] == [(1, None)] * 2


def test_changing_a_damaged_journal_sets_it_aside(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xaa" * (len(content) - 4096))
    _, err = say("resend", "--journal", path, "--all")
    assert "is damaged" in err
    assert "a new one was started" in err


def test_a_journal_in_use_can_be_read_but_not_changed(path: Path) -> None:
    journal = Journal(path)
    assert objects(say("pending", "--journal", path, "--json")[0])
    assert say("refused", "--journal", path)[0]
    for words in (("resend", "--all"), ("discard",), ("delete", "--yes")):
        with pytest.raises(JournalError, match="another Pinbridge"):
            say(*words, "--journal", path)
    journal.close()
