"""The texts of the console: its menu, finding, the hex view, lines that are sent often, and files. Pure."""

from __future__ import annotations

from app.messages.entry import plural, sentence

_LIST = (
    sentence("column_board", "Board"),
    # Translators: in place of the verdict, for a line that was sent to the board.
    sentence("label_sent", "→ sent"),
    sentence("label_not_taken", "✗ not taken"),
    sentence("label_gap", "… left out"),
    # Translators: the same, for something that happened to the port or the board. It is one of the following.
    sentence("label_event", "• event"),
    sentence("board_was_unplugged", "unplugged"),
    # Translators: of a board on the network.
    sentence("connection_was_lost", "connection lost"),
    sentence("port_was_released", "port released"),
    sentence("port_was_closed", "port closed"),
    sentence("port_was_busy", "port in use by another program"),
    sentence("port_was_forbidden", "no permission to open the port"),
    # Translators: several boards could be the one that is meant.
    sentence("port_was_ambiguous", "waiting for you to choose the board"),
    plural("lines_not_shown", "{count:,} line is not shown", "{count:,} lines are not shown"),
    plural("lines_filtered", "filter: {count:,} line", "filter: {count:,} lines"),
    sentence("hint_line_not_taken", "the board does not read its port: does the sketch call Serial.read()?"),
    sentence("label_console_remark", "What the list shows"),
    sentence("button_find", "Find"),
    sentence("label_find", "Find in the console"),
    sentence("tip_find", "Find a text in these lines (Ctrl+F)"),
    sentence("button_more_console", "Show"),
    sentence("label_more_console", "How the lines are shown, copied and saved"),
    sentence("tip_more_console", "Filters, hex view, colours, copying and saving"),
    plural("lines_copied", "{count:,} line was copied.", "{count:,} lines were copied."),
    plural("lines_saved", "{count:,} line was saved to {path}.", "{count:,} lines were saved to {path}."),
    sentence("title_save_lines", "Save the lines of the console"),
    # Translators: a kind of files in a dialog that opens or saves one, such as: Texts (*.txt)
    sentence("label_texts", "Texts ({patterns})"),
    sentence("label_all_files", "All files ({patterns})"),
)
_MENU = (
    sentence("menu_in_console", "Lines sho&wn in the console"),
    sentence("menu_find", "&Find…"),
    sentence("menu_find_next", "Find ne&xt"),
    sentence("menu_find_previous", "Find &previous"),
    sentence("menu_verdict", "&Verdict"),
    sentence("menu_all_verdicts", "&All lines"),
    sentence("menu_only_accepted", "Only a&ccepted lines"),
    sentence("menu_only_rejected_lines", "Only &rejected lines"),
    sentence("menu_only_comments", "Only co&mments"),
    sentence("menu_only_sent", "Only &sent lines"),
    sentence("menu_datastream", "&Datastream"),
    sentence("menu_all_datastreams", "&All datastreams"),
    sentence("menu_all_boards", "&All boards"),
    sentence("tip_all_boards", "Show the lines of all boards, each with the name of its board"),
    sentence("menu_hex", "&Hex view"),
    sentence("tip_hex", "Show the bytes as they came, also those that are no lines"),
    sentence("menu_colors", "&Colours of the log"),
    sentence("tip_colors", "Show the colours that the board asks for with ANSI sequences"),
    sentence("menu_copy_details", "Copy with &time and verdict"),
    sentence("tip_copy_details", "Ctrl+C also copies time, verdict and hint of the selected lines"),
    sentence("menu_save_lines", "&Save these lines…"),
)
_FINDING = (
    sentence("label_find_field", "Text to find in the console"),
    sentence("label_find_placeholder", "Find (Enter: next, Shift+Enter: previous, Esc: close)"),
    sentence("label_hits", "Lines with the text"),
    sentence("label_no_hits", "not found"),
    sentence("label_hit_of", "{ordinal:,} of {count:,}"),
    plural("label_hit_count", "{count:,} line", "{count:,} lines"),
    sentence("button_find_previous", "↑"),
    sentence("label_find_previous", "Find previous"),
    sentence("tip_find_previous", "The hit above (Shift+F3)"),
    sentence("button_find_next", "↓"),
    sentence("label_find_next", "Find next"),
    sentence("tip_find_next", "The hit below (F3)"),
    sentence("button_match_case", "Aa"),
    sentence("label_match_case", "Match case"),
    sentence("tip_match_case", "Tell capital and small letters apart"),
    sentence("button_only_hits", "Only hits"),
    sentence("label_only_hits", "Show only lines with the text"),
    sentence("tip_only_hits", "Hide all lines without the text"),
    sentence("button_close_find", "✕"),
    sentence("label_close_find", "Close the search"),
    sentence("tip_close_find", "Close the search (Esc)"),
)
_HEX = (
    sentence("label_hex_view", "Hex view: the board's bytes as they came"),
    sentence("column_offset", "Byte"),
    sentence("column_bytes", "Hexadecimal"),
    sentence("column_printed", "Text"),
)
_MACROS = (
    sentence("menu_macros", "&Lines sent often"),
    sentence("menu_keep_macro", "&Keep the line in the send box"),
    sentence("menu_edit_macros", "&Edit…"),
    sentence("button_more_macros", "»"),
    sentence("label_more_macros", "All lines sent often"),
    sentence("tip_more_macros", "All lines sent often; edit them"),
    # Translators: the name of a button that sends a line, for screen readers.
    sentence("label_macro", "Send {name}"),
    sentence("tip_macro_with_key", "{line} ({key})"),
    sentence("button_keep_macro", "+"),
    sentence("label_keep_macro", "Keep this line as a button"),
    sentence("tip_keep_macro", "Make a button of this line, to send it with one click"),
    sentence("no_line_to_keep", "Type a line into the send box first: it gets a button."),
    sentence("title_macros", "Lines sent often"),
    sentence(
        "macros_what",
        "Each line has a button above the send box. Alt+1 to Alt+9 send the first nine.",
    ),
    sentence("label_macro_list", "Lines sent often, in the order of their buttons"),
    sentence("label_macro_name", "&Name"),
    sentence("label_macro_line", "&Line"),
    sentence("label_macro_own", "&Only for the board that is shown"),
    sentence("tip_macro_own", "Its button is hidden while another board is shown"),
    sentence("button_new_macro", "N&ew"),
    sentence("button_remove_macro", "&Remove"),
    sentence("button_macro_up", "&Up"),
    sentence("button_macro_down", "&Down"),
    sentence("button_keep_macros", "Use these lines"),
)
_FILES = (
    sentence("menu_send_file", "Send a &file line by line…"),
    sentence("title_send_file", "Send a file line by line"),
    plural(
        "send_file_what",
        "The only line of {file} goes to {device}.",
        "The {count:,} lines of {file} go to {device}, one after the other.",
    ),
    sentence("label_pause", "&Pause after each line"),
    sentence("label_wait_for_reply", "&Wait for an answer after each line"),
    sentence("tip_wait_for_reply", "Go on when the board has said a line; end after {seconds} s without one"),
    sentence("button_send_file", "Send"),
    sentence("label_file_progress", "File on its way to the board"),
    sentence("label_cancel_file", "Send no more lines of the file"),
    sentence("file_is_sent", "{file} to {device}: {done:,} of {count:,}"),
    plural(
        "file_sent", "{file}: the only line is at {device}.", "{file}: all {count:,} lines are at {device}."
    ),
    sentence("file_runs_already", "{file} is still being sent: wait for its end, or cancel it."),
    sentence("file_cancelled", "{file}: cancelled. Lines sent: {done:,} of {total:,}."),
    sentence(
        "file_port_closed", "{file}: the port of {device} has closed. Lines sent: {done:,} of {total:,}."
    ),
    sentence("file_line_not_taken", "{file}: {device} takes no more. Lines sent: {done:,} of {total:,}."),
    sentence(
        "file_no_reply",
        "{file}: {device} has not answered for {seconds} s. Lines sent: {done:,} of {total:,}.",
    ),
    sentence("file_too_long_to_send", "{file} is longer than 1 MB: send a shorter file."),
    sentence("file_is_no_text", "{file} is no text in UTF-8: only text can be sent line by line."),
    sentence("file_is_empty", "{file} has no lines."),
)
ENTRIES = (*_LIST, *_MENU, *_FINDING, *_HEX, *_MACROS, *_FILES)
