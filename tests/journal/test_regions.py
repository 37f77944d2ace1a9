"""Naming a region of Blynk does not hold the backlog; the region that the cloud names is remembered."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.journal import regions
from app.journal.journal import Journal
from tests.journal.outboxes import outbox
from tests.journal.test_journal import batch

BLYNK, FRA1, NY3 = "https://blynk.cloud", "https://fra1.blynk.cloud", "https://ny3.blynk.cloud"
TOKEN = "a-token"


def held_of(journal: Journal) -> int:
    return sum(stream.held for stream in journal.streams("board"))


def written(path: Path, server: str, *, by_an_earlier_version: bool = False) -> None:
    """Write a journal with two pending readings for `server`.

    Earlier versions made the fingerprint of the server as the bench file spells it.
    """
    journal = Journal(path)
    if by_an_earlier_version:
        journal.bind("board", journal.digest(server, TOKEN))
    else:
        regions.bind(journal, "board", server, TOKEN)
    journal.write([("board", batch("v1=1\nv2=2\n"))], [])
    journal.close()


@pytest.mark.parametrize(
    ("before", "now", "held"),
    [
        (BLYNK, FRA1, 0),
        (FRA1, BLYNK, 0),
        (FRA1, NY3, 0),
        ("https://xyz9.blynk.cloud", "https://blynk.cloud:443/", 0),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080", 0),
        (BLYNK, "https://evilblynk.cloud", 2),
        ("https://blynk.cloud.evil.example", BLYNK, 2),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8081", 2),
    ],
)
def test_readings_are_held_only_for_another_account(tmp_path: Path, before: str, now: str, held: int) -> None:
    written(tmp_path / "j.db", before)
    journal = Journal(tmp_path / "j.db")
    regions.bind(journal, "board", now, TOKEN)
    assert held_of(journal) == held
    assert len(outbox(journal).pending(1, 1, 9)) == (0 if held else 1)
    regions.bind(journal, "board", now, "another-token")
    assert held_of(journal) == 2
    regions.bind(journal, "board", "", "")
    assert held_of(journal) == 2
    journal.close()


@pytest.mark.parametrize("now", [BLYNK, FRA1, "https://FRA1.blynk.cloud/", "https://sgp1.blynk.cloud"])
@pytest.mark.parametrize("spelled", [BLYNK, f"{BLYNK}/", FRA1, f"{FRA1}/", "https://blr1.blynk.cloud"])
def test_readings_that_an_earlier_version_wrote_are_not_held(tmp_path: Path, spelled: str, now: str) -> None:
    written(tmp_path / "j.db", spelled, by_an_earlier_version=True)
    journal = Journal(tmp_path / "j.db")
    regions.bind(journal, "board", now, "another-token")
    assert held_of(journal) == 2
    regions.bind(journal, "board", now, TOKEN)
    assert held_of(journal) == 0
    journal.write([("board", batch("v1=3\n"))], [])
    assert [reading.value for reading in outbox(journal).pending(1, 1, 9)] == [1, 3]
    journal.close()
    # The fingerprint is replaced in the file, so that a command without a bench file finds one account.
    journal = Journal(tmp_path / "j.db")
    assert [len(stream.account_ranges) for stream in journal.streams("board")] == [1, 1]
    assert journal.last_account("board") == journal.fingerprint(now, TOKEN)
    journal.close()


def test_an_earlier_version_s_own_spelling_of_the_server_is_known(tmp_path: Path) -> None:
    written(tmp_path / "j.db", "HTTP://127.0.0.1:80/", by_an_earlier_version=True)
    journal = Journal(tmp_path / "j.db")
    regions.bind(journal, "board", "HTTP://127.0.0.1:80/", TOKEN)
    assert held_of(journal) == 0
    journal.close()


def test_a_region_is_remembered_for_its_server_and_token(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.db")
    assert regions.remembered(journal, BLYNK, TOKEN) == ""
    regions.remember(journal, BLYNK, TOKEN, FRA1)
    regions.remember(journal, BLYNK, TOKEN, NY3)
    journal.close()
    journal = Journal(tmp_path / "j.db")
    assert regions.remembered(journal, BLYNK, TOKEN) == NY3
    assert regions.remembered(journal, "https://Blynk.cloud:443/", TOKEN) == NY3
    assert regions.remembered(journal, FRA1, TOKEN) == ""
    assert regions.remembered(journal, BLYNK, "another-token") == ""
    regions.remember(journal, FRA1, TOKEN, NY3)
    regions.remember(journal, BLYNK, TOKEN, "")
    assert regions.remembered(journal, BLYNK, TOKEN) == ""
    assert regions.remembered(journal, FRA1, TOKEN) == NY3
    journal.close()
    content = (tmp_path / "j.db").read_bytes()
    assert b"ny3.blynk.cloud" in content
    assert TOKEN.encode() not in content


def test_a_region_that_is_not_on_the_list_is_known_once_the_cloud_has_named_it(tmp_path: Path) -> None:
    region = "https://xyz9.blynk.cloud"
    written(tmp_path / "j.db", region, by_an_earlier_version=True)
    journal = Journal(tmp_path / "j.db")
    regions.bind(journal, "board", BLYNK, TOKEN)
    assert held_of(journal) == 2
    regions.remember(journal, BLYNK, TOKEN, region)
    regions.bind(journal, "board", BLYNK, TOKEN)
    assert held_of(journal) == 0
    journal.close()
