"""The sentences of a page are counted correctly; both READMEs and their sentences are short."""

from __future__ import annotations

import subprocess
import sys

import pytest

import readability
from steps import product

PAGE = """# A heading of many words that do not count

<picture><img alt="Words that nobody reads. None of them."></picture>

One two three. Four `five = 5.0 and more` [six seven](a/b.md)!
Eight nine?

```
No. Word. Of. This.
```

- ten eleven
- twelve thirteen, at 1.5 V. Fourteen.

| label | another label. |
|---|---|
| `a` | Fifteen sixteen. Seventeen. |
"""
READMES = ["README.md", "app/messages/locale/de/README.md"]


def test_only_sentences_are_counted() -> None:
    # The sentences: One two three / Four code six seven / Eight nine / ten eleven / twelve thirteen at 1.5 V
    # / Fourteen / another label / Fifteen sixteen / Seventeen
    assert readability.figures(PAGE) == readability.Figures(17, 9, 3 + 4 + 2 + 2 + 5 + 1 + 2 + 2 + 1)


def test_a_page_without_a_sentence_has_no_average() -> None:
    assert readability.figures("# Title\n\n|a|b|\n").average == 0


@pytest.mark.parametrize("page", READMES)
def test_the_readmes_and_their_sentences_are_short(page: str) -> None:
    found = readability.figures((product.ROOT / page).read_text(encoding="utf-8"))
    assert found.average <= 15
    assert found.lines <= 140
    assert found.sentences > 50


def test_the_command_prints_a_line_for_each_page() -> None:
    script = product.PACKAGING / "readability.py"
    done = subprocess.run(
        [sys.executable, script, *READMES], capture_output=True, text=True, check=True, cwd=product.ROOT
    )
    assert [line.partition(":")[0] for line in done.stdout.splitlines()] == READMES
    assert subprocess.run([sys.executable, script], capture_output=True, check=False).returncode == 2
