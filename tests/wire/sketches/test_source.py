"""The source of a sketch becomes tokens and comments, however it is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.wire.sketches.source import END, MOST_CHARACTERS, Kind, Source, Token, read


def texts(source: str) -> list[str]:
    return [token.text for token in read(source).tokens]


@pytest.mark.parametrize(
    ("source", "tokens"),
    [
        ('Serial.print("v1=");', ["Serial", ".", "print", "(", "v1=", ")", ";"]),
        ("a->b << c += d == e != f", ["a", "->", "b", "<<", "c", "+=", "d", "==", "e", "!=", "f"]),
        ("x = 1.5f + .5 - 0x1F + 1'000;", ["x", "=", "1.5f", "+", ".5", "-", "0x1F", "+", "1'000", ";"]),
        ('"a\\nb\\r\\t\\"\\\\\\q" "c"', ['a\nb\r\t"\\q', "c"]),
        ('"two\\\nlines"', ["twolines"]),
        ('"open\nx', ["open", "x"]),
        ('"', [""]),
        ("'\"' 'a' '\\'' x", ["'\"'", "'a'", "'\\''", "x"]),
        ("'open\nx", ["'open", "x"]),
        ("  # define  PIN V1", ["define", "PIN", "V1"]),
        ("x #define", ["x", "#", "define"]),
        ('a // "b"\nc', ["a", "c"]),
        ('a /* "b"\n */ c /* d', ["a", "c"]),
        ('"// no comment" x', ["// no comment", "x"]),
        ('"/*" x "*/"', ["/*", "x", "*/"]),
        ("", []),
    ],
)
def test_tokens_are_names_numbers_texts_and_signs(source: str, tokens: list[str]) -> None:
    assert texts(source) == tokens


def test_a_token_has_its_kind_and_the_line_where_it_begins() -> None:
    assert read('\n#define X "a"\n\nb 1 +') == Source(
        [
            Token(Kind.DIRECTIVE, "define", 1),
            Token(Kind.NAME, "X", 1),
            Token(Kind.TEXT, "a", 1),
            Token(Kind.NAME, "b", 3),
            Token(Kind.NUMBER, "1", 3),
            Token(Kind.SIGN, "+", 3),
        ],
        {},
    )
    assert read("/* 1\n2 */ a\n'x'").tokens[0].line == 1


def test_a_sign_is_asked_for_by_its_text_and_no_other_token_is_one() -> None:
    source = read('+ "+" a')
    assert source.at(0).is_sign("-", "+")
    assert not source.at(0).is_sign("-")
    assert not source.at(1).is_sign("+")
    assert [source.at(place).text for place in (2, 3, 99)] == ["a", "", ""]
    assert source.at(3) is END


@pytest.mark.parametrize(
    ("source", "comments"),
    [
        ("a; // Air", {0: " Air"}),
        ("a; /* Air */", {0: " Air "}),
        ("a; /* Air */ \t\r\nb; //Soil\r\n", {0: " Air ", 1: "Soil\r"}),
        ("a; /* Air", {0: " Air"}),
        ("a(/* Air */ b);", {}),
        ("// Air\na;", {}),
        ("a;\n// Air", {}),
        ("a; /* x */ /* Air */", {0: " Air "}),
        ("a; /// Air", {0: "/ Air"}),
    ],
)
def test_comments_at_the_ends_of_lines_with_code_are_kept(source: str, comments: dict[int, str]) -> None:
    assert read(source).comments == comments


@pytest.mark.parametrize(
    ("source", "left"),
    [
        ("a\n#if 0\nb // c\n#endif\nd", ["a", "endif", "d"]),
        ("#if 0\nb\n#else\nc\n#endif\nd", ["else", "c", "endif", "d"]),
        ("#if 0\nb\n#elif 1\nc\n#endif\nd", ["elif", "1", "c", "endif", "d"]),
        ("#if 0\n#if X\nb\n#else\nc\n#endif\nd\n#endif\ne", ["endif", "e"]),
        ("#if 0\n#ifdef X\nb\n#endif\n#ifndef Y\nc\n#endif\nd\n#endif\ne", ["endif", "e"]),
        ("#if 0\nb", []),
        ("#if 01\nb", ["if", "01", "b"]),
        ("#if X\nb\n#endif", ["if", "X", "b", "endif"]),
        ("#ifdef 0\nb\n#endif", ["ifdef", "0", "b", "endif"]),
        ("#endif\n#endif\n#if 0\nb\n#endif\nc", ["endif", "endif", "endif", "c"]),
        ("#else\nb", ["else", "b"]),
        ("#if 0\n#define X\nb\n#endif", ["endif"]),
    ],
)
def test_code_between_if_0_and_endif_is_left_out(source: str, left: list[str]) -> None:
    assert texts(source) == left


@pytest.mark.untraced
def test_only_the_beginning_of_a_very_long_text_is_read() -> None:
    assert texts("a " * (MOST_CHARACTERS // 2) + "b")[-1] == "a"
    assert texts("a " * (MOST_CHARACTERS // 2 - 1) + " b")[-1] == "b"


@given(st.text() | st.text(alphabet="\"'/*\\\n #if0else(){}v1=+;"))
def test_any_text_is_read(text: str) -> None:
    source = read(text)
    assert [token.line for token in source.tokens] == sorted(token.line for token in source.tokens)
    assert set(source.comments) <= {token.line for token in source.tokens}
