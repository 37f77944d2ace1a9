"""What a bench says about the servers of its devices: the region of an account, and the computer's clock."""

from __future__ import annotations

import time
from email.utils import formatdate
from pathlib import Path

from app.bench.bench import Bench
from app.config.loading import parse
from app.journal import regions
from app.journal.journal import Journal
from app.messages.message import Message
from tests.bench.trial import Trial
from tests.cloud.rude_server import RudeServer, answer
from tests.journal.test_journal import batch
from tests.waiting import wait_until

BLYNK, NY3 = "https://blynk.cloud", "https://ny3.blynk.cloud"


def test_the_region_of_an_account_is_among_the_notes(trial: Trial) -> None:
    trial.keys |= {"device.server": f'"{BLYNK}"', "device.requests_per_s": "10"}
    trial.made()
    assert not trial.device.cloud.notes
    trial.stop()
    journal = Journal(Path(trial.config().bench.journal))
    regions.remember(journal, BLYNK, trial.token, NY3)
    journal.close()
    trial.made()
    assert trial.device.cloud.notes == (Message("cloud_region", region="ny3", server=NY3),)


def test_one_warning_says_that_the_computer_s_clock_is_wrong(tmp_path: Path) -> None:
    """Both devices notice it."""
    early = f"Date: {formatdate(time.time() - 900.0, usegmt=True)}"
    with RudeServer(answer("200 OK", b"", early, "Connection: close")) as server:
        text = f'[bench]\njournal = "{(tmp_path / "b.db").as_posix()}"\n' + "".join(
            f'[[device]]\nname = "{name}"\nport = "COM{name}"\nserver = "{server.url}"\n'
            'auth_token = "env:PINBRIDGE_T"\n'
            for name in "12"
        )
        config = parse(text.encode(), "b.toml", tmp_path)
        journal = Journal(tmp_path / "b.db")
        for name in "12":
            regions.bind(journal, name, server.url, f"token-{name}")
            journal.write([(name, batch("v1=1\n"))], [])
        journal.close()
        bench = Bench(config, {name: f"token-{name}" for name in "12"})
        assert bench.status().warnings == ()
        bench.start()
        wait_until(lambda: all(device.counts.forwarded for device in bench.status().devices))
        (warning,) = bench.status().warnings
        assert (warning.code, warning.params["host"]) == ("clock_ahead", "127.0.0.1")
        assert str(warning).startswith("This computer's clock is 15 min ahead of that of 127.0.0.1: set the ")
        bench.stop()
