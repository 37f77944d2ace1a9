"""The texts of the window's panes: datastream table, plot, console and rejected lines. Pure."""

from __future__ import annotations

from app.messages.entry import plural, sentence

ENTRIES = (
    # The table of datastreams.
    sentence("label_datastreams", "Datastreams"),
    sentence("label_no_datastreams", "Datastreams appear here with the board's first lines."),
    sentence("column_datastream", "Datastream"),
    sentence("column_live_value", "Live value"),
    # Translators: the number of readings that the cloud has taken; the column is narrow.
    # Translators: readings that the cloud took, in all runs of the program; two short lines.
    sentence("column_forwarded", "Forwarded\nall runs"),
    sentence("label_not_forwarded", "no server"),
    plural("label_lines_rate", "{rate} line/s", "{rate} lines/s"),
    # Translators: lines per second, where there is little room.
    sentence("label_rate_short", "{rate}/s"),
    sentence("label_readings_kept", "{number} kept"),
    # Translators: what became of the other readings, side by side in a narrow column.
    sentence("label_refused", "{number} refused"),
    sentence("label_expired", "{number} expired"),
    sentence("label_held", "{number} held"),
    sentence("label_waiting", "{number} waiting"),
    # Translators: readings that are not in the journal yet, because it cannot be written.
    sentence("label_not_written", "{number} not in the journal"),
    sentence("label_superseded", "{number} superseded"),
    sentence("label_none_waiting", "none waiting"),
    sentence("tip_value", "{value}, received at {time}"),
    plural(
        "tip_value_rejected",
        "The newest line was rejected: {reason}. {count:,} line was rejected in this run.",
        "The newest line was rejected: {reason}. {count:,} lines were rejected in this run.",
    ),
    plural(
        "tip_fates",
        "{count:,} reading: {forwarded:,} forwarded, {superseded:,} superseded, {refused:,} refused, "
        "{expired:,} expired, {pending:,} pending ({held:,} of them held)",
        "{count:,} readings: {forwarded:,} forwarded, {superseded:,} superseded, {refused:,} refused, "
        "{expired:,} expired, {pending:,} pending ({held:,} of them held)",
    ),
    sentence(
        "tip_datastream",
        "{name}: a click on its mark or Space hides or shows it in the plot, Enter or a double click edits "
        "it, a right click offers more",
    ),
    sentence("tip_curve", "{name}: a click on its mark or Space hides or shows it in the plot"),
    # Translators: said by screen readers after the name of a datastream.
    sentence("label_curve_shown", "shown in the plot"),
    sentence("label_curve_hidden", "hidden in the plot"),
    # The menu of a row.
    sentence("menu_show_curve", "&Show in the plot (Space)"),
    sentence("menu_hide_curve", "&Hide in the plot (Space)"),
    sentence("menu_look", "&Colour and line…"),
    sentence("menu_edit_datastream", "&Edit the datastream… (Enter)"),
    # The plot and its tools.
    sentence("button_pause", "Pause"),
    sentence("button_resume", "Resume"),
    sentence("tip_pause", "Pause the view; reading and sending go on (P or Space)"),
    sentence("label_view_paused", "View paused; reading and sending go on"),
    sentence("label_time_window", "Time window"),
    sentence("tip_time_window", "How much time the plot shows"),
    sentence("label_last", "Last {seconds:duration}"),
    # Translators: how much time a paused view shows, such as "10 s".
    sentence("label_span", "{seconds:duration}"),
    sentence("button_together", "Together"),
    sentence("tip_together", "All curves in one plot, with one scale for each unit (T)"),
    sentence("menu_one_scale", "&One scale for all curves"),
    sentence("menu_thick", "Curves two pi&xels thick"),
    sentence("button_clock", "Clock"),
    sentence("tip_clock", "Clock time below the plot, not seconds ago (C)"),
    sentence("button_lock", "Lock Y"),
    sentence("tip_lock", "Keep the value axes as they are (L)"),
    sentence("button_cursors", "Cursors"),
    sentence("tip_cursors", "Measure between two cursors (X)"),
    sentence("button_reset_view", "Reset"),
    sentence("tip_reset_view", "Fit the value axes and follow the newest readings (R)"),
    sentence("label_measured", "Cursors"),
    sentence("label_statistics", "Statistics between the cursors"),
    # Translators: the columns of the table below the cursors' times, as short as possible.
    sentence("column_curve", "Curve"),
    sentence("column_difference", "Δy"),
    sentence("column_readings", "Count"),
    sentence("column_lowest", "Min"),
    sentence("column_highest", "Max"),
    sentence("column_mean", "Mean"),
    sentence("column_deviation", "σ"),
    sentence("column_slope", "Slope/s"),
    sentence("column_frequency", "f (Hz)"),
    sentence("tip_difference", "The value at B minus that at A"),
    sentence("tip_mean", "The mean of all readings, whatever the time between them"),
    sentence("tip_deviation", "The standard deviation of the readings, as of a sample"),
    sentence("tip_slope", "The slope per second of the straight line that fits best (least squares)"),
    sentence(
        "tip_frequency", "The frequency with which the curve repeats, if at least two periods can be seen"
    ),
    # Translators: in the column "Count".
    plural("label_newest_readings", "newest {count:,}", "newest {count:,}"),
    sentence(
        "tip_newest_readings", "There are more readings between the cursors; only the newest count here."
    ),
    # Translators: in the column "Count".
    sentence("label_readings_left", "{count:,} of {total:,}"),
    sentence(
        "tip_readings_left",
        "The figures are of the readings that are left in the journal; the others were pruned. How many"
        " came is estimated from their summaries.",
    ),
    sentence("menu_copy_rows", "&Copy the selected rows (Ctrl+C)"),
    sentence("menu_copy_statistics", "Copy &all with the titles"),
    # Translators: the right end of the time axis.
    sentence("label_now", "now"),
    # Translators: the moment of a pause, on the time axis.
    sentence("label_paused_here", "pause"),
    # Translators: above an empty plot; {time} is such as "14:05:09", or a date and a time.
    sentence("plot_without_values", "No value came in this time window; the newest came at {time}."),
    sentence("label_at_time", "at {time}"),
    sentence("label_plot", "Live plot"),
    sentence(
        "label_plot_keys",
        "The wheel zooms time, dragging moves it, dragging with Shift zooms into a box, and a double click "
        "fits the values; P or Space pauses the view only. Left and Right move "
        "through time, Up and Down through the values; Shift with Up and Down zooms them. With the cursors "
        "shown, Ctrl with Left and Right moves the first one, Ctrl and Shift the second one.",
    ),
    # The view for an audience, on the whole screen.
    sentence("label_big_values", "Large values"),
    sentence("beamer_nothing", "No value has come yet."),
    plural("beamer_more", "… and {count:,} more datastream", "… and {count:,} more datastreams"),
    sentence("beamer_leave", "Esc or F11: back to the window"),
    # A bench file before it is connected.
    sentence("label_overview", "What the bench file will do"),
    sentence(
        "label_nothing_opened",
        "Nothing has been opened or sent yet. Check the settings, then press Connect.",
    ),
    sentence("column_device", "Device"),
    sentence("column_port", "Port"),
    sentence("column_baud_rate", "Baud rate"),
    sentence("column_server", "Sends to"),
    sentence("column_token", "Token from"),
    sentence("label_sends_nowhere", "nowhere: plot and journal only"),
    sentence("label_unencrypted", "{server}  (unencrypted)"),
    sentence(
        "overview_not_encrypted",
        "! {device}: {server} is not encrypted: anybody in this network can read the token.",
    ),
    sentence("label_bench_file", "Bench file"),
    sentence("label_journal", "Journal"),
    sentence("label_recordings", "Recordings"),
    # The pane at the bottom.
    sentence("label_lower_pane", "Console, rejected lines, and cloud"),
    sentence("tab_console", "Console"),
    sentence("tab_rejected", "Rejected lines"),
    sentence("tab_cloud", "Cloud"),
    # Translators: a tab's name and how much there is to see in it.
    sentence("tip_tab_console", "Lines of this run ({key})"),
    sentence("tip_tab_rejected", "Rejected lines of all runs ({key})"),
    sentence("tip_tab_cloud", "Refused and held readings of all runs ({key})"),
    sentence("tab_with_count", "{name} ({number})"),
    # Translators: the tab of the rejected lines, and how many there were in all runs of the program.
    sentence("tab_with_count_of_all_runs", "{name} ({number} in all runs)"),
    # The console.
    sentence("label_console", "Console: the board's lines with their verdicts"),
    sentence("column_time", "Time"),
    sentence("column_verdict", "Verdict"),
    sentence("column_line", "Line"),
    sentence("column_hint", "Hint"),
    sentence("button_only_rejected", "Only rejected lines"),
    sentence("tip_only_rejected", "Hide all other lines (W)"),
    sentence("button_newest", "Jump to newest"),
    sentence("tip_newest", "Follow the newest line again (End)"),
    sentence("button_clear", "Clear"),
    sentence("label_clear", "Clear the console"),
    sentence("tip_clear", "Empty this view (Ctrl+K); nothing is lost"),
    sentence("label_console_paused", "paused with the view"),
    sentence("label_send_field", "Line to send to the board"),
    sentence("label_send_placeholder", "A line for the board (↑ and ↓ bring back earlier ones)"),
    sentence("label_line_end", "Line end"),
    sentence("tip_line_end", "What is sent after the line"),
    sentence("label_line_end_newline", "New line"),
    sentence("label_line_end_return", "Carriage return"),
    sentence("label_line_end_both", "Both, CR and NL"),
    sentence("label_line_end_none", "No line end"),
    sentence("button_send", "Send"),
    sentence("label_send_button", "Send the line"),
    sentence("label_send", "Se&nd"),
    # The rejected lines.
    sentence("column_reason", "Reason"),
    sentence("label_rejected_view", "Rejected lines with their reasons"),
    sentence("label_reasons", "Reasons, with the number of lines for each"),
    sentence("button_copy_all", "Copy all"),
    sentence("tip_copy_all", "Copy the counts and these lines to the clipboard (Ctrl+C: selected lines)"),
    # Translators: a number of lines and the reason why they were rejected.
    sentence("label_reason_count", "{number}  {reason}"),
    sentence("label_all_reasons", "all reasons"),
    plural(
        "label_last_rejected",
        "The only rejected line, of all runs",
        "The last {shown:,} of {count:,} rejected lines, of all runs",
    ),
    sentence("label_none_rejected", "No line was rejected"),
    # Why a curve has a gap, and what happened: ui/plot/feed/gaps.py.
    # Translators: period is a time of day, or two such as 11:02:10–11:04:00; the second is … while it lasts.
    sentence("gap_not_running", "Pinbridge not running {period}"),
    sentence("gap_unplugged", "unplugged {period}"),
    # Translators: of a board on the network.
    sentence("gap_connection_lost", "connection lost {period}"),
    sentence("gap_released", "port released {period}"),
    sentence("gap_not_connected", "not connected {period}"),
    sentence("gap_port_busy", "port in use by another program {period}"),
    sentence("gap_no_permission", "no permission to open the port {period}"),
    # Translators: several boards could be the one that is meant.
    sentence("gap_ambiguous", "waiting for you to choose the board {period}"),
    plural("gap_rejected", "{count:,} line rejected {period}", "{count:,} lines rejected {period}"),
    # Translators: bytes that the program had no room for.
    plural("gap_bytes_lost", "{count:,} byte lost {period}", "{count:,} bytes lost {period}"),
    sentence("gap_silent", "no readings {period}"),
    sentence("event_connected", "connected: {port}"),
    sentence("event_taken_back", "port opened again after its release"),
    sentence("event_board_restarted", "board restarted"),
    sentence("event_brown_out", "board restarted: its supply voltage dropped"),
    sentence("event_watchdog", "board restarted by its watchdog"),
    sentence("event_restarted_by_sketch", "board restarted by its sketch"),
    sentence("event_crash", "sketch crashed"),
    sentence("event_no_sketch", "board found no sketch"),
    sentence("event_clock_forward", "this computer's clock set forward by {seconds:duration}"),
    sentence("event_clock_back", "this computer's clock set back by {seconds:duration}"),
    # Translators: `reason` is a sentence such as one about a wrong token.
    sentence("event_cloud_down", "the cloud took no readings {period}: {reason}"),
)
