"""Checks the frozen program: `python packaging/smoke.py linux|windows [FOLDER]`.

The program must start, open a window, run the demo for ten seconds, and print a balanced ledger. Each of its
commands must run. It must accept certificates of authorities in the system's store, and no others. It must
leave no file and no process behind. On Linux, the program for Windows runs under Wine. The checks need
openssl and, on Linux, unshare and update-ca-certificates.
"""

from __future__ import annotations

import re
import struct
import sys
import tempfile
from pathlib import Path

import bootstrap
from authority import Authority, https_server
from every_command import run_every_command
from frozen import CheckError, Home, check, home, ledger, processes_of
from steps import product
from steps.running import BuildError, say

_DEMO_S = 10


def main(arguments: list[str]) -> int:
    """Run the checks and return the exit status."""
    if not arguments or arguments[0] not in ("windows", "linux") or len(arguments) > 2:
        print("usage: smoke.py windows|linux [FOLDER]", file=sys.stderr)
        return 2
    system = arguments[0]
    bootstrap.install_system_packages(["openssl", "ca-certificates", "util-linux"], needed=False)
    folder = Path(arguments[1]).resolve() if len(arguments) == 2 else product.frozen_folder(system)
    try:
        smoke(folder, under_wine=system == "windows" and sys.platform != "win32")
    except (CheckError, BuildError) as error:
        print(f"smoke: {error}", file=sys.stderr)
        return 1
    say("smoke: all checks passed")
    return 0


def smoke(folder: Path, *, under_wine: bool) -> None:
    """Check the program in `folder`. Raises CheckError at the first check that fails."""
    console = folder / ("pinbridge-cli.exe" if (folder / "pinbridge-cli.exe").exists() else "pinbridge")
    check(console.exists(), f"{console} is missing: run build.py first")
    with tempfile.TemporaryDirectory(prefix="pinbridge-smoke-") as place:
        with home(Path(place), under_wine=under_wine) as where:
            before = where.files()
            _starts(where, console)
            _speaks_german(where, console)
            _shows_a_window(where, console)
            window = folder / "pinbridge.exe"
            if window.exists():
                _works_without_a_console(where, window)
            run_every_command(where, console)
            _checks_certificates(where, console)
            left = {name for name in where.files() - before if not name.endswith("pinbridge.log")}
            check(not left, f"files were left behind: {sorted(left)}")
        still = processes_of(folder)
        check(not still, f"processes were left behind: {still}")


def _starts(where: Home, program: Path) -> None:
    status, out, err = where.run(where.command(program, "--version"))
    check(status == 0 and product.version() in out, f"--version printed {out!r}, {err!r}")
    say(f"smoke: the program starts: {out.strip()}")


def _speaks_german(where: Home, program: Path) -> None:
    status, out, err = where.run(where.command(program, "--language", "de", "--help"))
    check(status == 0 and "Aufruf:" in out, f"--language de --help printed {out!r}, {err!r}")
    say("smoke: the program has its translations")


def _shows_a_window(where: Home, program: Path) -> None:
    picture = where.folder / "window.png"
    demo = ["demo", "--seconds", str(_DEMO_S), "--screenshot", where.seen(picture)]
    status, out, err = where.run(where.command(program, *demo))
    check(status == 0, f"the demo ended with {status}: {out}{err}")
    journal = ledger(out)["journal"]
    held = re.search(r"The local cloud holds (\d+) readings", err)
    check(held is not None, f"the demo did not report how many readings arrived: {err}")
    assert held
    arrived = int(held[1])
    # The demo's board sends three numbers twenty times a second, and a text once a second.
    check(arrived > 50 * _DEMO_S, f"only {arrived} readings arrived")
    failure = f"{arrived} readings arrived, but the journal counts {journal}"
    check(journal["readings"] == journal["forwarded"] == arrived, failure)
    _is_a_picture(picture)
    say(f"smoke: the demo shows its window, and all {arrived} readings arrived")


def _works_without_a_console(where: Home, program: Path) -> None:
    picture = where.folder / "window-alone.png"
    demo = ["demo", "--seconds", "2", "--screenshot", where.seen(picture)]
    status, _, _ = where.run(where.command(program, *demo))
    check(status == 0, f"without a console the demo ended with {status}")
    _is_a_picture(picture)
    say("smoke: the window opens without a console")


def _is_a_picture(path: Path) -> None:
    check(path.exists(), f"{path.name} was not written")
    data = path.read_bytes()
    check(data[:8] == b"\x89PNG\r\n\x1a\n", f"{path.name} is not a PNG file")
    width, height = struct.unpack(">II", data[16:24])
    # A picture of an empty window has only a few thousand bytes.
    check(
        width >= 800 and height >= 500 and len(data) > 20_000,
        f"{path.name} shows no complete window: {width}x{height} pixels, {len(data)} bytes",
    )


def _checks_certificates(where: Home, program: Path) -> None:
    authority = Authority(where.folder / "authority")
    run = ["run", "--port", "simulated:", "--auth-token", "env:PINBRIDGE_T", "--requests-per-s", "0"]
    for trusted in (False, True):
        journal = where.folder / f"tls-{trusted}.db"
        with https_server(authority.server_context()) as server:
            command = [*run, "--journal", where.seen(journal), "--server", server.url, "--for", "4", "--json"]
            words = where.command(program, *command)
            with authority.trusted() if trusted else authority.untrusted() as wrap:
                _, out, err = where.run(wrap(words))
            check(out, f"the run printed no ledger: {err}")
            forwarded = ledger(out)["journal"]["forwarded"]
            if trusted:
                check(forwarded > 50, f"a certificate of an authority in the store was refused: {err}")
                failure = f"{forwarded} readings were forwarded, but only {server.updates} arrived"
                check(server.updates >= forwarded, failure)
            else:
                failure = "a certificate of an authority that is not in the store was accepted"
                check(not server.updates and not forwarded, failure)
                failure = f"the certificate was refused without a message: {err}"
                check("does not trust the certificate" in err, failure)
        where.close()
    say(f"smoke: TLS accepts the store's authority ({forwarded} readings forwarded) and refuses another one")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
