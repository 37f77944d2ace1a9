"""The program uses every code of the catalogue with its parameters, and has no sentence outside of it."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import app
from app.errors import PinbridgeError
from app.messages.catalogue import CATALOGUE

ROOT = Path(app.__file__).parent.parent
CATALOGUES = ROOT / "app" / "messages" / "english"
FILES = [
    path
    for name in ("app", "ui")
    for path in sorted((ROOT / name).rglob("*.py"))
    if CATALOGUES not in path.parents
]
MAKERS = {"Message", "text", "_text"}
WORDS = re.compile(r"[A-Za-z]{2,},? [A-Za-z]{2,}|[A-Za-z]{2,}[:,]? \{\}|\{\} [a-z]{2,}")
"""Matches two words in a row, which sentences have, but keys, paths and formats do not."""
SQL = re.compile(
    r"\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|PRAGMA|BEGIN|ALTER|DROP|VACUUM|FROM|WHERE|AND|ORDER|ON|UNION)\b"
)
INTERNAL = {"RuntimeError", "TypeError", "AssertionError", "NotImplementedError", "KeyError"}
"""Errors that only a bug raises; their texts are for the crash report."""
LOGGING = {"debug", "info", "warning", "error", "exception", "log"}

ALL = re.compile("")
OTHERS = {
    "app/boards/link.py": re.compile("port {}"),  # a thread's name
    "app/boards/network.py": re.compile("the connection was closed"),  # an OSError, as of a port
    "app/boards/ports/failures.py": re.compile(
        "configure port|parameter change|rejected value|support RFC|waiting for option"
    ),  # texts of pyserial
    "app/boards/recordings/file.py": re.compile("recording {}"),  # a thread's name
    "app/boards/recordings/naming.py": re.compile("run {}"),  # the name of a file
    "app/bench/run.py": re.compile("run {}"),  # a thread's name
    "app/boards/recordings/replay.py": re.compile("{}: the port was closed here"),  # an OSError, as of a port
    "app/boards/simulated/board.py": re.compile("# sketch=simulated"),  # a line of the board
    "app/boards/simulated/faulty.py": re.compile("the simulated board is unplugged"),  # an OSError
    "app/boards/sleep.py": re.compile("nothing has come"),  # an OSError
    "app/cli.py": re.compile("pinbridge: {}"),  # the program's name
    "app/cloud/blynk/outcomes.py": ALL,  # what Blynk answers
    "app/cloud/carriers.py": re.compile("send {}"),  # a thread's name
    "app/cloud/forwarder.py": re.compile("plan {}"),  # a thread's name
    "app/cloud/plan/budget.py": re.compile("(messages|points|events) of"),  # keys of budgets in the journal
    "app/commands/translated.py": re.compile("float range"),  # the name of a type of click
    "app/config/explaining.py": ALL,  # texts of msgspec and tomllib
    "app/config/writing/new_file.py": re.compile("# "),  # comments in a file, in English everywhere
    "app/demo/demo.py": re.compile("demo board"),  # the device's name in a ledger
    "app/doctor/ports.py": re.compile("Raspberry Pi Pico"),
    "app/journal/file/folder.py": ALL,  # names of services and folders
    "app/journal/file/pages.py": ALL,  # internal errors: why a page of a damaged file cannot be read
    "app/journal/file/salvage.py": re.compile("stream {}|{} WHERE segment"),  # a stream without a name; SQL
    "app/journal/streams/ranges.py": re.compile("{} ORDER BY"),
    "app/localcloud/devices.py": re.compile("two devices have one"),  # internal errors
    "app/localcloud/faults/injector.py": ALL,  # what Blynk answers
    "app/localcloud/history.py": re.compile("max_points"),  # internal errors
    "app/localcloud/refusals.py": ALL,  # what Blynk answers
    "app/localcloud/server.py": re.compile("(the )?local cloud"),  # a thread's name; an internal error
    "ui/boards/newcomer.py": re.compile("My bench"),  # the journal's name, the same in every language
    "ui/help/first_sketch.py": re.compile(r"void setup\(\)"),  # the sketch
    "ui/help/about.py": re.compile("Pinbridge {}"),  # the program's name and version
    "ui/help/pages.py": re.compile("<"),  # markup
    "ui/help/pictures.py": re.compile("[<M]"),  # markup, and the path of a curve
    "ui/help/topics.py": re.compile("Serial|forward = |min_change"),  # lines of a sketch and of a bench file
    "ui/theme/theme.py": re.compile("\nQMainWindow"),  # a style sheet
    "app/wire/boot.py": ALL,  # what boards print
}
"""Texts that look like sentences but need no translation: for each file, a pattern of their beginnings."""


def errors() -> set[str]:
    """The names of the error classes whose arguments are a code and its parameters."""
    for module in pkgutil.walk_packages(app.__path__, "app."):
        if module.name != "app.__main__":
            importlib.import_module(module.name)
    found, left = {PinbridgeError}, [PinbridgeError]
    while left:
        kinds = left.pop().__subclasses__()
        left += kinds
        found.update(kind for kind in kinds if kind.__init__ is PinbridgeError.__init__)
    return {kind.__name__ for kind in found}


def name_of(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def codes(node: ast.expr) -> Iterator[str]:
    """Yield the codes that `node` can be: a string literal, or those in a conditional expression."""
    match node:
        case ast.Constant(value=str(code)):
            yield code
        case ast.IfExp(body=body, orelse=orelse):
            yield from codes(body)
            yield from codes(orelse)


def parameters(code: str) -> set[str]:
    entry = CATALOGUE[code]
    parsed = string.Formatter().parse(entry.text + entry.plural)
    return {name for _, name, _, _ in parsed if name} | ({"count"} if entry.plural else set())


def wrong_calls(tree: ast.Module, makers: set[str]) -> list[str]:
    """Find the calls of `makers` with an unknown code or wrong parameters; return what is wrong with each."""
    wrong = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and name_of(node) in makers and node.args:
            given = {str(keyword.arg) for keyword in node.keywords}
            for code in codes(node.args[0]):
                if code not in CATALOGUE:
                    wrong.append(f"{node.lineno}: there is no {code}")
                elif "None" not in given and given != parameters(code):
                    wrong.append(f"{node.lineno}: {code} has {sorted(parameters(code))}, not {sorted(given)}")
    return wrong


def skipped(tree: ast.Module) -> set[int]:
    """The ids of nodes whose texts no user sees: docstrings, logs, regular expressions, internal errors."""
    found: set[int] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Constant() as text):
                found.add(id(text))
            case ast.Call(func=ast.Attribute(value=ast.Name(id="log" | "logging"), attr=name)) if (
                name in LOGGING
            ):
                found.update(map(id, ast.walk(node)))
            case ast.Call(func=ast.Attribute(value=ast.Name(id="re"))):
                found.update(map(id, ast.walk(node)))
            case ast.Call() if name_of(node) in INTERNAL:
                found.update(map(id, ast.walk(node)))
    return found


def sentences(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line number and text of each literal that looks like a sentence for the user."""
    left_out = skipped(tree)
    for node in ast.walk(tree):
        if id(node) in left_out:
            continue
        match node:
            case ast.JoinedStr():
                text = "".join(
                    str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values
                )
                left_out.update(map(id, ast.walk(node)))
            case ast.Constant(value=str(text)):
                pass
            case _:
                continue
        if WORDS.search(text) and not SQL.match(text):
            yield node.lineno, text


