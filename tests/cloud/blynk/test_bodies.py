"""A compressed body is decoded, and a small one cannot fill the memory."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cloud.blynk.bodies import MAX_BODY_BYTES, decoded

TEXT = b'{"error":{"message":"Wrong pin format."}}'
RAW = zlib.compress(TEXT)[2:-4]


@pytest.mark.parametrize(
    ("body", "header"),
    [
        (TEXT, ""),
        (TEXT, "identity"),
        (gzip.compress(TEXT, mtime=0), "gzip"),
        (gzip.compress(TEXT, mtime=0), "GZip"),
        (gzip.compress(TEXT, mtime=0), "x-gzip"),
        (gzip.compress(TEXT, mtime=0), "identity, gzip"),
        (gzip.compress(gzip.compress(TEXT, mtime=0), mtime=0), "gzip,gzip"),
        (zlib.compress(gzip.compress(TEXT, mtime=0)), "gzip, deflate"),
        (gzip.compress(TEXT[:9], mtime=0) + gzip.compress(TEXT[9:], mtime=0), "gzip"),
        (zlib.compress(TEXT), "deflate"),
        (RAW, "deflate"),
        # Not what the header says.
        (TEXT, "gzip"),
        (TEXT, "deflate"),
        (TEXT, "br"),
        (b"", "gzip"),
    ],
)
def test_a_body_is_decoded_as_its_header_says(body: bytes, header: str) -> None:
    assert decoded(body, header) == (TEXT if body else b"")


def test_of_a_body_that_is_cut_off_the_beginning_is_decoded() -> None:
    assert TEXT.startswith(decoded(gzip.compress(TEXT, mtime=0)[:-12], "gzip"))
    assert decoded(gzip.compress(TEXT, mtime=0)[:-8], "gzip") == TEXT
    broken = b"\x1f\x8b\x08" + b"\xff" * 20
    for more in (b"more", bytes(9), b"\x1f\x8b", gzip.compress(b"", mtime=0)[:-1], broken):
        assert decoded(gzip.compress(TEXT, mtime=0) + more, "gzip") == TEXT
        assert decoded(zlib.compress(TEXT) + more, "deflate") == TEXT


@pytest.mark.parametrize("compress", [gzip.compress, zlib.compress])
def test_a_small_body_that_stands_for_a_large_one_is_decoded_up_to_a_limit(compress: object) -> None:
    assert callable(compress)
    bomb = compress(bytes(20_000_000))
    assert len(bomb) < MAX_BODY_BYTES
    header = "gzip" if compress is gzip.compress else "deflate"
    assert decoded(bomb, header) == bytes(MAX_BODY_BYTES)
    assert len(decoded(bomb, f"gzip, {header}")) == MAX_BODY_BYTES
    parts = compress(bytes(MAX_BODY_BYTES)) * 2
    assert decoded(parts, header) == bytes(MAX_BODY_BYTES)


def test_a_long_body_is_cut() -> None:
    assert len(decoded(bytes(MAX_BODY_BYTES + 1), "")) == MAX_BODY_BYTES


@given(st.binary(max_size=300), st.sampled_from(["gzip", "deflate", "gzip, gzip", "deflate, gzip", ","]))
def test_any_body_is_decoded_to_something(body: bytes, header: str) -> None:
    assert len(decoded(body, header)) <= MAX_BODY_BYTES
