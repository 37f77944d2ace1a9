"""The output of `pinbridge cloud` before it serves, and the tokens that it redacts."""

from __future__ import annotations

from typing import Any

import pytest

from app.localcloud import command
from app.security import redaction
from tests.commands.table import Runner


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """The arguments of each call of `run_cloud`, which this fixture replaces."""
    calls: list[tuple[Any, ...]] = []
    monkeypatch.setattr(command, "run_cloud", lambda *how: calls.append(how))
    return calls


def test_by_default_it_serves_this_computer_only(runner: Runner, served: list[tuple[Any, ...]]) -> None:
    done = runner.run("cloud")
    assert (served[0][0], done.out, done.err) == ("127.0.0.1:8080", "", "")


@pytest.mark.parametrize("listen", ["0.0.0.0:8080", "[::]:8080", "192.168.1.5:0", "classroom:8080"])
def test_serving_the_network_is_warned_about(
    runner: Runner, served: list[tuple[Any, ...]], listen: str
) -> None:
    done = runner.run(f"cloud --listen {listen}")
    warning = f"Warning: everybody in this network can reach {listen}, and its values are not encrypted.\n"
    assert (served[0][0], done.err) == (listen, warning)


def test_its_tokens_are_redacted(runner: Runner, served: list[tuple[Any, ...]]) -> None:
    runner.run("cloud")
    *_, learn = served[0]
    learn(["a-token-of-the-class"])
    assert redaction.redact("a-token-of-the-class") == redaction.REDACTED


def test_the_demo_prints_the_address_of_its_cloud(runner: Runner) -> None:
    done = runner.run("demo --headless --seconds 0.05")
    assert done.err.startswith("The local cloud is at http://127.0.0.1:")
    assert done.err.splitlines()[0].endswith("/: open it in a browser.")
