"""Which mutants a module has, which tests are run for them, and what the command makes of the results."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.mutants import equivalents, guards, operators
from tests.mutants.__main__ import ROOT, main
from tests.mutants.processes import run
from tests.mutants.source import Mutant, Source
from tests.mutants.trial import HUNG, GuardsError, Stage, Trial


def mutated(text: str) -> list[str]:
    """The texts of all valid mutants of a module with this text."""
    every = operators.mutants(Source("app/module.py", text))
    return [mutant.text for mutant in operators.drawn(every, None, 0)]


def mutated_body(body: str) -> list[str]:
    """The bodies of all valid mutants of a function `f(a, b, c)` with this body, which is one line."""
    head = "def f(a, b, c):\n    "
    return [text.removeprefix(head) for text in mutated(head + body)]


@pytest.mark.parametrize(
    ("expression", "changed"),
    [
        ("a < b", {"a <= b", "a >= b"}),
        ("a == b", {"a != b"}),
        ("a is not b", {"a is b"}),
        (
            "a not in (b, c)",
            {"a in (b, c)", "a not in (c,)", "a not in (b,)"},
        ),
        ("a and b", {"a or b", "True and b", "a and True"}),
        ("(a or b)", {"(a and b)", "(False or b)", "(a or False)"}),
        ("a or 0.0", {"a and 0.0", "False or 0.0", "a or 1.0"}),
        ("not a", {"a"}),
        ("-a", {"a"}),
        ("a + b", {"a - b"}),
        ("a | b", {"a & b", "(a)", "(b)"}),
        ("1", {"2", "0"}),
        ("True", {"False"}),
        ("0.5", {"1.0"}),
        ("'text'", {'""'}),
        ("''", {'"other"'}),
        ("f'{a}: {b + c}'", {'""', "f'{a}: {b - c}'"}),
        ("a if b else c", {"a if True else c", "a if False else c"}),
        ("[a for a in b if c]", {"[a for a in b if True]", "[a for a in b if False]"}),
        ("min(a, b)", {"max(a, b)"}),
        ("a(b, c)", {"a(c, b)"}),
        ("a(b, key=c)", {"a(b)"}),
        ("sorted(a)", {"(a)"}),
        ("a[b:c]", {"a[:c]", "a[b:]"}),
        ("[a, b]", {"[b]", "[a]"}),
        ("{'k': a}", {"{}", '{"": a}'}),
        ("lambda: a", {"lambda: None"}),
    ],
)
def test_an_expression_has_these_mutants(expression: str, changed: set[str]) -> None:
    assert set(mutated(f"x = {expression}\n")) == {f"x = {other}\n" for other in changed}


@pytest.mark.parametrize(
    ("body", "changed"),
    [
        ("a.go()", {"pass"}),
        ("a.b = c", {"pass"}),
        ("a = c", {"pass"}),
        ("a += b", {"pass", "a -= b"}),
        ("raise a", {"pass"}),
        ("return a", {"return None"}),
        ("return", {"pass"}),
        ("del a[b]", {"pass"}),
        ("if a: return", {"if True: return", "if False: return", "if a: pass"}),
        ("while a: break", {"while False: break", "while a: pass"}),
        (
            "for a in b: continue",
            {"for a in (): continue", "for a in b: pass", "for a in b: break"},
        ),
        ("with suppress(a): b()", {"if True: b()", "with suppress(a): pass"}),
        (
            "try: a()\n    except b: c()",
            {"try: pass\n    except b: c()", "try: a()\n    except b: raise"}
            | {"try: a()\n    except b: pass"},
        ),
        (
            "match a:\n      case b.x | b.y: c()",
            {
                "match a:\n      case b.x | b.y if False: c()",
                "match a:\n      case b.x: c()",
                "match a:\n      case b.y: c()",
                "match a:\n      case b.x | b.y: pass",
            },
        ),
        (
            "match a:\n      case b.x if c: return",
            {
                "match a:\n      case b.x if True: return",
                "match a:\n      case b.x if False: return",
                "match a:\n      case b.x if c: pass",
            },
        ),
    ],
)
def test_a_statement_has_these_mutants(body: str, changed: set[str]) -> None:
    assert set(mutated_body(body)) == changed


@pytest.mark.parametrize(
    ("statement", "changed"),
    [
        ("WHERE a <= ? AND b = ?", {"a < ? AND b = ?", "a <= ? OR b = ?", "a <= ? AND b <> ?"}),
        ("SELECT max(a) FROM t", {"SELECT min(a) FROM t"}),
        ("SELECT a FROM t ORDER BY a", {"SELECT a FROM t ORDER BY a DESC"}),
        ("UPDATE t SET a = 1", {"UPDATE t SET a = 2"}),
    ],
)
def test_sql_in_a_string_has_these_mutants(statement: str, changed: set[str]) -> None:
    head = "WHERE " if statement.startswith("WHERE") else ""
    assert set(mutated(f'x = "{statement}"\n')) == {f'x = "{head}{other}"\n' for other in changed}


@pytest.mark.parametrize(
    "text",
    [
        '"""A docstring."""\n__all__ = ["a", "b"]\nfrom a import b\n',
        "x: Literal['a']\ndef f(a: 'A' = None) -> B | C: ...\n",
        "A = int | str | None\nB = Index | OtherIndex\nC = Callable[[Index, int], str]\n",
        "if TYPE_CHECKING:\n    a()\n",
        f"if sys.platform != {sys.platform!r}:\n    a()\n",
    ],
)
def test_code_that_no_test_can_check_is_not_mutated(text: str) -> None:
    assert mutated(text) == []


def test_the_diff_of_a_mutant_can_be_applied(tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text(
        text := "def f(a, é):\n    'é'\n    if é < a:\n        return\n    é()\n"
    )
    for mutant in operators.mutants(Source("module.py", text)):
        applied = subprocess.run(
            ["git", "apply", "--verbose", "-"],
            cwd=tmp_path,
            input=f"{mutant.diff}\n".encode(),
            capture_output=True,
        )
        assert applied.returncode == 0, mutant.diff + applied.stderr.decode()
        assert (tmp_path / "module.py").read_text() == mutant.text
        (tmp_path / "module.py").write_text(text)


def test_a_seed_draws_the_same_mutants_each_time() -> None:
    every = operators.mutants(Source("app/module.py", "x = [1, 2, 3, 4, 5, 6, 7, 8]\n"))
    first = operators.drawn(every, 5, seed=7)
    assert len(first) == 5
    assert operators.drawn(every, 5, seed=7) == first
    assert operators.drawn(every, 5, seed=8) != first
    assert operators.drawn(every, None, seed=7) == operators.drawn(every, 999, seed=8) == every


def test_the_mirrored_file_runs_first_then_its_folder_then_other_tests(tmp_path: Path) -> None:
    tests = {
        "tests/cloud/plan/test_plan.py": "",
        "tests/cloud/plan/test_budget.py": "",
        "tests/faults/test_a.py": "from app.cloud.plan import plan",
        "tests/faults/test_b.py": "from app.cloud.plan import budget",
        "tests/faults/test_plan_and_journal.py": "",
        "tests/packaging/test_c.py": "import app.cloud.plan.plan",
        "tests/test_cli.py": "import app.cli",
        "tests/cli/test_ctrl_c.py": "",
        "tests/test_x.py": "",
        "tests/bench/test_y.py": "",
    }
    for name, text in tests.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert guards.stages(tmp_path, "app.cloud.plan.plan") == [
        ["tests/cloud/plan/test_plan.py"],
        ["tests/cloud/plan/test_budget.py"],
        ["tests/faults/test_a.py", "tests/faults/test_plan_and_journal.py"],
    ]
    assert guards.stages(tmp_path, "app.cli") == [
        ["tests/test_cli.py", "tests/cli/test_ctrl_c.py"],
        ["tests/test_x.py"],
    ]
    assert guards.stages(tmp_path, "app.config.bench_file")[-1] == ["tests/bench/test_y.py"]
    assert guards.stages(tmp_path, "app.commands.x")[:1] == [["tests/test_x.py"]]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one module of two functions; no test calls either of them with equal arguments."""
    root = tmp_path / "project"
    (root / "app").mkdir(parents=True)
    (root / "tests").mkdir()
    (root / "app/times.py").write_text(
        "def is_late(at, due):\n    return at > due\n\n\ndef is_over(at, end):\n    return at > end\n"
    )
    (root / "tests/test_times.py").write_text(
        "from app.times import is_late, is_over\n\n\n"
        "def test_late():\n    assert is_late(2, 1) > is_late(1, 2)\n\n\n"
        "def test_over():\n    assert is_over(2, 1) > is_over(1, 2)\n"
    )
    (root / "tests/test_else.py").write_text("def test_else():\n    pass\n")
    (root / ".gitignore").write_text("ignored\n")
    (root / "ignored").write_text("")
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    subprocess.run(["git", "add", "app"], cwd=root, check=True)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "private"))
    (tmp_path / "private").mkdir()
    return root


