"""Checks the packages for Windows, on Windows or under Wine: `python packaging/try_windows.py`.

The installer must replace an older version, but refuse to do so while the program runs. The program must read
its token from the keyring, forward a board's readings to the local cloud, and print a balanced ledger. A
double click must open a bench file, the uninstaller must keep the user's journals, and the program from the
zip must run. Under Wine the board is an emulated Uno on COM7; on Windows it is the program's simulated board.

Invariant: no check relies on exit codes alone, because they are not reliable under Wine; the checks also look
at files, registry and ledger.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import bootstrap
from frozen import TOKEN, CheckError, Home, check, home, ledger, processes_of
from steps import product, windows
from steps.running import BuildError, say

_PATIENCE_S = 90
_OLDER = "0.0.1"
_RUNNING = 3
_BOARD_S = 20
_UNINSTALL = rf"HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\{product.NAME}"
_CLASSES = r"HKCU\Software\Classes"


def main() -> int:
    """Run all checks and return the exit status."""
    under_wine = sys.platform != "win32"
    frozen = product.frozen_folder("windows")
    setup = product.DIST / f"{product.NAME}-{product.version()}-setup.exe"
    archive = product.DIST / f"{product.NAME}-{product.version()}-portable.zip"
    try:
        check(setup.exists() and archive.exists() and frozen.exists(), "run build.py windows first")
        if under_wine:
            bootstrap.install_system_packages(bootstrap.TEST_PACKAGES, needed=True)
        with tempfile.TemporaryDirectory(prefix="pinbridge-windows-") as place:
            with home(Path(place), under_wine=under_wine) as where:
                tried = Installed(where, frozen)
                tried.upgrades(setup)
                tried.works_and_refuses_an_upgrade(setup)
                tried.opens_a_bench_file()
                tried.uninstalls_and_keeps_the_users_files()
                tried.uninstalls_with_the_data(setup)
                _runs_from_the_zip(where, archive)
            still = processes_of(tried.folder)
            check(not still, f"processes were left behind: {still}")
    except (CheckError, BuildError, bootstrap.SetupError) as error:
        print(f"try_windows: {error}", file=sys.stderr)
        return 1
    say("try_windows: all checks passed")
    return 0


class Installed:
    """The installed program. Its public methods are checks, to be called in the order of definition."""

    def __init__(self, where: Home, frozen: Path) -> None:
        self._where = where
        self._frozen = frozen
        local = where.user / "AppData/Local" if where.under_wine else where.user.parent
        self.folder = local / "Programs" / product.NAME
        self._data = local / "pinbridge"
        roaming = where.user / "AppData/Roaming" if where.under_wine else where.user.parent.parent / "Roaming"
        self._menu = roaming / "Microsoft/Windows/Start Menu/Programs" / product.NAME
        self._console = self.folder / "pinbridge-cli.exe"

    def upgrades(self, setup: Path) -> None:
        """Check that the installer replaces every file of an older version."""
        check(not self.folder.exists(), f"{self.folder} exists: uninstall the program first")
        kept = {name for name in _files(self._data) if not name.endswith(".log")}
        check(not kept, f"{self._data} has files of a user, which this would delete: {sorted(kept)}")
        self._install(self._older())
        check(self._value(_UNINSTALL, "DisplayVersion") == _OLDER, "the older version was not installed")
        check((self.folder / "_internal/gone.txt").exists(), "the older version lacks gone.txt")
        self._install(setup)
        check(not (self.folder / "_internal/gone.txt").exists(), "a file of the older version is left")
        self._is_whole()
        check(
            self._value(_UNINSTALL, "DisplayVersion") == product.version(), "the registry lacks the version"
        )
        check(self._value(_UNINSTALL, "Publisher") == product.PUBLISHER, "the registry lacks the publisher")
        check((self._menu / f"{product.NAME}.lnk").exists(), "the start menu lacks the program")
        opens = self._value(rf"{_CLASSES}\{product.NAME}.Bench\shell\open\command", "")
        check(opens.endswith('pinbridge.exe" gui "%1"'), f"bench files open with {opens!r}")
        _, out, _ = self._run("--version")
        check(product.version() in out, f"--version printed {out!r}")
        say(f"try_windows: installed over an older version, {len(_files(self.folder))} files")

    def works_and_refuses_an_upgrade(self, setup: Path) -> None:
        """Check that the program forwards readings, and that it is not upgraded while it runs.

        The installer must refuse the upgrade, and must not write files. When the program has ended, the
        upgrade must succeed.
        """
        deleted = self.folder / "licences/READ-ME-FIRST.txt"
        with _board(self._where) as (port, wait_for_board), self._local_cloud() as url:
            self._keep_token(url)
            bench = self._bench_file(port, url, auth_token="keyring:board")
            ends = ["--until-idle", "3"] if port != "simulated:" else ["--for", str(_BOARD_S)]
            command = self._where.command(self._console, "run", self._where.seen(bench), *ends, "--json")
            process = self._where.start(command)
            _until(lambda: self._arrived(url) > 0, "no reading arrived")
            deleted.unlink()
            status, _, _ = self._where.run([*self._where.command(setup), "/S"], timeout_s=300)
            check(status == _RUNNING, f"the installer ended with {status} while the program ran")
            check(not deleted.exists(), "the installer wrote files while the program ran")
            wait_for_board()
            out, err = process.communicate(timeout=120)
            check(TOKEN not in out + err, "the program printed an auth token")
            counted = ledger(out)
            arrived = self._arrived(url)
        journal = counted["journal"]
        check(journal["forwarded"] > 10 * _BOARD_S, f"too few readings were forwarded: {journal}: {err}")
        check(arrived == journal["forwarded"], f"{arrived} readings arrived, the journal counts {journal}")
        if port != "simulated:":
            check(journal["forwarded"] == journal["readings"] == counted["run"]["accepted"], f"{counted}")
        self._run("token", "clear", "board")
        self._install(setup)
        self._is_whole()
        say(f"try_windows: {arrived} readings from {port} arrived; an upgrade was refused meanwhile")

    def opens_a_bench_file(self) -> None:
        """Check that a double click on a bench file opens the window but does not connect to the board."""
        bench = self._bench_file("simulated:", "http://127.0.0.1:9", name="clicked")
        journal = bench.with_name("clicked.db")
        opened = self._double_click(bench)
        _until(lambda: self._shows(bench), "a double click on a bench file did not start the program")
        # Enough time for the window to open; if that failed, the program would have ended by then.
        time.sleep(5)
        check(self._shows(bench), "the window did not stay open")
        check(not journal.exists(), "a double click connected to the board")
        self._where.run([*_tool(self._where, "taskkill"), "/f", "/im", "pinbridge.exe"])
        _until(lambda: not self._shows(bench), "the window did not close")
        opened.communicate(timeout=_PATIENCE_S)
        say("try_windows: a double click opens a bench file and does not connect")

    def uninstalls_and_keeps_the_users_files(self) -> None:
        """Check that the uninstaller removes everything but the user's files."""
        run = ["run", "--port", "simulated:", "--name", "kept", "--for", "2", "--json"]
        self._run(*run)
        journal = self._data / "kept.db"
        check(journal.exists(), f"the journal {journal} was not written")
        mine = self.folder / "mine.pinbridge"
        mine.write_text("# the user's own\n", encoding="utf-8")
        self._uninstall()
        check(_files(self.folder) == {"mine.pinbridge"}, f"left: {sorted(_files(self.folder))[:5]}")
        check(journal.exists(), "the uninstaller deleted a journal")
        check(not self._menu.exists(), "the start menu still has the program")
        for key in (_UNINSTALL, rf"{_CLASSES}\{product.NAME}.Bench", rf"{_CLASSES}\.pinbridge"):
            check(not self._value(key, "DisplayVersion") and not self._value(key, ""), f"{key} was left")
        mine.unlink()
        say("try_windows: uninstalled; the journal and a bench file are kept")

    def uninstalls_with_the_data(self, setup: Path) -> None:
        """Check that the uninstaller, with `/DATA`, deletes the journals too."""
        self._install(setup)
        self._uninstall("/DATA")
        check(not self._data.exists(), "the uninstaller kept the journals in spite of /DATA")
        say("try_windows: uninstalled with its data")

    def _install(self, setup: Path) -> None:
        self._where.run([*self._where.command(setup), "/S"], timeout_s=300)
        check((self.folder / "pinbridge.exe").exists(), f"{setup.name} installed nothing")

    def _uninstall(self, *options: str) -> None:
        self._where.run([*self._where.command(self.folder / "uninstall.exe"), "/S", *options])
        # The uninstaller only starts a copy of itself and ends; the copy does the work.
        _until(lambda: not (self.folder / "uninstall.exe").exists(), "the uninstaller removed nothing")
        _until(lambda: not self._value(_UNINSTALL, "DisplayName"), "the uninstaller did not end")
        if options:
            _until(lambda: not self._data.exists(), "the uninstaller kept the data")

    def _older(self) -> Path:
        """Make an installer of an older version, which has one file that the new version lacks."""
        folder = self._where.folder / "older"
        (folder / "_internal").mkdir(parents=True)
        (folder / "_internal/gone.txt").write_text("gone\n")
        for name in ("pinbridge.exe", "pinbridge-cli.exe", "LICENSE.txt", "contents.json"):
            shutil.copy(self._frozen / name, folder / name)
        (folder / "licences").mkdir()
        (folder / "licences/READ-ME-FIRST.txt").write_text("old\n")
        return windows.installer(folder, self._where.folder / "older-setup.exe", _OLDER)

    def _is_whole(self) -> None:
        wanted, found = _digests(self._frozen), _digests(self.folder)
        found.pop("uninstall.exe", None)
        different = {name for name in wanted | found if wanted.get(name) != found.get(name)}
        check(not different, f"installed files differ from the built ones: {sorted(different)[:5]}")

    def _double_click(self, bench: Path) -> subprocess.Popen[str]:
        """Open `bench` as a double click on it does."""
        if not self._where.under_wine:
            return self._where.start(["cmd", "/c", "start", "", str(bench)])
        # Wine 8 ignores file types that are registered for only one user, so they are looked up here.
        kind = self._value(rf"{_CLASSES}\{bench.suffix}", "")
        command = self._value(rf"{_CLASSES}\{kind}\shell\open\command", "")
        words = shlex.split(command.replace("%1", self._where.seen(bench)).replace("\\", "\\\\"))
        return self._where.start(["wine", *words])

    def _run(self, *arguments: str) -> tuple[int, str, str]:
        return self._where.run(self._where.command(self._console, *arguments))

    def _value(self, key: str, name: str) -> str:
        """The value `name` of the registry key `key`, or the key's default value if `name` is empty.

        Empty if there is no such value.
        """
        which = ["/v", name] if name else ["/ve"]
        status, out, _ = self._where.run([*_tool(self._where, "reg"), "query", key, *which])
        lines = [line for line in out.splitlines() if "REG_SZ" in line]
        return lines[0].partition("REG_SZ")[2].strip() if status == 0 and lines else ""

    def _shows(self, bench: Path) -> bool:
        running = processes_of(self.folder)
        return any(bench.name in line for line in running) if self._where.under_wine else bool(running)

    def _keep_token(self, url: str) -> None:
        """Store `TOKEN` in Windows' keyring under the name `board`, for use with the server `url` only."""
        keep = self._where.command(self._console, "token", "set", "board", "--server", url)
        _, _, err = self._where.run(keep, given=f"{TOKEN}\n")
        check("is stored for" in err, f"the token was not put into the keyring: {err}")

    def _bench_file(
        self, port: str, server: str, name: str = "bench", auth_token: str = "env:PINBRIDGE_T"
    ) -> Path:
        path = self._where.folder / f"{name}.pinbridge"
        path.write_text(
            f'[bench]\nname = "{name}"\njournal = "{name}.db"\n[[device]]\nname = "board"\nport = "{port}"\n'
            f'server = "{server}"\nauth_token = "{auth_token}"\nrequests_per_s = 0\n',
            encoding="utf-8",
        )
        return path

    @contextlib.contextmanager
    def _local_cloud(self) -> Iterator[str]:
        """Run the installed program as a local cloud during the `with` block; yield the cloud's address."""
        devices = self._where.folder / "devices.toml"
        devices.write_text(f'[[device]]\nname = "board"\nauth_token = "{TOKEN}"\nopen = true\n')
        serve = ["cloud", "--listen", "127.0.0.1:0", "--devices", self._where.seen(devices)]
        process = self._where.start(self._where.command(self._console, *serve))
        assert process.stdout
        try:
            for line in process.stdout:
                if "http://" in line:
                    yield next(word for word in line.split() if word.startswith("http://")).rstrip("/.:,")
                    break
            else:
                raise CheckError("the local cloud did not start")
        finally:
            process.kill()
            process.communicate()

    def _arrived(self, url: str) -> int:
        """The number of readings that the local cloud at the address `url` has received."""
        total = 0
        for pin in range(4):
            address = f"{url}/external/api/history?token={TOKEN}&pin=v{pin}"
            with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=10) as answer:
                total += json.load(answer)["count"]
        return total


