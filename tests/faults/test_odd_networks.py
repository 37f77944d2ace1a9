"""A run copes with what servers, proxies and clocks add to answers, and says what only the user can fix."""

from __future__ import annotations

import gzip
import json
import threading
import time
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pty", reason="a pty stands for a board; Windows has none")

from tests.cloud.rude_server import RudeServer, answer, raw
from tests.faults.short_run import short_run
from tests.last_words import ending
from tests.processes import TOKEN, bench_file, pty_board, start


def run(folder: Path, server: str, lines: bytes, *variables: str) -> tuple[int, dict[str, Any], str]:
    """Run a bench that sends `lines` of a board to `server`. Returns what `short_run` returns."""
    with pty_board() as board:
        file = bench_file(folder, board.port, server)
        if not server.startswith("http://127.0.0.1"):
            file.write_text(file.read_text().replace("requests_per_s = 0\n", ""))
        return short_run(file, board, lines, "NO_PROXY=", "no_proxy=", *variables)


def test_compressed_answers_after_early_hints_count_and_a_wrong_clock_is_reported_once(
    tmp_path: Path,
) -> None:
    """The readings are accepted or refused as the answers say."""
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n"
    headers = (
        "Content-Encoding: gzip",
        f"Date: {formatdate(time.time() + 600.0, usegmt=True)}",
        "Connection: close",
    )
    refusal = gzip.compress(b'{"error":{"message":"No datastream setup for that pin."}}')
    taken = raw(hints, answer("200 OK", gzip.compress(b"OK"), *headers))
    refused = raw(hints * 2, answer("400 Bad Request", refusal, *headers))
    with RudeServer(taken, refused, taken) as server:
        status, ledger, said = run(tmp_path, server.url, b"v1=1\nv1=2\nv1=3\nv1=4\n")
    assert (status, ledger["journal"]["forwarded"], ledger["journal"]["refused"]) == (1, 3, 1)
    assert said.count("This computer's clock is 10 min behind that of 127.0.0.1: set the clock") == 1


def test_a_socks_proxy_is_named_and_nothing_is_lost(tmp_path: Path) -> None:
    proxy = "ALL_PROXY=socks5h://me:word@127.0.0.1:9"
    status, ledger, said = run(tmp_path, "https://fra1.blynk.cloud", b"v1=1\nv1=2\n", proxy)
    assert (status, ledger["journal"]["pending"], ledger["run"]["requests"]) == (1, 2, 0)
    assert said.count("a SOCKS proxy (socks5h://127.0.0.1:9), which Pinbridge cannot use") == 1
    assert "word" not in said


def test_a_keyring_token_of_an_encrypted_server_is_not_used_for_another(tmp_path: Path) -> None:
    ring = tmp_path / "ring.json"
    ring.write_text(json.dumps({"pinbridge greenhouse": f"https://127.0.0.1:8443 {TOKEN}"}))
    bench = tmp_path / "bench.toml"
    bench.write_text(
        '[[device]]\nport = "simulated:"\nserver = "http://127.0.0.1:8443"\n'
        'auth_token = "keyring:greenhouse"\n'
    )
    variables = ("PYTHON_KEYRING_BACKEND=tests.security.keyrings.FileRing", f"PINBRIDGE_TEST_RING={ring}")
    with start("run", str(bench), prefix=("env", *variables)) as process:
        out, err = ending(process)
    assert (process.returncode, out, len(err.splitlines())) == (2, "", 1)
    assert "stored for https://127.0.0.1:8443, not for http://127.0.0.1:8443" in err
    assert 'run "pinbridge token set greenhouse --server http://127.0.0.1:8443"' in err
    assert TOKEN not in err


@pytest.mark.long
def test_a_call_that_a_server_holds_ends_and_the_readings_are_sent_again(tmp_path: Path) -> None:
    """The server sends a byte of a header every three seconds, and answers the next requests at once."""
    ended = threading.Event()

    def hold(peer: Any) -> None:
        peer.sendall(b"HTTP/1.1 200 OK\r\nServer: ")
        try:
            while not ended.wait(3.0):
                peer.sendall(b"x")
        except OSError:
            ended.set()

    with RudeServer(hold, answer("200 OK", b"", "Connection: close")) as server:
        status, ledger, said = run(tmp_path, server.url, b"v1=1\nv1=2\n")
        ended.set()
    assert (status, ledger["journal"]["forwarded"], ledger["run"]["requests"]) == (0, 2, 3)
    assert "did not answer in time" in said
