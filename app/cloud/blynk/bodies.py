"""Decodes the bodies of answers that a server or a proxy has compressed without being asked to. Pure.

Invariant: a decoded body is at most `MAX_BODY_BYTES` long, and at most twice as much is ever decoded, because
a small compressed body may stand for gigabytes.
"""

from __future__ import annotations

import zlib
from contextlib import suppress

MAX_BODY_BYTES = 65536
"""No answer of Blynk is longer."""
_GZIP, _ZLIB, _RAW = 31, 15, -15
"""Formats for `zlib.decompressobj`: gzip (RFC 1952), zlib (RFC 1950), deflate data without a header."""
_GZIP_MAGIC = b"\x1f\x8b"
_FORMATS = {"gzip": (_GZIP,), "x-gzip": (_GZIP,), "deflate": (_ZLIB, _RAW)}
"""The formats of each content coding. Some servers send `deflate` without the header that it should have."""


def decoded(body: bytes, content_encoding: str) -> bytes:
    """The first `MAX_BODY_BYTES` of `body` without the codings that the header `content_encoding` lists.

    If `body` is not what the header says, or a coding is not known, what could not be decoded is returned.
    Source: RFC 9110 section 8.4.
    """
    if content_encoding:
        for coding in reversed(content_encoding.lower().split(",")):
            body = _without(coding.strip(), body)
    return body[:MAX_BODY_BYTES]


def _without(coding: str, body: bytes) -> bytes:
    for kind in _FORMATS.get(coding, ()):
        with suppress(zlib.error):
            return _inflated(body, kind)
    return body


def _inflated(body: bytes, kind: int) -> bytes:
    """The beginning of the data that `body` stands for. Raises zlib.error if `body` has another format.

    If `body` was cut off, or something else follows the data, what can be decoded is returned. In gzip,
    several compressed parts can follow each other.
    """
    decoder = zlib.decompressobj(kind)
    found = decoder.decompress(body, MAX_BODY_BYTES)
    while kind == _GZIP and decoder.unused_data.startswith(_GZIP_MAGIC) and len(found) < MAX_BODY_BYTES:
        body = decoder.unused_data
        decoder = zlib.decompressobj(kind)
        try:
            found += decoder.decompress(body, MAX_BODY_BYTES)
        except zlib.error:
            break
    return found
