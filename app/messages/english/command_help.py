"""The help texts of all commands and options. Pure."""

from __future__ import annotations

from app.messages.entry import sentence

ENTRIES = (
    # Every command.
    sentence("help_help", "Show this help and exit."),
    sentence("help_language", "The language of messages and help."),
    sentence("help_version", "Show the version and exit."),
    sentence("help_bench_device", "The device of the bench file."),
    sentence("help_only_device", "Only this device."),
    sentence("help_only_devices", "Only this device. Repeat the option for several."),
    sentence("help_as_in_bench_file", "As in a bench file."),
    sentence("help_journal", "The journal's file."),
    sentence("help_journal_instead", "A journal, in place of a bench file."),
    sentence("help_end_after", "End after this many seconds."),
    sentence("help_json_object", "Print one JSON object."),
    # Translators: shown for pinbridge without a command; v1=100 is what a board prints.
    sentence(
        "help_pinbridge",
        "Reads lines such as v1=100 from boards, plots them, and forwards each to Blynk. Opens the window.",
    ),
    sentence("help_gui", "Open the window."),
    sentence("help_gui_show_errors", "Show in the window what is wrong with the bench file."),
    # demo
    sentence("help_demo", "Show a simulated board with a local cloud. No account or hardware is needed."),
    sentence("help_demo_seconds", "Stop the board after this time."),
    sentence("help_demo_headless", "Without a window."),
    sentence("help_demo_screenshot", "Save a picture of the window at the end."),
    sentence("help_demo_faults", "A file of faults to play on the board and in the cloud."),
    # run
    sentence("help_run", "Read and forward without a window."),
    sentence(
        "help_run_until_idle",
        "End after this many seconds of silence, counted from when every port was open or had failed once.",
    ),
    sentence("help_run_json", "Print the ledger as one JSON object."),
    sentence("help_run_journal", "The journal's file, for a run without a bench file."),
    # check, ports
    sentence("help_check", "Judge each line of a file. Rejected lines are shown with a hint."),
    sentence("help_check_bench", "Judge as this bench file says."),
    sentence("help_check_json", "Print one JSON object per line."),
    sentence("help_ports", "List the serial ports of this computer."),
    sentence("help_ports_json", "Print one JSON array."),
    # record, replay
    sentence("help_record", "Record every byte that a board sends, until Ctrl+C."),
    sentence("help_record_output", "The recording; in a folder, it is named by date."),
    sentence(
        "help_replay",
        "Play a recording as if it were a board. Shows its lines, or forwards its readings to a server.",
    ),
    sentence("help_replay_speed", "How many times faster than it was recorded; 0: without a pause."),
    sentence("help_replay_bench", "Play it as a board of this bench."),
    sentence("help_replay_forward", "Forward also to servers beyond this computer."),
    sentence("help_replay_journal", "Keep the readings in this file."),
    sentence("help_replay_json", "Print one JSON object for each line, or the ledger as one."),
    # rejected
    sentence("help_rejected", "Show the last rejected lines of all runs, with hints."),
    # cloud
    sentence("help_cloud", "Run a local server with the Blynk device API. It needs no internet."),
    sentence("help_cloud_listen", "HOST:PORT"),
    sentence("help_cloud_devices", "A file of devices and their datastreams."),
    sentence("help_cloud_faults", "A file of faults to play; see the page that the server shows."),
    # doctor
    sentence("help_doctor", "Find out what keeps Pinbridge from working on this computer."),
    sentence(
        "help_doctor_listen",
        "With a bench file: listen to each board for this many seconds; 0 opens no port.",
    ),
    sentence("help_doctor_reach", "Also ask the servers whether they answer."),
    # export, delete
    sentence("help_export", "Write the journal as a table, in the order of arrival."),
    sentence("help_export_from", "From this time on (ISO 8601; UTC unless it names a time zone)."),
    sentence("help_export_to", "Up to this time, which is excluded."),
    sentence(
        "help_export_layout",
        "long: a row for each reading. wide: a row for each time, a column for each datastream.",
    ),
    sentence("help_export_time", "Times in UTC or local time, or the seconds since the first row."),
    sentence("help_export_bench", "The bench file with the names of the columns (wide)."),
    sentence("help_export_format", "Without it, a file that ends in .parquet is Parquet; others are CSV."),
    sentence("help_export_separator", "One character between the cells."),
    sentence("help_export_decimal", "The decimal sign of numbers."),
    sentence("help_export_output", "The file to write; -: standard output."),
    sentence("help_export_markers", "Also write the markers to this file, as CSV."),
    sentence(
        "help_export_events", "Also write what happened (unplugged, cloud down …) to this file, as CSV."
    ),
    sentence("help_delete", "Delete readings from the journal, sent or not. Those of one device, or all."),
    sentence("help_delete_yes", "Confirm: what is deleted cannot be restored."),
    # pending, refused, resend, discard
    sentence("help_pending", "Show how many readings are pending, for each datastream."),
    sentence("help_pending_json", "Print one JSON object for each datastream."),
    sentence("help_refused", "Show the readings that the cloud refused, each with its reason."),
    sentence("help_refused_json", "Print one JSON object for each reading."),
    sentence("help_resend", "Send refused readings again, or held ones. The next run sends them first."),
    sentence("help_resend_id", "This reading; can be repeated."),
    sentence("help_resend_target", "All readings of this datastream, such as v1."),
    sentence("help_resend_all", "All refused readings."),
    sentence("help_resend_held", "Send readings here that were meant for another token or server."),
    sentence(
        "help_discard",
        "Discard held readings. They were meant for another token or server, or their device has left.",
    ),
    sentence("help_discard_all", "Discard all pending readings, not only those that are held."),
    sentence("help_discard_refused", "Discard the refused readings instead; with --all, both."),
    # token
    sentence("help_token", "Auth tokens in the operating system's keyring."),
    sentence(
        "help_token_set",
        "Store a token under NAME, for one server. It is asked for, or read from standard input.",
    ),
    sentence("help_token_clear", "Remove the token NAME."),
    sentence(
        "help_token_check",
        "Say whether the token NAME is there and for which server. The token is not shown.",
    ),
    sentence("help_token_server", "The server that it is for; without it, all regions of Blynk."),
    sentence("help_token_online", "Ask the cloud whether it takes the token."),
)