@pytest.fixture(scope="module")
def trees() -> dict[str, ast.Module]:
    return {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in FILES}


def test_every_call_names_a_code_and_gives_its_parameters(trees: dict[str, ast.Module]) -> None:
    makers = MAKERS | errors()
    assert {"JournalError", "ConfigError", "TokenError"} <= makers
    wrong = {path: found for path, tree in trees.items() if (found := wrong_calls(tree, makers))}
    assert wrong == {}


def test_every_code_is_used(trees: dict[str, ast.Module]) -> None:
    used = {
        str(node.value)
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert [code for code in CATALOGUE if code not in used] == []


def test_no_sentence_is_outside_the_catalogue(trees: dict[str, ast.Module]) -> None:
    nothing = re.compile("(?!)")
    found = {path: list(sentences(tree)) for path, tree in trees.items()}
    wrong = {
        path: [(line, text) for line, text in texts if not OTHERS.get(path, nothing).match(text)]
        for path, texts in found.items()
    }
    assert {path: texts for path, texts in wrong.items() if texts} == {}
    assert [path for path in OTHERS if not found.get(path)] == []


@pytest.mark.parametrize(
    ("source", "wrong"),
    [
        ("Message('no_such_code')", ["1: there is no no_such_code"]),
        ("text('about', subject='x')", ["1: about has ['message', 'subject'], not ['subject']"]),
        ("raise JournalError('verbatim' if x else 'nothing', text='')", ["1: there is no nothing"]),
        ("messages.text('verbatim', text='', **more)", []),
        ("Message(code)", []),
        ("other('no_such_code')", []),
    ],
)
def test_a_wrong_call_is_found(source: str, wrong: list[str]) -> None:
    assert wrong_calls(ast.parse(source), {*MAKERS, "JournalError"}) == wrong


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ("say('The port is busy.')", ["The port is busy."]),
        ("say(f'{count} readings')", ["{} readings"]),
        ("say(f'lines: {count}')", ["lines: {}"]),
        ("say('Connect')", []),
        ("'''A docstring of a kind.'''", []),
        ("log.warning('it went wrong')", []),
        ("re.compile('some words here')", []),
        ("raise RuntimeError('a bug is here')", []),
        ("execute('SELECT some FROM table')", []),
    ],
)
def test_a_sentence_is_found(source: str, texts: list[str]) -> None:
    assert [text for _, text in sentences(ast.parse(source))] == texts
