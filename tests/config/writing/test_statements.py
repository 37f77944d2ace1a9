"""A TOML document is split into headers, keys, comments and blank lines."""

from __future__ import annotations

import pytest

from app.config.writing.statements import Kind, comments, path_of, split, with_comments

DOCUMENT = (
    '''\
# head

[ "a.b" . 'c' ] # of the table
  [[device]]\r
"x = [1]" . y = 1
text = """
# no comment
[no.header]
""" # a comment
list = [ # first
  "]", # second
  { a = 1 }, ]  # third
single='''
    + "'''\n'x'''"
    + """
empty = ''
last = 1979-05-27 07:32:00"""
)


def test_the_parts_are_those_of_the_document() -> None:
    found = [(each.kind, each.path, each.content) for each in split(DOCUMENT)]
    assert found == [
        (Kind.COMMENT, (), "# head"),
        (Kind.BLANK, (), ""),
        (Kind.HEADER, ("a.b", "c"), "\"a.b\" . 'c'"),
        (Kind.HEADER, ("device",), "device"),
        (Kind.KEY, ("x = [1]", "y"), "1"),
        (Kind.KEY, ("text",), '"""\n# no comment\n[no.header]\n"""'),
        (Kind.KEY, ("list",), '[ # first\n  "]", # second\n  { a = 1 }, ]'),
        (Kind.KEY, ("single",), "'''\n'x'''"),
        (Kind.KEY, ("empty",), "''"),
        (Kind.KEY, ("last",), "1979-05-27 07:32:00"),
    ]
    assert "".join(each.text for each in split(DOCUMENT)) == DOCUMENT


def test_a_line_has_an_indent_and_may_have_a_comment_at_its_end() -> None:
    device, key, other = split("\t [[device]] # x # y\r\n  a = 1#z\nb = '#'\n")
    assert (device.indent, device.comment, device.after) == ("\t ", "# x # y", "]] # x # y\r\n")
    assert (key.indent, key.comment, key.before) == ("  ", "#z", "  a = ")
    assert (other.indent, other.comment) == ("", "")


def test_all_comments_are_found() -> None:
    assert list(comments(DOCUMENT)) == [
        *("# head", "# of the table", "# a comment", "# first", "# second", "# third"),
    ]
    assert list(comments("a = 1 # x\r\n")) == ["# x"]


def test_only_comments_are_changed() -> None:
    text = "# a\r\nb = '# c' # d\r\n"
    assert with_comments(text, str.upper) == "# A\r\nb = '# c' # D\r\n"


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("a", ("a",)),
        ("a . b", ("a", "b")),
        ("\"a.b\".'c d'", ("a.b", "c d")),
        ('""', ("",)),
        ("1.2", ("1", "2")),
    ],
)
def test_a_dotted_key_has_parts(key: str, path: tuple[str, ...]) -> None:
    assert path_of(key) == path
