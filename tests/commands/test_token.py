"""The arguments and options of `token set`, `token clear` and `token check`."""

from __future__ import annotations

import json
from collections.abc import Iterator

import keyring
import pytest

from app.cloud.blynk.acceptance import Acceptance
from app.messages.message import verbatim
from app.security import tokens
from tests.commands.table import Done, Row, Runner
from tests.processes import TOKEN
from tests.security.keyrings import FileRing

SERVER = "http://127.0.0.1:9"


def kept(done: Done) -> dict[str, str]:
    """The server to which each token in the keyring is bound, by the token's name."""
    path = done.folder / "ring.json"
    entries: dict[str, str] = json.loads(path.read_text())
    return {name.removeprefix("pinbridge "): entry.partition(" ")[0] for name, entry in entries.items()}


def said(done: Done) -> tuple[int, str]:
    return done.status, done.err.partition(", ")[2].strip().partition(":")[0]


BLYNK, HERE = "*.blynk.cloud", "127.0.0.1:9"
BOTH = {"one": BLYNK, "two": HERE}
SET, CHECK = "token set three", "token check one"
ROWS = {
    "token set NAME": Row(SET, "token set four", kept, {**BOTH, "three": BLYNK}, {**BOTH, "four": BLYNK}),
    "token set --server": Row(
        SET, f"{SET} --server {SERVER}", kept, {**BOTH, "three": BLYNK}, {**BOTH, "three": SERVER}
    ),
    "token clear NAME": Row("token clear one", "token clear two", kept, {"two": HERE}, {"one": BLYNK}),
    "token check NAME": Row(CHECK, "token check two", said, (0, f"for {BLYNK}."), (0, "for 127.0.0.1")),
    "token check --server": Row(
        CHECK, f"{CHECK} --server {SERVER}", said, (0, f"for {BLYNK}."), (1, f"for {BLYNK}, and not for http")
    ),
    "token check --online": Row(
        "token check two", "token check two --online", said, (0, "for 127.0.0.1"), (1, "for 127.0.0.1")
    ),
}


# A keyring with two tokens, which is a file in the folder of the command.
RING = {"pinbridge one": f"{BLYNK} {TOKEN}", "pinbridge two": f"{HERE} {TOKEN}"}


@pytest.fixture
def _keyring(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("PINBRIDGE_TEST_RING", "ring.json")
    before = keyring.get_keyring()
    keyring.set_keyring(FileRing())
    yield
    keyring.set_keyring(before)


@pytest.mark.parametrize("option", ROWS)
@pytest.mark.usefixtures("_keyring")
def test_an_option_does_what_it_says(option: str, runner: Runner) -> None:
    runner.hold(ROWS[option], stdin=f"{TOKEN}\n", files={"ring.json": json.dumps(RING)})


@pytest.mark.parametrize(
    ("bound", "option", "server"),
    [
        (BLYNK, "", "https://blynk.cloud"),
        (BLYNK, "--server https://ny3.blynk.cloud", "https://ny3.blynk.cloud"),
        (HERE, "", "http://127.0.0.1:9"),
        (f"http://{HERE}", "", "http://127.0.0.1:9"),
        ("example.org", "", "https://example.org"),
        ("http://192.168.1.5:8080", "", "http://192.168.1.5:8080"),
    ],
)
@pytest.mark.usefixtures("_keyring")
def test_the_server_that_a_token_is_bound_to_is_asked(
    runner: Runner, monkeypatch: pytest.MonkeyPatch, bound: str, option: str, server: str
) -> None:
    asked: list[tuple[str, str]] = []
    answers = [Acceptance(True, verbatim("Yes.")), Acceptance(True, verbatim("Yes, but there."), "there")]

    def ask(server: str, token: str) -> Acceptance:
        asked.append((server, token))
        return answers[len(asked) - 1]

    monkeypatch.setattr("app.commands.token.acceptance.ask", ask)
    ring = {"ring.json": json.dumps({"pinbridge one": f"{bound} {TOKEN}"})}
    done = runner.run(f"token check one --online {option}", files=ring)
    assert (done.status, done.err) == (0, f"The token one is there, for {bound}, and the cloud takes it.\n")
    assert asked == [(server, TOKEN)]
    # Another program may remove a token meanwhile.
    monkeypatch.setattr(tokens, "stored", lambda *_: None)
    done = runner.run(f"token check one --online {option}", files=ring)
    assert (done.status, done.err.splitlines()[1:]) == (0, ["Yes, but there."])
    assert asked[1:] == [(server, "")]
