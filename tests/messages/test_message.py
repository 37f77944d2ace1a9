"""Messages as codes with parameters, and their sentences in a language."""

from __future__ import annotations

import pytest

from app.messages import message as module
from app.messages.catalogue import CATALOGUE
from app.messages.entry import Entry, plural, sentence
from app.messages.message import ENGLISH, Language, Message, Param, verbatim

AT_US = 1_795_744_800_000_000  # 2026-11-27 02:00 UTC

ENTRIES = (
    sentence("hello", "Hello {name}."),
    plural("lines", "{count:,} line", "{count:,} lines"),
    sentence("rate", "{rate:.1f} a second of {most:,} and {pid}"),
    sentence("since", "{at_us:date} / {at_us:minute} / {at_us:time}"),
    sentence("wait", "wait {wait_s:duration}"),
    sentence("pins", "{pins:and}"),
    sentence("choice", "{pins:or}"),
    sentence("why", "no: {why}"),
)
GERMAN = {
    "decimal_sign": ",",
    "group_sign": ".",
    "duration_days": "{number} Tage",
    "list_or": "{first} oder {last}",
    "hello": "Hallo {name}.",
}


@pytest.fixture(autouse=True)
def _entries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CATALOGUE", CATALOGUE | {entry.code: entry for entry in ENTRIES})


def german(entry: Entry, count: int) -> str:
    english = entry.plural if entry.plural and count != 1 else entry.text
    return GERMAN.get(entry.code, english)


def test_a_message_is_equal_to_another_with_its_code_and_parameters() -> None:
    message = Message("hello", name="Ada")
    assert message == Message("hello", name="Ada")
    assert hash(message) == hash(Message("hello", name="Ada"))
    one, other = Message("rate", rate=1.5, most=2), Message("rate", most=2, rate=1.5)
    assert (one, hash(one)) == (other, hash(other))
    assert message != Message("hello", name="Bea")
    assert message != Message("why", name="Ada")
    assert message != "Hello Ada."
    assert repr(message) == "Message('hello', name='Ada')"
    assert repr(Message("hello")) == "Message('hello')"


def test_its_text_is_english() -> None:
    assert str(Message("hello", name="Ada")) == "Hello Ada."
    assert str(verbatim("as it {came}")) == "as it {came}"


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 lines"), (1, "1 line"), (2, "2 lines"), (1234, "1,234 lines")]
)
def test_a_plural_depends_on_its_count(count: int, text: str) -> None:
    assert str(Message("lines", count=count)) == text


def test_a_count_that_is_no_int_is_an_error() -> None:
    with pytest.raises(TypeError, match=r"lines: count is 1\.0"):
        str(Message("lines", count=1.0))


@pytest.mark.parametrize("message", [Message("no_such_code"), Message("hello"), Message("lines")])
def test_an_unknown_code_or_a_missing_parameter_is_an_error(message: Message) -> None:
    with pytest.raises(KeyError):
        str(message)


def test_numbers_have_the_separators_of_the_language() -> None:
    message = Message("rate", rate=1234.56, most=1234567, pid=123456)
    assert ENGLISH.text(message) == "1234.6 a second of 1,234,567 and 123456"
    assert Language("de", german).text(message) == "1234,6 a second of 1.234.567 and 123456"


@pytest.mark.parametrize(
    ("seconds", "english"),
    [
        (0.25, "0.25 s"),
        (3.14159, "3.14 s"),
        (9.94, "9.94 s"),
        (9.95, "10 s"),
        (119.4, "119 s"),
        (120, "2 min"),
        (250, "4.2 min"),
        (3600, "60 min"),
        (7199, "120 min"),
        (7200, "2 h"),
        (172_799, "48 h"),
        (172_800, "2 days"),
        (216_000, "2.5 days"),
        (864_000, "10 days"),
    ],
)
def test_a_duration_has_two_digits_at_least(seconds: float, english: str) -> None:
    message = Message("wait", wait_s=seconds)
    assert ENGLISH.text(message) == f"wait {english}"
    expected = english.replace(".", ",").replace("days", "Tage")
    assert Language("de", german).text(message) == f"wait {expected}"


def test_times_are_shown_in_utc() -> None:
    assert str(Message("since", at_us=AT_US)) == "2026-11-27 / 2026-11-27 02:00 / 02:00"


@pytest.mark.parametrize(
    ("pins", "text"),
    [((), ""), (("v1",), "v1"), (("v1", "v2"), "v1 and v2"), (("v1", "v2", "v3", "v4"), "v1, v2, v3 and v4")],
)
def test_a_list_is_written_with_and(pins: tuple[str, ...], text: str) -> None:
    assert str(Message("pins", pins=pins)) == text


def test_a_list_is_joined_as_the_language_does() -> None:
    message = Message("choice", pins=("v1", Message("hello", name="Ada")))
    assert ENGLISH.text(message) == "v1 or Hello Ada."
    assert Language("de", german).text(message) == "v1 oder Hallo Ada."


def test_a_message_within_a_message_is_translated_too() -> None:
    message = Message("why", why=Message("hello", name="Ada"))
    assert Language("de", german).text(message) == "no: Hallo Ada."


def test_the_subject_leaves_out_figures_and_words_from_outside() -> None:
    def subject(**changed: Param) -> object:
        params: dict[str, Param] = {"path": "a.db", "free_mb": 3, "words": "full", "pins": ("v1",)}
        params["why"] = Message("why", count=2)
        return Message("disk", **(params | changed)).subject

    same: list[dict[str, Param]] = [{"free_mb": 4}, {"words": "slow"}, {"why": Message("why", count=3)}]
    assert all(subject(**changed) == subject() for changed in same)
    other: list[dict[str, Param]] = [
        {"path": "b.db"},
        {"pins": ("v2",)},
        {"why": Message("why", name="x")},
        {"why": Message("how")},
    ]
    assert all(subject(**changed) != subject() for changed in other)
    assert Message("disk").subject != Message("port").subject


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ada", "Hello Ada."),
        ("is it you?", "Hello is it you?"),
        ("Stop!", "Hello Stop!"),
        ("end.", "Hello end."),
    ],
)
def test_a_sentence_has_one_end(name: str, expected: str) -> None:
    assert str(Message("hello", name=name)) == expected
