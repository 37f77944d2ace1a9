"""Prints what is new in a version, from the changelog: `python3 packaging/changelog.py 1.2.3`.

The text is for the page of the release. The script uses only the standard library. If the version has no
section or an empty one, the script prints one line to standard error and exits with 1.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

FILE = Path(__file__).resolve().parent.parent / "CHANGELOG.md"


def main(arguments: list[str]) -> int:
    """Print the section of the version named in `arguments`, and return the exit status."""
    if len(arguments) != 1:
        print("usage: changelog.py VERSION", file=sys.stderr)
        return 2
    try:
        print(section(FILE.read_text(encoding="utf-8"), arguments[0]))
    except ValueError as error:
        print(f"changelog: {error}", file=sys.stderr)
        return 1
    return 0


def section(text: str, version: str) -> str:
    """The part of `text` under the heading `## VERSION - YYYY-MM-DD`.

    Raises ValueError if there is no such heading, or nothing under it.
    """
    heading = re.compile(rf"## {re.escape(version)} - \d{{4}}-\d\d-\d\d")
    for part in re.split(r"^(?=## )", text, flags=re.MULTILINE):
        first, _, rest = part.partition("\n")
        if heading.fullmatch(first) and rest.strip():
            return rest.strip()
    raise ValueError(f'{FILE.name} has nothing under "## {version} - YYYY-MM-DD": add the changes there')


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
