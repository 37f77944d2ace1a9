"""The output of the commands, and their usage errors. Pure."""

from __future__ import annotations

from app.messages.entry import plural, sentence

ENTRIES = (
    # The names in the demo: its device, and its datastreams.
    sentence("demo_board", "demo board"),
    sentence("demo_sine", "Sine"),
    sentence("demo_temperature", "Temperature"),
    sentence("demo_counter", "Counter"),
    sentence("demo_weather", "Weather"),
    # The words in the help that stand for the parts of a command line.
    sentence("usage_options", "[OPTIONS]"),
    sentence("usage_command", "COMMAND [ARGS]..."),
    sentence("usage_command_or_none", "[COMMAND] [ARGS]..."),
    # Translators: stand for the value of an option in its help, as in "--for NUMBER".
    sentence("metavar_text", "TEXT"),
    sentence("metavar_integer", "INTEGER"),
    sentence("metavar_number", "NUMBER"),
    sentence("metavar_path", "PATH"),
    # Translators: stand for what follows a command, as in "pinbridge run BENCH_FILE".
    sentence("metavar_bench_file", "BENCH_FILE"),
    sentence("metavar_file", "FILE"),
    sentence("metavar_name", "NAME"),
    # Any command.
    sentence("place_unusable", "{path}: {words}: name another place"),
    # Translators: LC_ALL=C.UTF-8 is a setting of the shell.
    sentence(
        "file_name_not_in_locale",
        "{path}: the locale has no such file names ({encoding}): set one with UTF-8, such as LC_ALL=C.UTF-8",
    ),
    sentence("current_folder_gone", "the current folder no longer exists: change to another one"),
    sentence("output_not_written", "the output cannot be written: {words}: redirect it to another place"),
    sentence("not_a_finite_number", "{value} is not a finite number: write one such as 10"),
    sentence("not_a_whole_number", "{value} is not a whole number: write one such as 10"),
    # Which bench, device or journal.
    sentence("bench_file_or_port", "give a bench file, or --port with --server and --auth-token"),
    sentence("bench_file_and_options", "give a bench file, or --port and the other options, not both"),
    sentence("bench_or_options", "give --bench, or --server and the other options, not both"),
    sentence("bench_file_or_journal", "give a bench file, or --journal FILE"),
    sentence("bench_without_device", "{path}: has no [[device]]: add one, with a name and a port"),
    sentence("choose_device", "{path}: name one of its devices with --device: {devices:or}"),
    sentence(
        "device_needs_bench_file",
        "--device names a device of a bench file: give --bench BENCH.toml too",
    ),
    sentence("journal_not_there", "{path}: there is no such journal"),
    sentence("device_not_in_journal", "{path}: holds no device {device}, but {devices:and}"),
    sentence("journal_without_devices", "{path}: holds no device at all: name another journal"),
    # gui
    sentence("no_screen", "there is no screen for a window: use pinbridge run BENCH.toml"),
    # demo
    sentence("demo_cloud_runs", "The local cloud is at {url}/: open it in a browser."),
    plural(
        "demo_cloud_holds",
        "The local cloud holds {count} reading.",
        "The local cloud holds {count} readings.",
    ),
    sentence(
        "picture_not_written",
        "{path}: the picture cannot be written: name a .png file in a folder of yours",
    ),
    # run
    # Translators: the ledger; the first number is the sum of those in brackets.
    plural(
        "ledger_of_lines",
        "{device}: {count:,} line ({accepted:,} accepted, {rejected:,} rejected, comments: {comments:,}, "
        "{blank:,} blank, {partial:,} partial), requests: {requests:,}, lost bytes: {lost_bytes:,}",
        "{device}: {count:,} lines ({accepted:,} accepted, {rejected:,} rejected, comments: {comments:,}, "
        "{blank:,} blank, {partial:,} partial), requests: {requests:,}, lost bytes: {lost_bytes:,}",
    ),
    # Translators: begins with two blanks, as it is below the line with the device's name.
    plural(
        "ledger_of_readings",
        "  journal: {count:,} reading = {forwarded:,} forwarded + {superseded:,} superseded + "
        "{refused:,} refused + {expired:,} expired + {pending:,} pending ({held:,} held)",
        "  journal: {count:,} readings = {forwarded:,} forwarded + {superseded:,} superseded + "
        "{refused:,} refused + {expired:,} expired + {pending:,} pending ({held:,} held)",
    ),
    # check, replay
    sentence("check_accepted", "{number}: accepted: {line}"),
    sentence("check_rejected", "{number}: rejected: {line}"),
    sentence("check_comment", "{number}: comment: {line}"),
    sentence("check_blank", "{number}: blank: {line}"),
    sentence("check_partial", "{number}: partial: {line}"),
    # Translators: the value was outside the datastream's range; the nearest limit was taken.
    sentence("check_clamped", "clamped to {value}"),
    sentence("check_scaled", "{said} → {value} by scale and offset"),
    sentence("check_scaled_clamped", "{said} → {scaled} by scale and offset, clamped to {value}"),
    # Translators: the value was accepted as a text, but looks like a number; {hint} says what to do.
    sentence("check_kept_as_text", "kept as a text, not as a number: {hint}"),
    plural("lines_rejected", "{count:,} line was rejected.", "{count:,} lines were rejected."),
    plural(
        "lines_judged",
        "{count:,} line: {accepted:,} accepted, {rejected:,} rejected, comments: {comments:,}, "
        "{blank:,} blank, {partial:,} partial.",
        "{count:,} lines: {accepted:,} accepted, {rejected:,} rejected, comments: {comments:,}, "
        "{blank:,} blank, {partial:,} partial.",
    ),
    # ports
    sentence("no_port_there", "There is no serial port: plug a board in, with a cable that carries data."),
    # record, replay
    sentence("port_is_recording", "{port} is a recording already: name the port of a board"),
    sentence("output_exists", "{path} exists already and is left as it is: name another file"),
    plural(
        "recorded",
        "{path}: {size:,} bytes in {seconds:duration}, {count:,} line",
        "{path}: {size:,} bytes in {seconds:duration}, {count:,} lines",
    ),
    sentence("recording_not_read", "{path}: cannot be read: {words}"),
    sentence("replay_needs_recording", "{path}: is not a Pinbridge recording: {message}"),
    plural(
        "recording_ends_damaged",
        "The last {count:,} byte of the recording is cut off or damaged, and was left out.",
        "The last {count:,} bytes of the recording are cut off or damaged, and were left out.",
    ),
    # rejected
    # Translators: how many lines were rejected for which reason; the reasons are codes.
    sentence("rejected_of_device", "{device}: {counts:and}."),
    sentence("rejected_for_reason", "{number:,} {reason}"),
    sentence("nothing_rejected", "{device}: nothing was rejected."),
    # cloud
    sentence(
        "cloud_open_to_network",
        "Warning: everybody in this network can reach {listen}, and its values are not encrypted.",
    ),
    # export
    # Translators: in front of a progress bar.
    sentence("label_exporting", "Exporting"),
    sentence("separator_no_character", "--separator must be one character, such as ; or ,"),
    sentence(
        "separator_is_decimal",
        "--separator and --decimal are the same: with --decimal , choose --separator ;",
    ),
    sentence("parquet_needs_file", "Parquet is not text: name a file with --output, or choose --format csv"),
    sentence("standard_output_closed", "standard output is closed: name a file with --output"),
    sentence("time_unreadable", "{option} {time}: write a time such as 2026-07-01T12:00:00"),
    plural("readings_exported", "{count:,} reading exported.", "{count:,} readings exported."),
    plural("markers_exported", "{count:,} marker exported.", "{count:,} markers exported."),
    # Translators: what happened: a board was unplugged, the cloud took nothing …
    plural("events_exported", "{count:,} event exported.", "{count:,} events exported."),
    # delete, resend, discard
    sentence("label_deleting", "Deleting"),
    sentence("label_resending", "Preparing for sending"),
    sentence("label_discarding", "Discarding"),
    plural(
        "stopped_in_part",
        "Stopped after {count:,} reading; the rest is as before.",
        "Stopped after {count:,} readings; the others are as before.",
    ),
    # delete
    sentence("delete_needs_yes", "this deletes readings from {path} for good, sent or not: add --yes"),
    plural("readings_deleted", "{count:,} reading deleted.", "{count:,} readings deleted."),
    sentence(
        "damaged_copy_left",
        "{path} was set aside when the journal was damaged, and may hold more readings: delete it yourself.",
    ),
    # pending, refused, resend, discard
    plural(
        "pending_of_datastream",
        "{device}  {target}  {count:,} pending, since {since}",
        "{device}  {target}  {count:,} pending, since {since}",
    ),
    plural(
        "pending_since_unknown",
        "{device}  {target}  {count:,} pending",
        "{device}  {target}  {count:,} pending",
    ),
    sentence("nothing_pending", "No reading is pending."),
    plural("readings_refused", "{count:,} reading was refused.", "{count:,} readings were refused."),
    sentence("no_reading_refused", "No reading was refused."),
    sentence("resend_which", "say which readings: --id N, --target v1, --all, or --held"),
    sentence(
        "resend_held_alone",
        "--held does not go with --id, --target or --all: run pinbridge resend twice",
    ),
    sentence(
        "resend_held_without_bench_file",
        "--held needs the bench file, which names the account that the readings are to go to",
    ),
    plural(
        "held_go_here",
        "{count:,} held reading goes to the present account.",
        "{count:,} held readings go to the present account.",
    ),
    plural(
        "readings_to_resend",
        "{count:,} reading will be sent again.",
        "{count:,} readings will be sent again.",
    ),
    plural(
        "readings_discarded",
        "{count:,} reading discarded: it stays in the journal as expired.",
        "{count:,} readings discarded: they stay in the journal as expired.",
    ),
    # token
    sentence("label_auth_token", "Auth token"),
    sentence(
        "token_stored",
        "The token {name} is stored for {bound}: write keyring:{name} in the bench file.",
    ),
    sentence("token_removed", "The token {name} is removed."),
    sentence("token_not_stored", 'The keyring holds no token {name}: run "pinbridge token set {name}".'),
    sentence("token_for_other_server", "The token {name} is there, for {bound}, and not for {server}."),
    sentence("token_stored_for", "The token {name} is there, for {bound}."),
    sentence("token_works", "The token {name} is there, for {bound}, and the cloud takes it."),
    sentence("token_there_but", "The token {name} is there, for {bound}, but: {message}"),
    sentence(
        "token_name_unusable",
        "NAME must have no spaces and no colon, so that a bench file can say keyring:NAME",
    ),
)
