"""The pages of the help, and the search in them."""

from __future__ import annotations

import re

import pytest

from app.messages import languages
from app.messages.languages import text
from ui.help import pages
from ui.help.pages import found, page
from ui.help.topics import TOPICS, Example, Picture, Topic, Words


def titles(words: str) -> list[str]:
    return [topic.title for topic in found(TOPICS, words)]


pytestmark = pytest.mark.usefixtures("own_language")


@pytest.mark.parametrize("topic", TOPICS, ids=[topic.title for topic in TOPICS])
@pytest.mark.parametrize("code", ["en", "de"])
def test_each_page_shows_all_its_sentences(topic: Topic, code: str) -> None:
    languages.choose(code)
    shown = page(topic, 400)
    assert text(topic.title) in shown
    for part in topic.parts:
        for words in pages._words(part):
            assert pages._escaped(words) in shown
    assert re.sub(r"<[^>]*>", "", shown).strip()


def test_a_search_finds_the_pages_with_all_its_words_in_any_order() -> None:
    assert titles("") == [topic.title for topic in TOPICS]
    assert titles("BAUD rate") == ["help_topic_start", "help_topic_console", "help_topic_no_curve"]
    assert titles("rate baud") == titles("baud rate")
    assert titles("ds7=100") == ["help_topic_lines"]
    assert titles("Ctrl+Q") == ["title_help_keys"]
    assert titles("analogRead") == ["help_topic_start"]
    assert titles("interval_s") == ["help_topic_plan"]
    assert titles("superseded") == ["help_topic_not_in_cloud"]
    assert titles("baud zebra") == []


def test_a_search_looks_at_the_words_of_the_language_in_use() -> None:
    languages.choose("de")
    assert titles("überholt") == ["help_topic_not_in_cloud"]
    assert titles("superseded") == []
    assert titles("Skalierung") == ["help_topic_editing"]
    assert titles("Organisation") == ["help_topic_plan"]
    assert "help_topic_window" in titles("Beamer")
    assert titles("Tray") == ["help_topic_window"]


def test_nothing_of_a_page_is_treated_as_markup() -> None:
    shown = page(Topic("title_help", (Example("#include <Wire.h> // & more"), Words("help_lines"))), 400)
    assert "<pre>#include &lt;Wire.h&gt; // &amp; more</pre>" in shown


def test_a_picture_has_a_description_and_the_width_of_the_page() -> None:
    (first, *_) = TOPICS[0].parts
    assert isinstance(first, Picture)
    shown = page(TOPICS[0], 333)
    assert f'src="{pages.PICTURE}road" width="333" alt="{text("help_picture_road")}"' in shown
