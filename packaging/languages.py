"""Updates the catalogues of translations from the English sentences of the program, and compiles them.

It needs Babel, so run it with the Python of `.venv`: `.venv/bin/python packaging/languages.py [LANGUAGE]`.
For a LANGUAGE without a catalogue, such as `fr`, it makes one in which every sentence is untranslated.
Invariants: a translation is kept as long as the program has a sentence with the same code, unless that
sentence gains or loses a plural; if the English sentence changes, the translation is marked fuzzy, and a test
fails until the mark is removed.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

MESSAGES = Path(__file__).resolve().parent.parent / "app" / "messages"
KEYWORDS = {
    "sentence": ((1, "c"), 2),
    "plural": ((1, "c"), 2, 3),
    "of_click": None,
    "plural_of_click": (1, 2),
}
"""The functions of `app.messages.entry`; for each, which arguments are the context ('c'), text and plural."""


def main(codes: list[str]) -> int:
    """Update every catalogue, and make one for each language in `codes` that has none."""
    for path in {*catalogues(), *map(path_of, codes)}:
        catalogue = updated(read(path))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(as_po(catalogue))
        path.with_suffix(".mo").write_bytes(as_mo(catalogue))
        left = [message for message in catalogue if message.id and (message.fuzzy or not message.string)]
        print(f"{path}: {len(left)} of {len(catalogue)} sentences to translate")
    return 0


def catalogues() -> list[Path]:
    """The paths of the translations, one file for each language."""
    return sorted(MESSAGES.glob("locale/*/LC_MESSAGES/*.po"))


def path_of(code: str) -> Path:
    """The path of the catalogue for the language `code`, such as `de`."""
    return MESSAGES / "locale" / code / "LC_MESSAGES" / "pinbridge.po"


def extracted() -> Catalog:
    """A catalogue of all English sentences; the context of each entry is the message code of its sentence."""
    catalogue = Catalog()
    for _, _, text, comments, code in extract_from_dir(
        MESSAGES / "english", keywords=KEYWORDS, comment_tags=["Translators:"]
    ):
        catalogue.add(text, auto_comments=comments, context=code)
    return catalogue


def updated(catalogue: Catalog) -> Catalog:
    """Bring `catalogue` up to date with the English sentences, and return it."""
    catalogue.update(extracted(), no_fuzzy_matching=True, update_creation_date=False)
    earlier = {message.context: message for message in catalogue.obsolete.values() if message.context}
    for message in catalogue:
        before = earlier.get(str(message.context))
        if before and message.pluralizable == before.pluralizable and not any(message.string or ()):
            message.string = before.string
            message.flags.add("fuzzy")
    catalogue.obsolete.clear()
    return catalogue


def read(path: Path) -> Catalog:
    """The catalogue in the file `path`, or an empty one if there is no such file."""
    code = path.parent.parent.name
    if not path.exists():
        return Catalog(locale=code, project="Pinbridge", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=code, abort_invalid=True)


def as_po(catalogue: Catalog) -> bytes:
    """Encode `catalogue` as a `.po` file, which translators edit."""
    file = io.BytesIO()
    write_po(file, catalogue, width=110, omit_header=False, no_location=True)
    return file.getvalue()


def as_mo(catalogue: Catalog) -> bytes:
    """Encode `catalogue` as a `.mo` file, which the program reads."""
    file = io.BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