def test_a_survivor_is_printed_with_its_diff_unless_it_is_listed(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    entry = '[[equivalent]]\nmodule = "app.times"\nreason = "-"\n'
    listed = project.parent / "equivalents.toml"
    listed.write_text(
        f"{entry}function = 'is_over'\ndiff = '''\n- return  at > end\n+ return at >= end\n'''\n"
        f"{entry}diff = '''\n- return at > never\n+ return at >= never\n'''\n"
    )
    before = _state(project)
    assert main(["app/times.py", "--equivalents", str(listed)], project) == 1
    out = capsys.readouterr().out
    assert "killed by tests/test_times.py::test_late\n" in out
    assert "killed by tests/test_times.py::test_over\n" in out
    survivors = out[out.index("\nsurvived:") : out.index("\nstale")]
    assert survivors.count("\n@@ ") == 1
    assert "\n-    return at > due\n+    return at >= due\n" in survivors
    assert "- return at > never" in out[out.index("\nstale") :]
    total = "app.times: 6 mutants, 4 killed, 1 equivalent (listed), 1 survived: 80 %"
    assert out.splitlines()[-1].startswith(total)
    assert _state(project) == before
    assert list((project.parent / "private").iterdir()) == []


def _state(project: Path) -> dict[Path, tuple[float, bytes]]:
    files = [path for path in project.rglob("*") if path.is_file() and ".git" not in path.parts]
    return {path: (path.stat().st_mtime, path.read_bytes()) for path in files}


def test_a_mutant_that_hangs_counts_as_noticed(project: Path) -> None:
    source = Source("app/times.py", (project / "app/times.py").read_text())
    hanging = Mutant(source, "hang", "", 0, 0, "while True: pass\n")
    with Trial(project, "app/times.py", [Stage(["tests/test_times.py"], limit_s=0.5)]) as trial:
        assert trial.noticed_by(hanging) == HUNG


def test_a_failure_that_does_not_repeat_does_not_count(project: Path) -> None:
    (project / "tests/test_else.py").write_text(
        "from pathlib import Path\n\n\ndef test_else():\n"
        "    is_again = Path('met').exists()\n    Path('met').touch()\n    assert is_again\n"
    )
    source = Source("app/times.py", (project / "app/times.py").read_text())
    place = source.text.index("return")
    unseen = Mutant(source, "none", "", place, place, "")
    nearest = Stage(["tests/test_times.py"], limit_s=60.0, order=["tests/test_times.py::test_late"])
    with Trial(project, "app/times.py", [nearest, Stage(["tests/test_else.py"], limit_s=60.0)]) as trial:
        assert trial.noticed_by(unseen) == ""


def test_tests_that_do_not_use_the_module_are_an_error(project: Path) -> None:
    stage = Stage(["tests/test_else.py"], limit_s=60.0)
    with (
        Trial(project, "app/times.py", [stage]) as trial,
        pytest.raises(GuardsError, match="no test imports"),
    ):
        trial.prove_use()


def test_tests_that_fail_without_a_mutant_are_an_error(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "tests/test_times.py").write_text(
        "from app import times\n\n\ndef test():\n    assert not times\n"
    )
    assert main(["app.times"], project) == 2
    assert "FAILED tests/test_times.py::test" in capsys.readouterr().err


def test_only_tests_that_may_notice_a_change_are_run() -> None:
    stage = Stage(
        ["tests/test_a.py"],
        order=["a::1", "a::2", "a::3"],
        starting={"a::3"},
        entered={7: {"a::1"}, 9: {"", "a::2"}},
    )
    assert stage.tests_for(range(6, 9)) == ["a::1", "a::3"]
    assert stage.tests_for(range(1, 7)) == ["a::3"]
    assert stage.tests_for(range(9, 10)) == ["tests/test_a.py"]
    assert stage.tests_for(None) == ["tests/test_a.py"]
    assert Stage(["tests/test_a.py"]).tests_for(range(6, 9)) == ["tests/test_a.py"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no groups of processes")
def test_processes_that_a_run_leaves_behind_are_ended(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    heard = os.open(tmp_path / "fifo", os.O_RDONLY | os.O_NONBLOCK)
    child = "import os, time; os.write(3, b'begun '); time.sleep(60); os.write(3, b'still here')"
    parent = (
        "import os, subprocess, sys; fd = os.dup2(os.open('fifo', os.O_WRONLY), 3);"
        f"subprocess.Popen([sys.executable, '-c', {child!r}], pass_fds=[3]); os.close(3); print('left')"
    )
    assert run([sys.executable, "-c", parent], tmp_path, dict(os.environ), limit_s=60) == (0, "left\n")
    os.set_blocking(heard, True)
    assert b"still here" not in os.read(heard, 100) + os.read(heard, 100)
    os.close(heard)


def test_each_entry_of_the_list_has_a_mutant_and_a_reason() -> None:
    for module, entries in equivalents.by_module(equivalents.FILE).items():
        path = f"{module.replace('.', '/')}.py"
        every = operators.mutants(Source(path, (ROOT / path).read_text(encoding="utf-8")))
        assert equivalents.stale(entries, every) == []
        assert all(entry.reason for entry in entries)
