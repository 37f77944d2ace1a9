"""Carries out the fixes whose buttons the user presses, and watches the search for a baud rate.

Invariants: a fix acts on the device that its sentence is about, whichever is shown; every fix reports what it
has done, or why it could not; the window never waits for a board or a server.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication

from app.bench.status import BenchStatus, DeviceStatus, PortInfo, SearchState, addresses
from app.config.addresses import is_blynk
from app.config.bench_file import BenchConfig, DeviceConfig, Forward
from app.errors import InvalidValueError
from app.messages.languages import text_of
from app.messages.message import Message
from app.wire.datastreams import Datastream, sent_as
from ui import wording
from ui.bench.editing import Editing
from ui.bench.parts import WindowParts
from ui.boards.newcomer import TOKEN_PLACE
from ui.boards.port_list import PortEntry, name_of
from ui.fixes.changes import changed, entry_of, split
from ui.fixes.fix import OF_A_LINE, Fix, Kind
from ui.fixing.applying import Applying, Report, place_of
from ui.notices.line import Notices
from ui.running.disconnecting import leave
from ui.situation import Notice

_LINES = 1000
"""With so many of the newest lines, a fix is tried out."""


class Fixing:
    """Carries out fixes on the devices of the window's bench."""

    def __init__(
        self, parts: WindowParts, notices: Notices, show_console: Callable[[str], None], editing: Editing
    ) -> None:
        """`show_console` shows the console of a device; `editing` is the editor, which may be open."""
        self._window, self._connection, self._actions = parts.window, parts.connection, parts.device_actions
        self._prompts, self._list_ports = parts.prompts, parts.list_ports
        self._report: Report = notices.show_message
        self._show_console = show_console
        self._form = form = parts.bar.form
        self._applying = Applying(parts.connection, form, self._report, editing)
        self._searching: set[str] = set()
        """The devices whose baud rate is searched."""
        self._works: set[str] = set()
        """The devices whose lines are good."""
        form.live.baud_rate_chosen.connect(lambda rate: self._set_of_form(baud_rate=rate))
        form.live.server_chosen.connect(self._server_of_form)
        form.live.token_typed.connect(self._token_of_form)
        notices.fix_of_form = lambda _fix: self._plot_only()
        form.test_asked.connect(lambda: parts.prompts.test(form.account, form.take_server))

    def fix(self, name: str, fix: Fix, line: str = "") -> None:
        """Carry out `fix` on the device `name`. `line` is the rejected line that it is for."""
        device = self._applying.device(name)
        if device is None:
            return
        actions = self._actions
        simple: dict[Kind, Callable[[], None]] = {
            Kind.FIND_BAUD_RATE: lambda: self._find_baud_rate(device),
            Kind.CHANGE_TOKEN: lambda: self._ask_for_token(device, device.server),
            Kind.FIND_REGION: lambda: self._find_region(device),
            Kind.CHANGE_SERVER: lambda: self._ask_for_server(device),
            Kind.CHOOSE_BOARD: lambda: self._choose_board(device),
            Kind.TAKE_PORT: lambda: actions.release_or_take_port(name, released=True),
            Kind.TRY_NOW: lambda: actions.try_now(name),
            Kind.SKIP: lambda: actions.skip(name),
            Kind.SEND_HERE: lambda: actions.send_here(name),
            Kind.DISCARD_HELD: lambda: actions.discard(name),
            Kind.SEND_AGAIN: lambda: actions.send_again(name, self._refused_targets(name, fix)),
            Kind.DISCARD_REFUSED: lambda: actions.discard_targets(name, self._refused_targets(name, fix)),
            Kind.SHOW_CONSOLE: lambda: self._show_console(name),
            Kind.OPEN_BROWSER: lambda: self._open_browser(device),
            Kind.COPY: lambda: self._copy(fix.text),
        }
        if fix.kind in simple:
            simple[fix.kind]()
        elif fix.kind in OF_A_LINE:
            self._change_datastream(device, fix, line)
        else:
            self._set(device, fix)

    def look(self, status: BenchStatus | None) -> list[Notice]:
        """Use the baud rates that were found. Returns a notice for each search that goes on.

        `status` is a snapshot of the connected bench; None if there is none.
        """
        found = []
        if status:
            self._works = {device.name for device in status.devices if device.link.is_fine}
        for device in status.devices if status and self._connection.connected else ():
            search = device.baud_search
            if search and search.state is SearchState.LISTENING:
                self._searching.add(device.name)  # also if another window has begun the search
                found.append(self._progress(device))
            elif device.name in self._searching:
                self._searching.discard(device.name)
                if search:
                    self._end_search(device.name, search.state, search.baud_rate)
        return found

    def _set(self, device: DeviceConfig, fix: Fix) -> None:
        self._applying.apply(device, fix.values, _done(fix))

    # The form's fields, while its board is connected

    def _of_form(self) -> DeviceConfig | None:
        bench = self._connection.bench
        if bench is None or self._connection.config is not None or not bench.config.device:
            return None
        return self._applying.device(bench.config.device[0].name)

    def _set_of_form(self, baud_rate: int) -> None:
        device = self._of_form()
        if device and device.baud_rate != baud_rate:
            self._set_baud_rate(device, baud_rate)

    def _plot_only(self) -> None:
        """Connect the form's board without a server."""
        if self._connection.config is None and not self._connection.connected:
            self._form.leave_server()
            self._connection.connect_bench()

    def _server_of_form(self, server: str) -> None:
        device = self._of_form()
        if device and device.server != server:
            self._change_server(device, server)

    def _token_of_form(self, server: str) -> None:
        device = self._of_form()
        token = self._form.take_token(server).get(device.name, "") if device else ""
        if device and token:
            self._use_token(device, server, token)

    # Baud rate

    def _set_baud_rate(self, device: DeviceConfig, baud_rate: int) -> None:
        done = Message("baud_rate_is_now", baud_rate=baud_rate)
        self._applying.apply(device, {"baud_rate": baud_rate}, done)

    def _find_baud_rate(self, device: DeviceConfig) -> None:
        bench = self._connection.bench
        if bench is None or not bench.find_baud_rate(device.name):
            self._report(Message("baud_search_not_possible"), "bad", device=device.name)
        else:
            self._searching.add(device.name)

    def _progress(self, status: DeviceStatus) -> Notice:
        message = status.link.message or Message("port_not_open_yet")
        message = wording.of_port(status.port, message)
        return Notice(
            "good", message, "button_cancel", lambda: self._cancel(status.name), status.name, answers=True
        )

    def _cancel(self, name: str) -> None:
        if self._connection.bench is not None:
            self._connection.bench.find_baud_rate(name, on=False)

    def _end_search(self, name: str, state: SearchState, baud_rate: int) -> None:
        device = self._applying.device(name)
        if device is None:
            return
        if state is SearchState.NOT_FOUND:
            message = Message("baud_rate_not_found", baud_rate=baud_rate)
            self._report(message, "warn", device=name, holds=lambda: name not in self._works)
        elif state is not SearchState.FOUND:
            self._report(Message("baud_search_ended", baud_rate=baud_rate), "warn", device=name)
        elif baud_rate == device.baud_rate:
            self._report(Message("baud_rate_works", baud_rate=baud_rate), "good", device=name)
        else:
            self._set_baud_rate(device, baud_rate)

    # Server and token

    def _find_region(self, device: DeviceConfig) -> None:
        def take(server: str) -> None:
            self._change_server(self._applying.device(device.name) or device, server)

        if self._connection.config is None:
            self._prompts.test(self._form.account, take)
        else:
            self._prompts.test(lambda: (device, self._prompts.typed.get(device.name, "")), take)

    def _ask_for_server(self, device: DeviceConfig) -> None:
        from ui.dialogs.server_dialog import ServerDialog  # seldom needed

        def use(server: str) -> None:
            self._change_server(device, server)

        ServerDialog(device.name, device.server, use, self._window).open()

    def _change_server(self, device: DeviceConfig, server: str) -> None:
        """Send to another server. If it may not have the token of the present one, ask for one first."""
        if server and "://" not in server:
            server = f"https://{server}"
        server = server.rstrip("/")
        if not server:
            self._applying.apply(device, {"server": "", "auth_token": ""}, Message("no_server_now"))
        elif is_blynk(server) and is_blynk(device.server):
            if self._connection.config is None:
                self._form.take_server(server)
            done = Message("server_is_now", server=server)
            self._applying.apply(device, {"server": server}, done)
        elif self._connection.config is None and (token := self._form.take_token(server).get(device.name)):
            self._use_token(device, server, token)
        else:
            self._ask_for_token(device, server)

    def _ask_for_token(self, device: DeviceConfig, server: str) -> None:
        """Ask for a token for `server`, and use both."""
        try:
            after = msgspec.structs.replace(device, **self._account(device, server))
        except InvalidValueError as error:
            self._report(error.message, "bad")
            return
        reasons: Mapping[str, Message | None] = {}
        if server != device.server:
            # The place of the form's token is nothing that the user knows of.
            in_file = self._connection.config is not None
            reasons = self._prompts.missing(BenchConfig(device=(after,))) if in_file else {after.name: None}
        self._form.live.show_used()  # as it stays if the user cancels
        self._prompts.ask_for(after, reasons, lambda token: self._use_token(device, server, token))

    def _use_token(self, device: DeviceConfig, server: str, token: str) -> None:
        if self._connection.config is None:
            self._form.keep_token(server, token)
        done = Message("token_is_now")
        if server != device.server:
            done = Message("server_is_now", server=server)
        self._applying.apply(device, self._account(device, server), done, token, can_undo=False)

    def _account(self, device: DeviceConfig, server: str) -> dict[str, str]:
        place = TOKEN_PLACE if self._connection.config is None else device.auth_token
        return {"server": server, "auth_token": place}

    def _refused_targets(self, name: str, fix: Fix) -> tuple[str, ...]:
        """The targets of the refused readings that the sentence of `fix` is about."""
        status = self._actions.status(name)
        named = fix.values.get("targets")
        refusals = status.refusals if status else ()
        found = [r.targets for r in refusals if r.fix.params.get("targets") == named]
        return tuple(dict.fromkeys(target for targets in found for target in targets))

    # Ports

    def _choose_board(self, device: DeviceConfig) -> None:
        status = self._actions.status(device.name)
        if status and status.link.choices:
            self._actions.choose_port(device.name)
            return
        from ui.boards.port_choice import PortChoice  # seldom needed

        ports = list(self._list_ports())
        if not ports:
            self._report(Message("no_port_to_choose"), "warn")
            return

        def use(chosen: str) -> None:
            port = place_of(ports, addresses(ports), chosen)
            done = Message("port_is_now", port=port)
            self._applying.apply(device, {"port": port}, done)

        def use_in_form(chosen: str) -> None:
            info = next(info for info in ports if info.device == chosen)
            entry = PortEntry(text_of(name_of(info)), place_of(ports, addresses(ports), chosen))
            leave(self._window, self._connection, lambda: self._connect_other(entry))

        if self._connection.config is None:
            PortChoice("", ports, use_in_form, self._window, "label_other_board").open()
        else:
            taken = self._ports_of_others(device.name, ports)
            PortChoice(device.name, ports, use, self._window, "label_ports_here", taken).open()

    def _ports_of_others(self, name: str, ports: Sequence[PortInfo]) -> dict[str, str]:
        """Which of `ports` other devices of the bench use, by what the system calls them.

        A port that could be one of several is nobody's.
        """
        bench, taken = self._connection.bench, {}
        for other in bench.config.device if bench else ():
            meant = [info.device for info in ports if info.is_named(other.port)]
            if len(meant) == 1 and other.name != name:
                taken[meant[0]] = other.name
        return taken

    def _connect_other(self, entry: PortEntry) -> None:
        """Connect another board of the form anew, because it has a journal of its own."""
        self._connection.disconnect_bench()
        self._form.choose_port(entry)
        self._connection.connect_bench()
        if not self._connection.connected:
            self._form.focus_gap()

    # Datastreams

    def _change_datastream(self, device: DeviceConfig, fix: Fix, line: str) -> None:
        line = line or self._newest_line(device.name, fix.text)
        target, value = split(line)
        after = changed(device, fix, target, value, self._lines_at_hand(device.name))
        entry = entry_of(after, target) if after else None
        if after is None or entry is None:
            self._report(Message("fix_cannot_help"), "warn", device=device.name)
            return
        done = {
            Kind.TYPE: Message("type_is_now", target=target, type=fix.type.value),
            Kind.ALLOW: _allowed(target, value, entry),
            Kind.ADD: Message("datastream_added_now", target=target),
        }[fix.kind]
        self._applying.apply(device, {"datastream": after.datastream}, done)

    def _lines_at_hand(self, name: str) -> list[str]:
        bench = self._connection.bench
        return [line.text for line in bench.console(name, 0, _LINES)] if bench else []

    def _newest_line(self, name: str, hint: str) -> str:
        """The newest rejected line of a device that has this hint."""
        bench = self._connection.bench
        lines = bench.rejected(name) if bench else []
        return next((line.text for line in reversed(lines) if line.hint.code == hint), "")

    def _open_browser(self, device: DeviceConfig) -> None:
        if not QDesktopServices.openUrl(QUrl(device.server)):
            self._report(Message("cloud_page_not_opened", server=device.server), "bad")

    def _copy(self, command: str) -> None:
        QGuiApplication.clipboard().setText(command)
        self._report(Message("command_copied"), "good")


def _allowed(target: str, value: str, entry: Datastream) -> Message:
    """What is reported after the range, or the values, of the datastream `entry` have become more."""
    least = None if entry.min is None else sent_as(entry.min)
    most = None if entry.max is None else sent_as(entry.max)
    if least is not None and most is not None:
        return Message("range_is_now", target=target, least=least, most=most)
    if most is not None:
        return Message("max_is_now", target=target, most=most)
    if least is not None:
        return Message("min_is_now", target=target, least=least)
    return Message("value_allowed_now", target=target, value=value)


def _done(fix: Fix) -> Message:
    """What is reported after settings were changed."""
    values = fix.values
    if "baud_rate" in values:
        return Message("baud_rate_is_now", baud_rate=values["baud_rate"])
    if "server" in values:
        return Message("server_is_now", server=values["server"])
    if "port" in values:
        return Message("port_is_now", port=values["port"])
    if values.get("forward") is Forward.LATEST:
        return Message("latest_is_now", interval=values["interval_s"])
    if "interval_s" in values:
        return Message("interval_is_now", interval=values["interval_s"])
    return Message("setting_is_now", label=fix.label)
