"""Every command chooses its language, from `--language` or the system, before it prints anything."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from app import cli
from app.commands.translated import chosen_language
from app.messages import languages
from app.messages.english import command_help
from tests.commands.other_language import CODE, marked, offer
from tests.commands.table import commands_of
from tests.commands.test_cli import Main, main  # noqa: F401 - a fixture

COMMANDS = dict(commands_of(cli.cli))


@pytest.fixture
def _another_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    offer(tmp_path / "locale", monkeypatch)


def words(text: str) -> str:
    """`text` without the line breaks that come from wrapping."""
    return " ".join(text.split())


@pytest.mark.usefixtures("_another_language")
@pytest.mark.parametrize("path", COMMANDS)
def test_help_is_in_the_language_that_is_asked_for(path: str, main: Main) -> None:  # noqa: F811
    english = main(*path.split(), "--help")[1]
    assert "«" not in english
    for order in (["--language", CODE, "--help"], ["--help", f"--language={CODE}"]):
        status, out, _ = main(*path.split(), *order)
        assert status == 0
        languages.choose("en")
        sentences = [COMMANDS[path].help, *(getattr(each, "help", None) for each in COMMANDS[path].params)]
        assert all(marked(sentence) in words(out) for sentence in sentences if sentence)
        assert out.startswith("«Usage:»")
        assert re.findall("[A-Z_]{4,}", re.sub(r"«[^»]*(»|\Z)", "", out)) == []


@pytest.mark.usefixtures("_another_language")
def test_a_language_before_the_command_is_meant_for_the_command(main: Main) -> None:  # noqa: F811
    status, out, err = main("--language", CODE, "token", "clear")
    assert (status, out, err) == (2, "", "pinbridge: «Missing argument» '«NAME»'.\n")
    assert main("--language", CODE, "token", "--language", "en", "clear")[2] == (
        "pinbridge: Missing argument 'NAME'.\n"
    )


@pytest.mark.usefixtures("_another_language")
def test_errors_are_in_the_language_wherever_it_is_named(main: Main) -> None:  # noqa: F811
    for mistake, said in (
        (["--port"], "«Option '--port' requires an argument.»"),
        (["--xyz"], "«No such option '--xyz'.»"),
        (["none.toml", "--port", "COM1"], "«give a bench file, or --port and the other options, not both»"),
    ):
        for arguments in (["--language", CODE, "run", *mistake], ["run", "--language", CODE, *mistake]):
            assert main(*arguments) == (2, "", f"pinbridge: {said}\n")


@pytest.mark.usefixtures("_another_language")
def test_json_stays_english(main: Main, tmp_path: Path) -> None:  # noqa: F811
    file = tmp_path / "lines.txt"
    file.write_text("v256=1\n")
    english = main("check", str(file), "--json")
    assert main("check", str(file), "--json", "--language", CODE) == english
    status, out, err = main("check", str(file), "--language", CODE)
    assert (status, err) == (1, "«1 line was rejected.»\n")
    assert out.startswith("«1: rejected: v256=1»\n")


def test_a_language_that_is_not_offered_is_a_usage_error(main: Main) -> None:  # noqa: F811
    status, out, err = main("ports", "--language", "tlh")
    assert (status, out) == (2, "")
    assert err.startswith("pinbridge: Invalid value for '--language': 'tlh' is not ")


@pytest.mark.usefixtures("_another_language")
def test_without_the_option_it_is_the_system_s_language(
    main: Main,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LANGUAGE", f"{CODE}:en")
    assert main("run")[2].startswith("pinbridge: «give a bench file")
    monkeypatch.setenv("LANGUAGE", CODE)
    assert main("run", "--language", "en")[2].startswith("pinbridge: give a bench file")


@pytest.mark.parametrize(
    ("arguments", "chosen"),
    [
        ([], ""),
        (["run", "--port", "COM1"], ""),
        (["run", "--language", "en"], "en"),
        (["--language=en", "run"], "en"),
        (["--language", "tlh"], ""),
        (["--language"], ""),
        (["--language="], ""),
        (["--language", "en", "run", "--language", "tlh"], ""),
        (["--languages", "en"], ""),
        (["check", "--", "--language", "en"], ""),
    ],
)
def test_a_language_is_found_on_any_command_line(arguments: list[str], chosen: str) -> None:
    assert chosen_language(arguments) == chosen


def test_every_help_is_a_sentence_of_the_catalogue() -> None:
    commands = [*COMMANDS.values()]
    options = [each for command in commands for each in command.params if isinstance(each, click.Option)]
    codes = {vars(each)["help"] for each in (*commands, *options)}
    assert codes | {"help_help"} == {entry.code for entry in command_help.ENTRIES}


@pytest.mark.usefixtures("_another_language")
def test_the_window_is_opened_in_the_language(main: Main, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    seen: list[str] = []
    opens: Callable[..., object] = lambda *_, **__: seen.append(languages.current().code)  # noqa: E731
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr("ui.application.run_window", opens)
    assert main("--language", CODE)[0] == main("gui", "--language", CODE)[0] == main()[0] == 0
    assert seen[:2] == [CODE, CODE]


@pytest.mark.parametrize("code", languages.offered())
def test_no_command_is_cut_short_in_the_list_of_commands(code: str, main: Main) -> None:  # noqa: F811
    status, out, _ = main("--language", code, "--help")
    assert status == 0
    assert not [line for line in out.splitlines()[1:] if line.endswith("...")]
