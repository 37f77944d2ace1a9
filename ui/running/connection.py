"""The bench of the window: what is open (a bench file, the form, a demo, recordings), and its bench.

Invariants: a bench is made only when the user connects, after every question about earlier readings, and runs
until the user disconnects or closes the window; there is at most one bench, and something else is opened only
after that bench has stopped; a demo ends when something else is opened.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.config import loading
from app.config.bench_file import BenchConfig
from app.config.errors import ConfigError
from app.errors import PinbridgeError, message_of
from app.messages.message import Message
from ui.actions import DeviceActions
from ui.boards.connection_bar import ConnectionBar
from ui.contract import BenchView, DemoView, Program
from ui.dialogs.token_prompts import TokenPrompts
from ui.running.earlier import EarlierQuestions
from ui.running.form_token import FormToken
from ui.running.pending_accounts import has_account_of, in_running, possible
from ui.running.waiting import waited_for

if TYPE_CHECKING:
    from app.bench.player import Player


class Connection(QObject):
    """Opens a bench file, the form for a single board or a demo, and connects and disconnects its bench."""

    opened = Signal()
    """Emitted when a bench file, the form or a demo has been opened. There is no bench yet."""
    connecting = Signal()
    """Emitted before a bench is made."""
    changed = Signal()
    """Emitted when the bench has been connected or disconnected."""
    edited = Signal(object)
    """Emitted when the open bench file has other contents, and a running bench has followed them.

    The argument maps new names of devices to old ones.
    """

    def __init__(
        self,
        program: Program,
        bar: ConnectionBar,
        prompts: TokenPrompts,
        actions: DeviceActions,
        clock: Callable[[], float],
    ) -> None:
        super().__init__()
        self._program = program
        self._bar = bar
        self._prompts = prompts
        self._form_token = FormToken(bar.form, program.tokens, actions.report)
        self._questions = EarlierQuestions(bar.form, program.find_earlier, actions)
        self._show_message = actions.report
        self._actions = actions
        actions.is_connected = lambda: self.connected
        self._clock = clock
        self.config: BenchConfig | None = None
        """The open bench file, or the settings of the demo; None while the form is open."""
        self.source = ""
        """The path of the open bench file; empty for the form and the demo."""
        self.demo: DemoView | None = None
        """The demo, if it is open."""
        self.player: Player | None = None
        """The recordings that are shown; they are the bench then."""
        self._before = ""
        """The path of the bench file that was open before the recordings."""
        self.bench: BenchView | None = None
        self.connected = False
        self.awaiting_tokens: tuple[str, ...] = ()
        """The devices that do not have their accounts of the bench file yet, because tokens are missing."""
        self._ended_s: float | None = None
        self._was_closed = False

    @property
    def now_s(self) -> float:
        """The time up to which the bench is shown, in Unix seconds.

        That is now, or when the bench was disconnected; for a recording, its position.
        """
        if self.player is not None:
            return self.player.now_s
        return self._clock() if self._ended_s is None else self._ended_s

    def cut_off(self) -> list[Message]:
        """Says what would be cut off if the bench stopped now."""
        return self._actions.cut_off()

    def open_file(self, path: Path) -> None:
        """Disconnect and open the bench file at a path, or show the reason why it cannot be opened."""
        config = self.read_file(path)
        if config is not None:
            self.open_bench(config, str(path))

    def read_file(self, path: Path) -> BenchConfig | None:
        """The contents of a bench file; if it cannot be read, show the reason and return None."""
        try:
            return loading.load(path)
        except ConfigError as error:
            self._show_message(error.message)
            return None

    def open_bench(self, config: BenchConfig, source: str) -> None:
        """Disconnect, then show the contents of a bench file without connecting to its boards.

        `config` is the bench file, and `source` its path.
        """
        self.disconnect_bench()
        self._prompts.forget()
        self._open(config, source)

    def show_edited(self, config: BenchConfig, source: str) -> None:
        """Take `config` as the contents of the open bench file; `source` is its path.

        A running bench goes on as it is, until `follow` is called.
        """
        self.config, self.source = config, source
        if not self.connected:
            self.edited.emit({})

    def follow(self, renamed: Mapping[str, str]) -> None:
        """Let a running bench follow the open bench file; `renamed` maps new names of devices to old ones.

        A device whose token is missing keeps the account that it runs with, and is in `awaiting_tokens`. Does
        nothing if no bench is connected. Raises PinbridgeError or OSError if the bench cannot do it now.
        """
        config, bench = self.config, self.bench
        if bench is not None and self.connected and config is not None:
            missing = self._prompts.missing(config, self.with_tokens(renamed))
            after = possible(config, missing, bench.config, renamed)
            ask = self.reconfigure(bench, after, self._prompts.typed, renamed)
            self.awaiting_tokens = tuple(missing)
            self.edited.emit(renamed)
            ask()

    def reconfigure(
        self, bench: BenchView, config: BenchConfig, typed: Mapping[str, str], renamed: Mapping[str, str] = {}
    ) -> Callable[[], object]:
        """Let the running bench go on with `config`; see `BenchView.reconfigure`, also for the errors.

        Returns what asks about readings that were meant for no account, if devices have got a server or
        another token: it is to be called when the window shows the change.
        """
        ask = self._questions.before_change(bench, config, typed, renamed)
        bench.reconfigure(config, typed, renamed)
        return ask

    def with_tokens(self, renamed: Mapping[str, str]) -> set[str]:
        """The devices of the open bench file that go on with the tokens that they run with."""
        if self.config is None or self.bench is None or not self.connected:
            return set()
        running = in_running(self.config, self.bench.config, renamed)
        return {d.name for d in self.config.device if has_account_of(d, running.get(d.name))}

    def waiting(self, device: str) -> int:
        """How many readings of a device wait to be sent, or are held; `device` is its name in the bench."""
        bench, config = self.bench, self.config
        for known in bench.status().devices if bench is not None else ():
            if known.name == device:
                return known.counts.pending if known.server else known.counts.held
        find = self._program.find_earlier
        return find(Path(config.bench.journal), device).waiting if find and config is not None else 0

    def close_bench_file(self) -> None:
        """Disconnect, and open the form for a single board."""
        self.disconnect_bench()
        self._open(None, "")

    def start_demo(self) -> None:
        """Disconnect, then start a demo and connect it, or show the reason why it cannot start."""
        if self._program.make_demo is None:
            return
        self.disconnect_bench()
        with self._bar.busy("busy_connecting"):
            try:
                demo = self._program.make_demo()
            except (PinbridgeError, OSError) as error:
                self._show_message(message_of(error))
                return
            finally:
                self._bar.show_state(connected=False)
        self.open_demo(demo)
        self.connect_bench()

    def open_demo(self, demo: DemoView) -> None:
        """Disconnect, then show a running demo without connecting it."""
        self.disconnect_bench()
        self._prompts.forget()
        self._open(demo.config, "", demo)

    def is_recording(self, path: Path) -> bool:
        """Whether there is a recording at a path; if there is none, show the reason."""
        from app.bench.run import check  # only here, so that the window opens sooner

        try:
            check(path)
        except PinbridgeError as error:
            self._show_message(message_of(error))
            return False
        return True

    def open_recording(self, path: Path) -> bool:
        """Disconnect, then replay the recording at a path, or show the reason why it cannot be opened."""
        from app.bench.player import Player  # only here, so that the window opens sooner

        try:
            player = Player(path, self.config.device if self.config else ())
        except (PinbridgeError, OSError) as error:
            self._show_message(message_of(error))
            return False
        before = self._before if self.player else self.source
        self.disconnect_bench()
        self._prompts.forget()
        self._open(player.config, "", player=player)
        self._before = before
        self.bench, self.connected = player, True
        self.changed.emit()
        return True

    @property
    def replays(self) -> Mapping[str, Message]:
        """For each device of the recordings that are shown, which one it is; empty if none is shown."""
        return {} if self.player is None else self.player.described

    def add_recording(self, path: Path) -> bool:
        """Show another recording beside the one that is shown, or the reason why it cannot be opened."""
        if self.player is None:
            return False
        try:
            self.player.add(path)
        except (PinbridgeError, OSError) as error:
            self._show_message(message_of(error))
            return False
        self.config = self.player.config
        self.edited.emit({})
        return True

    def leave_bench(self) -> None:
        """Disconnect the bench; if it is a recording, close it and show what was open before."""
        if self.player is None:
            self.disconnect_bench()
        elif self._before:
            self.open_file(Path(self._before))
        else:
            self.close_bench_file()

    def connect_bench(self, *, asks_for_tokens: bool = True) -> None:
        """Ask for missing tokens and about earlier readings, then make a bench and start it.

        The bench is made from the bench file, from the demo or, if neither is open, from the form. A device
        of the bench file whose token is still missing after the question has no server until `follow` is
        called with its token; it is in `awaiting_tokens`.
        """
        if self.connected or self._questions.is_open:
            return
        in_file = self.config if self.demo is None else None
        without = partial(self.connect_bench, asks_for_tokens=False)
        if in_file is not None and asks_for_tokens and self._prompts.has_asked_to_connect(in_file, without):
            return
        if self.demo is not None and self.config != self.demo.config:
            # What was edited in a demo lasts until it is disconnected: a demo has no file.
            self.show_edited(self.demo.config, "")
        self.connecting.emit()
        if self.demo is not None:
            self._run(self.demo.bench)
        elif in_file is not None:
            self._connect_file(in_file)
        elif self._form_config() is not None:
            # Nothing is asked for a form that is not filled in.
            self._questions.ask_which_board(self._connect_board)

    def _connect_file(self, config: BenchConfig) -> None:
        """Connect the bench file `config`; what is without its token keeps no other device from running."""
        missing = tuple(self._prompts.missing(config))
        at_once = possible(config, missing, BenchConfig(), {})

        def run() -> None:
            self._run(lambda: self._program.make_bench(at_once, self._prompts.typed), missing)

        self._questions.ask_about_unsent(at_once, run)

    def _connect_board(self) -> None:
        """Connect the board of the form, whose journal is known now."""
        config = self._form_config()
        if config is None:
            self._bar.form.focus_gap()
            return
        self._questions.ask_about_unsent(config, lambda: self._run_board(config))

    def _run_board(self, config: BenchConfig) -> None:
        form = self._bar.form
        form.remember(config)
        typed = form.take_token(config.device[0].server)
        if self._run(lambda: self._program.make_bench(config, typed)):
            self._form_token.keep(config, typed)

    def _form_config(self) -> BenchConfig | None:
        """The bench that the form describes; if it cannot be made, show why and return None."""
        try:
            config = self._bar.form.config(Path.cwd())
            self._form_token.check(config)
        except PinbridgeError as error:
            self._show_message(message_of(error))
            self._bar.show_state(connected=False)
            return None
        return config

    def _run(self, make: Callable[[], BenchView], awaiting_tokens: tuple[str, ...] = ()) -> bool:
        """Make a bench and start it. If that fails, show why and return False, also if the window was closed.

        `awaiting_tokens` are the devices that it has without their accounts.
        """
        self._was_closed = False
        with self._bar.busy("busy_connecting"):
            try:
                bench = waited_for(make)
                if self._was_closed:
                    bench.stop()
                    return False
                bench.start()
            except (PinbridgeError, OSError) as error:
                self._show_message(message_of(error))
                self._bar.show_state(connected=False)
                return False
        # Before the first status is shown, in which these readings would be held.
        ask = self._questions.carry_out(bench)
        self.bench, self.connected, self._ended_s = bench, True, None
        self.awaiting_tokens = awaiting_tokens
        self.changed.emit()
        self._questions.show_notes()
        ask()
        return True

    def disconnect_bench(self) -> None:
        """Stop the bench. Its curves stay visible. A recording stays until something else is opened."""
        if self.bench is None or not self.connected or self.player is not None:
            return
        if self.config is None and any(device.reconnects for device in self.bench.status().devices):
            # The board was unplugged meanwhile, so another one may be there now.
            self._bar.form.journals.forget(self._bar.form.board)
        self.stop_bench()
        self.connected, self.awaiting_tokens = False, ()
        self._ended_s = self._clock()
        self.changed.emit()

    def stop_bench(self) -> None:
        """Stop the bench if it is connected, because the window closes."""
        if self.bench is not None and self.connected:
            with self._bar.busy("busy_disconnecting"):
                self._actions.end_decisions()
                self.bench.stop()

    def close_demo(self) -> None:
        """End the demo if it is open, because the window closes. A bench in the making is not started."""
        self._was_closed = True
        if self.demo is not None:
            self.demo.close()

    def take_over(self, other: Connection) -> None:
        """Take over what is open in another window, and its bench; that window then has neither.

        A running bench is not interrupted.
        """
        if other.config is not None:
            self._open(other.config, other.source, other.demo, other.player)
            self._before = other._before
            other.demo = other.player = None
        self.bench, self.connected, self._ended_s = other.bench, other.connected, other._ended_s
        self.awaiting_tokens = other.awaiting_tokens
        other.bench, other.connected = None, False

    def _open(
        self,
        config: BenchConfig | None,
        source: str,
        demo: DemoView | None = None,
        player: Player | None = None,
    ) -> None:
        before, self.demo = self.demo, demo
        played, self.player = self.player, player
        self.config, self.source = config, source
        self.bench, self._ended_s = None, None
        if played is not None:
            self.connected = False
            played.stop()
        self.opened.emit()
        self._bar.show_state(connected=False)
        if before is not None:
            # Last, because an export of its data may run until the window has shown what is open now.
            before.close()
