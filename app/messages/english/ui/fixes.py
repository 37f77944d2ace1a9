"""Labels of buttons that do what a sentence says, and what they report. Pure."""

from __future__ import annotations

from app.messages.entry import sentence

ENTRIES = (
    # Boards
    sentence("button_find_baud_rate", "Find the baud rate"),
    sentence("button_try_baud_rate", "Try {baud_rate}"),
    sentence("button_usual_settings", "Use 8N1"),
    sentence("button_reset_board", "Reset on connect"),
    sentence("button_dtr_on", "Switch DTR on"),
    sentence("button_dtr_rts_off", "Switch DTR and RTS off"),
    sentence("button_use_socket", "Use socket://"),
    sentence("button_copy_command", "Copy the command"),
    # Translators: a command, the same in every language.
    sentence("port_group_command", "sudo usermod -aG {group} $USER"),
    sentence("button_show_console", "Show the console"),
    # Rejected lines
    sentence("button_make_double", "Make it a double"),
    sentence("button_make_string", "Make it a string"),
    sentence("button_allow_value", "Allow this value"),
    sentence("button_widen_range", "Widen the range"),
    sentence("button_add_this", "Add it"),
    sentence("button_forward_unknown", "Forward unknown pins"),
    # The cloud
    sentence("button_change_token", "Change token…"),
    sentence("button_find_region", "Choose the region…"),
    sentence("button_change_server", "Change server…"),
    sentence("button_open_browser", "Open the browser"),
    sentence("button_send_latest", "Send only the latest"),
    sentence("button_batch", "Send in batches"),
    sentence("button_longer_interval", "Send every {interval:duration}"),
    sentence("button_more_points", "Raise the daily limit to {points:,}"),
    sentence("button_undo", "Undo"),
    sentence("label_ports_here", "These ports are there now."),
    sentence(
        "label_other_board",
        "The present board is then disconnected; the chosen one has a journal of its own.",
    ),
    sentence("no_port_to_choose", "No board is plugged in, so there is none to choose: plug it in first."),
    sentence("title_change_server", "Server"),
    sentence("label_new_server", "Where should {device} send?"),
    sentence("button_use_this_server", "Use this server"),
    # What was done
    sentence("baud_rate_is_now", "The baud rate is {baud_rate} now."),
    sentence("server_is_now", "Readings go to {server} now."),
    sentence("no_server_now", "Readings are not sent now."),
    sentence("token_is_now", "The new token is used now."),
    sentence("port_is_now", "The port is {port} now."),
    sentence("latest_is_now", "Only the latest readings are sent now, every {interval:duration}."),
    sentence("interval_is_now", "Readings are sent every {interval:duration} now."),
    # Translators: {label} is the label of the button that was pressed, such as "Send in batches".
    sentence("setting_is_now", "{label}: done."),
    sentence("type_is_now", "{target} is a {type} now."),
    sentence("value_allowed_now", "{target} takes {value} now."),
    sentence("range_is_now", "{target} now takes values from {least} to {most}."),
    sentence("max_is_now", "{target} now takes values up to {most}."),
    sentence("min_is_now", "{target} now takes values from {least} up."),
    sentence("datastream_added_now", "{target} is in the list of datastreams now."),
    sentence("undone_now", "Undone."),
    sentence("command_copied", "Copied. Paste the command into a terminal, then log out and in again."),
    # Translators: {done} is one of the sentences above; {reason} says why the file was not written.
    # Translators: a button: readings are plotted and kept, but sent nowhere.
    sentence("button_plot_only", "Plot only"),
    sentence("done_but_not_saved", "{done} The bench file could not be written: {reason}"),
    sentence("device_left_file", "it was changed meanwhile, and has no device {device} now."),
    sentence("fix_cannot_help", "No line at hand can be helped that way."),
    sentence("baud_rate_works", "Lines come in at {baud_rate}: this baud rate is right."),
    sentence(
        "baud_rate_not_found",
        "No baud rate gave lines, so {baud_rate} is set again: does the sketch print all the time?",
    ),
    sentence("baud_search_ended", "The search for the baud rate has ended; {baud_rate} is set."),
    sentence("baud_search_not_possible", "The port is not open, so no baud rate can be tried."),
)
