"""Keeps auth tokens out of the comments of a bench file that is written for another computer. Pure.

Invariant: neither a known token, nor a word that looks like one, is left.
"""

from __future__ import annotations

import re

from app.security import redaction

_LIKE_A_TOKEN = re.compile(
    r"""
    (?= [\w-]*[0-9] ) (?= [\w-]*[A-Za-z] ) [\w-]{20,}
  | (?= [\w-]*[a-z] ) (?= [\w-]*[A-Z] ) [\w-]{32,}
    """,
    re.ASCII | re.VERBOSE,
)
"""Blynk's tokens have 32 such characters. A token of which only a part was copied is as secret."""


def without_tokens(comment: str) -> str:
    """`comment` with `[token]` in place of each token."""
    return _LIKE_A_TOKEN.sub(redaction.REDACTED, redaction.redact(comment))
