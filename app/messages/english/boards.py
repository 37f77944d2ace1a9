"""Messages about boards, their ports and their recordings. Pure."""

from __future__ import annotations

from app.messages.entry import plural, sentence

ENTRIES = (
    # The state of a board whose port is open (app/boards/health.py).
    sentence("port_open_nothing_yet", "{port} is open, and nothing has come yet."),
    sentence("port_open_first_bytes", "{port} is open, and its first bytes have just come."),
    sentence(
        "board_silent",
        "{port} is open, but the board has been silent for {seconds:duration}: does the sketch print?",
    ),
    # Translators: `reset_on_connect = true` is a line of the bench file; DTR is a wire of the serial port.
    sentence(
        "board_silent_without_reset",
        "{port} is open, but the board has been silent for {seconds:duration}: does the sketch print? "
        "Some boards wait for DTR: try reset_on_connect = true.",
    ),
    # Translators: `dtr = true` is a line of the bench file.
    sentence(
        "board_silent_without_dtr",
        "{port} is open, but the board has been silent for {seconds:duration}: does the sketch print? "
        "Some boards wait for DTR: try dtr = true.",
    ),
    # Translators: `dtr = false` and `rts = false` are lines of the bench file.
    sentence(
        "board_silent_with_dtr",
        "{port} is open, but the board has been silent for {seconds:duration}: does the sketch print? "
        "Some boards are held in reset while DTR and RTS are on: try dtr = false and rts = false.",
    ),
    sentence(
        "board_stopped",
        "{port} is open, but nothing has come for {seconds:duration}: does the sketch still run?",
    ),
    sentence("lines_come_in", "{port}: lines come in."),
    sentence("last_line_ago", "{port}: lines come in, the last one {seconds:duration} ago."),
    # Translators: {reason} is a text such as "wrong pin"; {words} is a hint, a clause without a full stop
    # that says what to do, such as "pins are v0 to v255".
    sentence(
        "lines_rejected_since",
        "{port}: no valid line for {seconds:duration}; the lines since then were rejected, "
        'most as "{reason}": {words}.',
    ),
    # Translators: {reason} and {words} as in lines_rejected_since.
    plural(
        "many_lines_rejected",
        '{port}: lines come in, but {count:,} of the last {lines:,} was rejected, as "{reason}": {words}.',
        "{port}: lines come in, but {count:,} of the last {lines:,} were rejected, "
        'most as "{reason}": {words}.',
    ),
    # Translators: {reason} and {words} as in lines_rejected_since.
    sentence(
        "no_valid_lines",
        '{port} sends lines, but no valid one recently; most are rejected as "{reason}": {words}.',
    ),
    sentence(
        "only_blank_lines",
        "{port} has recently sent only blank lines: does the sketch print values?",
    ),
    sentence(
        "port_open_first_line",
        "{port} is open; its first line is not counted, because a reset may have cut it.",
    ),
    # Translators: {words} is kept_as_text.
    sentence("numbers_kept_as_text", "{port}: lines come in, but {words}."),
    # Translators: {line} is a line of the board, such as "v1=23.5C"; {hint} says what to do.
    sentence("kept_as_text", '"{line}" is kept as a text, not as a number: {hint}'),
    # Translators: `Serial.begin()` and `Serial.println()` are functions that the sketch calls.
    sentence(
        "bytes_unreadable",
        "{port} sends unreadable bytes: does Serial.begin() say {baud_rate}, the baud rate here?",
    ),
    sentence(
        "bytes_without_line_ends",
        "{port} sends bytes without line ends: use Serial.println(), and check the baud rate.",
    ),
    # A board that restarts by itself, crashes, or waits for an upload (app/boards/restarts.py).
    sentence(
        "board_restarts",
        "{port}: the board restarts every {seconds:duration}: is the cable or the supply too weak?",
    ),
    # Translators: words is a line that the sketch prints, for example Booting.
    sentence(
        "board_begins_anew",
        '{port}: "{words}" comes again and again. If it is the first line of the sketch, the board restarts '
        "every {seconds:duration}: is the cable or the supply too weak?",
    ),
    sentence(
        "board_browned_out",
        "{port}: the board's supply voltage dropped {seconds:duration} ago, and the board restarted: "
        "is the cable or the supply too weak?",
    ),
    # Translators: delay() and yield() are functions that the sketch may call.
    sentence(
        "watchdog_restarts_board",
        "{port}: a watchdog restarts the board every {seconds:duration}: "
        "does the sketch wait in a loop without delay() or yield()?",
    ),
    # Translators: delay() and yield() are functions that the sketch may call.
    sentence(
        "watchdog_restarted_board",
        "{port}: a watchdog restarted the board {seconds:duration} ago: "
        "does the sketch wait in a loop without delay() or yield()?",
    ),
    # Translators: {words} is what the board printed, such as "Exception (28):".
    sentence(
        "sketch_crashes",
        '{port}: the sketch crashes every {seconds:duration}, with "{words}": '
        "look in the console for what it printed before.",
    ),
    # Translators: {words} is what the board printed, such as "Exception (28):".
    sentence(
        "sketch_crashed",
        '{port}: the sketch crashed {seconds:duration} ago, with "{words}": '
        "look in the console for what it printed before.",
    ),
    # Translators: ESP.restart() is a function that the sketch or a library calls.
    sentence(
        "sketch_restarts_board",
        "{port}: the sketch restarts the board every {seconds:duration}: "
        "look for ESP.restart() in it and in its libraries.",
    ),
    sentence(
        "board_without_sketch",
        "{port}: the board finds no sketch in its flash memory: upload the sketch again.",
    ),
    sentence(
        "board_waits_for_upload",
        "{port}: the board waits in upload mode: press its reset button.",
    ),
    # A search for the baud rate (app/boards/rates/listening.py).
    sentence(
        "baud_rate_searched",
        "{port}: the search for the baud rate listens at {baud_rate} ({number} of {total}).",
    ),
    # Lines sent to a board (app/boards/outbound.py). {link} is one of the sentences above.
    sentence("line_not_taken", "The board does not take the line that was sent to it."),
    sentence(
        "last_line_not_taken",
        "{link} The last line sent to it was not taken: does the sketch read Serial?",
    ),
    # A port that is not open (app/boards/link.py, retry.py).
    sentence("port_not_open_yet", "The port is not open yet."),
    sentence("port_closed", "The port is closed."),
    sentence(
        "port_read_failed", "{port} cannot be read because of an internal error ({words}): see the log."
    ),
    sentence("port_went_away", "{port} went away: plug the board in again."),
    sentence(
        "port_went_away_often",
        "{port} went away {times} times within a minute: is its cable or plug loose?",
    ),
    sentence(
        "port_fails_at_once",
        "{port} opens, but fails at once: if this stays so, unplug the board and plug it in again.",
    ),
    # The same of a board on the network. Translators: {port} is an address, such as socket://192.168.1.5:4000.
    sentence(
        "connection_went_away",
        "The connection to {port} broke off: is the board switched on and connected to the network?",
    ),
    sentence(
        "connection_went_away_often",
        "The connection to {port} broke off {times} times within a minute: "
        "is the Wi-Fi at the board too weak, or a network cable loose?",
    ),
    sentence(
        "connection_fails_at_once",
        "{port} accepts the connection, but closes it at once: is another program connected to the board?",
    ),
    # A port that cannot be opened (app/boards/ports/failures.py, permission.py).
    sentence("port_not_found", "There is no port {port}: plug the board in."),
    sentence("port_not_serial", "{port} is not a serial port: choose another one."),
    sentence("port_not_answering", "{port} does not answer: unplug the board and plug it in again."),
    sentence(
        "port_settings_not_taken",
        "{port} does not accept these settings: are baud rate, data bits, parity and stop bits right?",
    ),
    sentence("socket_not_answering", "Nothing answers at {port}: start the board's server."),
    sentence(
        "network_not_reached",
        "{port} cannot be reached: is the board switched on, and is this computer on the same network?",
    ),
    sentence(
        "network_name_unknown",
        "The network does not know the name in {port}: check it, or write the board's IP address.",
    ),
    # Translators: RFC 2217 is a protocol; socket:// begins another kind of address.
    sentence(
        "rfc2217_not_spoken",
        "{port} answers, but does not use RFC 2217: if it sends the board's bytes as they are, write "
        "socket:// in place of rfc2217://.",
    ),
    sentence(
        "port_of_other_device",
        "{port} is the port of another device of this bench: give each board a device of its own.",
    ),
    sentence(
        "port_held",
        "{port} is in use by {program} (process {pid}): close it, or let it release the port.",
    ),
    sentence("port_busy", "{port} is in use by another program: close its serial monitor or plotter."),
    sentence(
        "port_busy_or_stale",
        "{port} is in use by another program: close its serial monitor or plotter; "
        "if there is none, unplug the board and plug it in again.",
    ),
    # Translators: {fix} is `join_port_group` or `log_in_for_port_group`.
    sentence("port_no_permission", "{port} is there, but this user may not open it: {fix}."),
    # Translators: a clause, which begins with a small letter and has no full stop.
    sentence("join_port_group", "run 'sudo usermod -aG {group} $USER', then log out and in again"),
    # Translators: a clause, which begins with a small letter and has no full stop.
    sentence("log_in_for_port_group", "you have joined the group {group}, so log out and in again"),
    # Which board a device means (app/boards/ports/identity.py). {board} is a port as the bench file has it,
    # such as usb:2341:0043:85734323.
    sentence(
        "board_ambiguous",
        "{board} could mean {boards:or}: choose one, or write its place as the port.",
    ),
    # Translators: a port and its place on the bus, or its description.
    sentence("board_at", "{port} ({place})"),
    sentence("board_not_plugged_in", "No board {board} is plugged in: plug it in."),
    plural(
        "board_replaced",
        "No board {board} is plugged in, but one of its kind is at {ports:and}: choose it if it is meant.",
        "No board {board} is plugged in, but {count} of its kind are at {ports:and}: "
        "choose the one that is meant.",
    ),
    sentence(
        "port_has_other_board",
        '{port} is now used by the board of "{owner}": plug in the board of "{device}".',
    ),
    sentence("chosen_port_gone", "{port} is not there any more: choose another board."),
    # A port that is left to another program (app/boards/ports/release.py).
    sentence("port_released", "{port} is released: it is taken back when another program has used it."),
    sentence(
        "port_released_in_use", "{port} is released: {program} uses it now; it is taken back afterwards."
    ),
    sentence("port_released_used", "{port} is released: it is taken back in a moment."),
    sentence(
        "port_released_unwatched",
        "{port} is released: it is taken back when it has disappeared and returned, or after a minute.",
    ),
    # Recordings and replays (app/boards/recordings).
    sentence("recording_not_started", "{path}: the recording cannot be started: {words}."),
    sentence(
        "recording_write_failed",
        "{path}: the recording has ended ({words}): free some space and record again.",
    ),
    sentence(
        "recording_too_slow",
        "{path}: the recording has ended, because the disk is too slow: record to a faster one.",
    ),
    sentence("run_name_empty", "A run needs a name with at least one letter or digit."),
    sentence("run_name_taken", "{path} is there already: choose another name."),
    sentence("run_not_named", "{path}: the recording cannot be renamed: {words}."),
    sentence("replay_ended", "The recording has been played to its end."),
    sentence("recording_not_opened", "{path}: the recording cannot be opened: {words}."),
    # Translators: {reason} is `recording_start_unknown` or `recording_header_unreadable`.
    sentence("not_a_recording", "{path} is not a recording that can be played: {reason}."),
    # Translators: a clause about a file, which begins with a small letter and has no full stop.
    sentence("recording_start_unknown", "it does not begin like one"),
    # Translators: a clause about a file, which begins with a small letter and has no full stop.
    sentence("recording_header_unreadable", "its header cannot be read"),
    # The board of the demo (app/boards/simulated/faulty.py).
    sentence("simulated_board_unplugged", "The simulated board is unplugged."),
)