@contextlib.contextmanager
def _board(where: Home) -> Iterator[tuple[str, Callable[[], object]]]:
    """Run a board that sends lines; yield its port, and a function that waits until the board has stopped.

    Under Wine, the board is emulated and stops after `_BOARD_S` seconds. On Windows, the board is simulated
    and never stops; there, the function returns at once.
    """
    if not where.under_wine:
        yield "simulated:", lambda: None
        return
    sys.path.append(str(product.ROOT))
    from tests.hil.board import SIGNAL_GENERATOR, EmulatedUno

    with EmulatedUno(SIGNAL_GENERATOR, product.BUILD / "sketches", seconds=_BOARD_S) as uno:
        (where.prefix / "dosdevices/com7").symlink_to(uno.port)
        yield "COM7", lambda: uno.wait_until_stopped(timeout_s=120)


def _runs_from_the_zip(where: Home, archive: Path) -> None:
    """Unpack `archive`. Check that the program in it runs, and writes only to the unpacked folder."""
    with zipfile.ZipFile(archive) as files:
        files.extractall(where.folder / "stick")
    folder = where.folder / "stick" / product.NAME
    before = where.files()
    run = ["run", "--port", "simulated:", "--name", "stick", "--for", "2", "--json"]
    _, out, err = where.run(where.command(folder / "pinbridge-cli.exe", *run))
    check(ledger(out)["journal"]["readings"] > 50, f"the portable program read nothing: {err}")
    check((folder / "data/stick.db").exists(), "the portable program did not write beside itself")
    check(where.files() == before, f"the portable program wrote {sorted(where.files() - before)}")
    say("try_windows: the portable program writes only beside itself")


def _tool(where: Home, name: str) -> list[str]:
    return ["wine", name] if where.under_wine else [name]


def _files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def _digests(folder: Path) -> dict[str, str]:
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in _files(folder)}


def _until(holds: Callable[[], bool], failure: str) -> None:
    """Wait until `holds` returns true. After `_PATIENCE_S` seconds, raise CheckError with the text `failure`.

    Windows tools return before their work is done, so a check of the result must wait.
    """
    deadline_s = time.monotonic() + _PATIENCE_S
    while not holds():
        check(time.monotonic() < deadline_s, failure)
        time.sleep(0.2)


if __name__ == "__main__":
    sys.exit(main())
