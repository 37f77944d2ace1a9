"""The texts of the window outside its panes: connection, notices, status bar and numbers. Pure."""

from __future__ import annotations

from app.messages.entry import plural, sentence

ENTRIES = (
    # Numbers that stay short enough for a narrow column.
    sentence("count", "{number:,}"),
    # Translators: the sign for thousands, as in "120 k".
    sentence("count_thousands", "{number:.0f} k"),
    # Translators: the sign for millions, as in "1.23 M".
    sentence("count_millions", "{number:.2f} M"),
    # Translators: the sign for thousands of millions, as in "1.23 G".
    sentence("count_billions", "{number:.2f} G"),
    sentence("rate", "{number:g}"),
    sentence("size_bytes", "{number} B"),
    sentence("size_kilobytes", "{number:.3g} kB"),
    sentence("size_megabytes", "{number:.3g} MB"),
    sentence("size_gigabytes", "{number:.3g} GB"),
    sentence("just_now", "just now"),
    sentence("ago", "{seconds:duration} ago"),
    plural("ago_days", "{count:,} day ago", "{count:,} days ago"),
    # The verdict on a line, in the console's column "Verdict".
    sentence("label_accepted", "✓ accepted"),
    sentence("label_rejected", "✗ rejected"),
    sentence("label_comment", "# comment"),
    sentence("label_blank", "· blank"),
    sentence("label_partial", "… partial"),
    sentence("value_clamped", "the board sent {said}, kept as {value} (the end of the range)"),
    sentence("value_scaled", "{said} → {value} (scale and offset)"),
    sentence(
        "value_scaled_clamped",
        "{said} → {scaled} (scale and offset), kept as {value} (the end of the range)",
    ),
    sentence("line_partial", "cut off by a reset or by unplugging: not counted as a value"),
    # The connection bar.
    sentence("label_connection", "Port, baud rate and server"),
    sentence("connection", "{device}  ·  {port}  ·  {baud_rate} baud  ·  {server}"),
    sentence(
        "connection_without_server",
        "{device}  ·  {port}  ·  {baud_rate} baud  ·  no server: plot and journal only",
    ),
    sentence("button_connect", "Connect"),
    sentence("button_disconnect", "Disconnect"),
    sentence("button_record", "Record"),
    sentence("button_recording", "Recording"),
    sentence("tip_record", "Record every byte of this board to a file (Ctrl+R)"),
    sentence("button_release_port", "Release port"),
    sentence(
        "tip_release_port",
        "Give the port to another program for an upload; it is taken back after it (Ctrl+U)",
    ),
    sentence("button_take_port_back", "Take port back"),
    sentence("tip_take_port_back", "Open the port again now"),
    sentence("button_cloud_page", "Cloud's page"),
    sentence("tip_cloud_page", "Open the page of the local cloud, with its live values, in the browser"),
    # The rail: a column with a chip for each device.
    sentence("label_rail", "Devices"),
    sentence(
        "label_rail_keys",
        "Up and Down choose a device, and so do the first letters of its name. Space keeps its curves in the "
        "plot.",
    ),
    sentence("tip_chip", "Click: show this device. Ctrl+click or the box: keep its curves in the plot."),
    sentence("label_rail_failing", "Failing boards out of sight"),
    # Translators: {arrow} is ▾ or ▴: further down or up in the list. There is little room.
    plural("rail_failing", "✗ {count:,} more fails {arrow}", "✗ {count:,} more fail {arrow}"),
    sentence("rail_failing_short", "✗ {number} {arrow}"),
    plural(
        "tip_rail_failing",
        "{count:,} failing board is out of sight. Click to see it.",
        "{count:,} failing boards are out of sight. Click to see the next one.",
    ),
    # Translators: {light} is a sign such as ●; there is little room.
    sentence("chip_port", "{light} Port"),
    sentence("chip_cloud", "{light} Cloud"),
    # Translators: the same where there is even less room: the first letter.
    sentence("chip_port_short", "{light} P"),
    sentence("chip_cloud_short", "{light} C"),
    # Translators: the state of the port or of the cloud in words, such as "Connected".
    sentence("chip_port_state", "Port: {state}"),
    sentence("chip_cloud_state", "Cloud: {state}"),
    # The window's title.
    sentence("title_program", "Pinbridge"),
    # Translators: {failing} is one of the next two entries, {title} the title without it.
    sentence("title_failing", "{failing} – {title}"),
    sentence("board_fails", "Board fails"),
    plural("boards_fail", "{count:,} of {boards:,} boards fails", "{count:,} of {boards:,} boards fail"),
    # The form for a single board, without a bench file.
    # Translators: the keys must differ from those of the menus and of label_send.
    sentence("label_port", "&Port"),
    sentence("label_port_box", "Port"),
    sentence("tip_port", "Where the board is plugged in"),
    sentence("label_no_port", "Choose a port"),
    # Translators: a board and its port, such as: Arduino Uno on COM5
    sentence("port_with_name", "{name} on {port}"),
    # Translators: a board that does not say what it is.
    sentence("port_of_board", "USB board on {port}"),
    # Translators: a port that is built into the computer, such as COM1.
    sentence("port_without_name", "{port}"),
    # Translators: instead of the port of a simulated board.
    sentence("port_simulated", "simulated board"),
    # Translators: the same at the beginning of a sentence, such as: The simulated board is open, and …
    sentence("port_simulated_begins", "The simulated board"),
    sentence("label_simulated_board", "Simulated board (no hardware)"),
    sentence("label_baud_rate", "Ba&ud rate"),
    sentence("label_baud_rate_box", "Baud rate"),
    sentence("tip_baud_rate", "The number in Serial.begin()"),
    sentence("label_server", "&Server"),
    sentence("label_server_box", "Server"),
    sentence("tip_server", "The Blynk server; leave it empty to plot and keep readings without sending them"),
    sentence("label_no_server", "none: plot only"),
    sentence("label_token", "Auth &token"),
    sentence("label_token_field", "Auth token"),
    sentence(
        "tip_token",
        "The device's auth token; this window never shows it, and stores it only if you tick Keep",
    ),
    # Translators: a box beside the token; as short as possible.
    sentence("label_keep_form_token", "Keep"),
    sentence(
        "tip_keep_token",
        "Keep the token in this computer's keyring, for this board and server; untick it to remove the token",
    ),
    sentence("token_forgotten", "The token was removed from the keyring."),
    sentence("token_not_forgotten", "The token was not removed from the keyring: {reason}"),
    sentence(
        "kept_token_missing", "Type the auth token again, because the keyring does not give it: {reason}"
    ),
    # Translators: in the empty token field; there is room for about a dozen letters.
    sentence("label_token_kept", "kept, hidden"),
    sentence("label_token_hidden", "hidden"),
    sentence("label_token_not_needed", "not needed"),
    sentence("button_test", "Test it"),
    sentence("tip_test", "Ask the server whether it accepts the token; nothing changes in the cloud"),
    sentence("menu_reset_board", "&Reset the board on connect"),
    sentence("port_not_chosen", "Choose the port that the board is plugged into."),
    sentence("baud_rate_no_number", "The baud rate must be a number, such as 115200."),
    sentence(
        "token_not_given", "Enter the device's auth token, or leave the server empty to plot and keep only."
    ),
    sentence("token_without_server", "Choose the server that the auth token belongs to."),
    # The question to the user which board a device means.
    sentence("title_port_choice", "Which board is it?"),
    sentence("title_which_board", "Which board is {device}?"),
    sentence("label_boards_look_the_same", "They look the same; the place shows which socket each is in."),
    sentence("label_board_place", "at {location}"),
    # Translators: behind a port in a list; {device} is a device of the bench file.
    sentence("label_port_taken", "used by {device}"),
    sentence("button_use_board", "Use this board"),
    # Notices below the connection bar.
    sentence("label_notices", "Notices"),
    sentence("label_all_notices", "All notices"),
    # Translators: on the button that opens the list of all notices; as short as possible.
    plural("button_more_notices", "{count} more ▾", "{count} more ▾"),
    plural("tip_more_notices", "{count} more notice: opens the list", "{count} more notices: opens the list"),
    sentence("tip_notice_device", "Show {device}"),
    sentence("label_done", "Done"),
    sentence("label_warning", "Warning"),
    sentence("label_error", "Error"),
    sentence("button_close", "Close"),
    sentence("button_cancel", "Cancel"),
    sentence("button_try_now", "Try now"),
    sentence("button_choose_port", "Choose the board…"),
    # Translators: shows the readings that the notice is about.
    sentence("button_look", "Look"),
    plural(
        "bytes_dropped",
        "{count:,} byte was dropped: the board was faster than the disk.",
        "{count:,} bytes were dropped: the board was faster than the disk.",
    ),
    # Translators: {message} is the reason why nothing is sent, in whole sentences.
    sentence("behind_because", "Behind by {behind:duration}. {message}"),
    sentence("behind_and_growing", "Behind by {behind:duration}, and growing. {message}"),
    sentence("device_left_bench", "This device is no longer in the bench file; its readings are still kept."),
    # Translators: {reason} is a whole sentence about the journal, such as journal_write_failed.
    plural(
        "readings_not_written",
        "{count:,} reading is not in the journal yet, and is lost if the program ends now. {reason}",
        "{count:,} readings are not in the journal yet, and are lost if the program ends now. {reason}",
    ),
    plural(
        "readings_held",
        "{count:,} reading is held: it was not meant for this token and server.",
        "{count:,} readings are held: they were not meant for this token and server.",
    ),
    plural(
        "readings_expired",
        "{count:,} reading has become too old for the cloud and expired; it is only in the journal.",
        "{count:,} readings have become too old for the cloud and expired; they are only in the journal.",
    ),
    # The first page: three ways to a first value, shown while nothing is connected and no bench file is open.
    sentence("first_board", "Plug in a board"),
    sentence(
        "first_board_how",
        "Click your board to connect it. To send its values too, enter server and token above first.",
    ),
    sentence(
        "first_no_board",
        "No board is plugged in yet: plug one in with a USB cable that carries data. "
        "It appears here by itself.",
    ),
    sentence("label_boards", "Boards and ports"),
    sentence("label_other_ports", "Other ports"),
    sentence("tip_connect_board", "Connect this port"),
    sentence("first_demo", "See a demo"),
    sentence(
        "first_demo_what",
        "A simulated board sends values to a cloud on this computer: no board, no account.",
    ),
    sentence("button_demo", "Start the demo"),
    sentence("first_file", "Open a bench"),
    sentence("first_file_what", "Shows the boards that a file describes; nothing is connected yet."),
    sentence("button_open", "Open bench file…"),
    sentence("label_recent_files", "Recent bench files"),
    sentence("recent_file_missing", "{name}\nis not there any more"),
    sentence("button_forget_files", "Clear the list"),
    sentence("first_sketch", "No board at hand? This is what a sketch prints"),
    sentence(
        "first_sketch_what",
        "A sketch is the program of a board. This one measures at pin A0 and prints a line such as {line} "
        "each second. Upload it with the Arduino IDE; nothing needs to be wired.",
    ),
    sentence("label_sketch", "The sketch"),
    sentence("button_copy_sketch", "Copy the sketch"),
    sentence("button_sketch_copied", "Copied"),
    # A headline and a sentence for the window while there is nothing to plot.
    sentence("title_no_device", "No device"),
    sentence(
        "no_device_in_file", "The bench file names no device: add one with Edit bench… in the menu Bench."
    ),
    sentence("title_link_closed", "The port is being opened"),
    sentence("title_link_no_such_port", "The board is not there"),
    sentence("title_link_ambiguous", "More than one board matches"),
    sentence("title_link_busy", "The port is in use"),
    sentence("title_link_no_permission", "You may not open the port"),
    sentence("title_link_open", "Connected, waiting for the first line"),
    sentence("title_link_silent", "Connected, but no line has come yet"),
    sentence("title_link_stopped", "Connected, but nothing comes any more"),
    sentence("title_link_disconnected", "Not connected"),
    sentence("title_link_no_line_ends", "Bytes come in, but no line ends"),
    sentence("title_link_none_good", "Lines come in, but none is valid"),
    sentence("title_link_unreadable", "Bytes come in, but they are unreadable"),
    sentence("title_link_restarting", "The board restarts again and again"),
    sentence("title_link_upload_mode", "The board waits in upload mode"),
    sentence("title_link_good", "Lines come in, but nothing to plot yet"),
    sentence("title_link_released", "The port is released for another program"),
    sentence("title_link_ended", "The board has sent all its lines"),
    sentence(
        "nothing_to_plot",
        "Locations and comments are in the table and the console; a line such as v1=100 draws a curve.",
    ),
    # The status bar. Each field has a name for screen readers and tool tips.
    sentence("label_lines_per_second", "Lines per second"),
    sentence("label_rejected_lines", "Rejected lines"),
    sentence("label_recording", "Recording"),
    sentence("label_cloud", "Cloud"),
    sentence("label_status_readings", "Readings"),
    sentence("label_last_success", "Last success"),
    sentence("label_messages_left", "Messages left this month"),
    sentence("status_not_connected", "○ Not connected"),
    # Translators: {light} is a sign such as ●; {state} is one of the next entries.
    sentence("status_port", "{light} {state} · {port}"),
    sentence("label_link_closed", "Closed"),
    sentence("label_link_no_such_port", "Not there"),
    sentence("label_link_ambiguous", "Which board?"),
    sentence("label_link_busy", "In use elsewhere"),
    sentence("label_link_no_permission", "Not allowed"),
    sentence("label_link_open", "Open"),
    sentence("label_link_silent", "Silent"),
    sentence("label_link_no_line_ends", "No line ends"),
    sentence("label_link_none_good", "No valid line"),
    sentence("label_link_unreadable", "Unreadable"),
    sentence("label_link_restarting", "Restarts"),
    sentence("label_link_upload_mode", "Upload mode"),
    sentence("label_link_good", "Connected"),
    sentence("label_link_released", "Released"),
    sentence("label_link_ended", "Ended"),
    plural("status_lines", "{rate} line/s", "{rate} lines/s"),
    sentence("status_rejected", "{number} rejected in this run"),
    sentence("status_some_rejected", "✗ {number} rejected in this run"),
    sentence("tip_status_rejected", "Lines rejected in this run; the tab Rejected lines counts all runs"),
    sentence("tip_all_runs", "Readings of all runs, as the journal has them"),
    sentence("status_recording", "● {name} {size}"),
    # Translators: {light} is a sign such as ●; {state} is one of the next entries.
    sentence("status_cloud", "{light} Cloud: {state}"),
    sentence("label_cloud_off", "no server"),
    sentence("label_cloud_idle", "all sent"),
    sentence("label_cloud_nothing", "nothing to send yet"),
    sentence("label_cloud_none_sent", "nothing sent"),
    # Translators: nothing waits any more, but not all readings are in the cloud.
    sentence("label_cloud_sent", "sent"),
    sentence("label_cloud_behind", "behind by {behind:duration}"),
    sentence("label_cloud_behind_growing", "behind by {behind:duration}, growing"),
    sentence("label_cloud_behind_shrinking", "behind by {behind:duration}, catching up"),
    sentence("label_cloud_sending", "sending"),
    sentence("label_cloud_waiting", "waiting, tries again"),
    sentence("label_cloud_waiting_behind", "waiting, behind by {behind:duration}"),
    sentence("label_cloud_paused", "paused, needs you"),
    sentence("status_kept", "{number} kept"),
    sentence("status_waiting", "{number} waiting"),
    sentence("status_last_success", "Last success {ago}"),
    sentence("status_no_success", "Nothing sent in this run"),
    plural("status_messages_left", "{number} message left", "{number} messages left"),
)
