"""Messages about the journal: its file, its place, its damage and its size. Pure.

`{path}` is the journal's file; `{words}` is a text from the operating system or SQLite.
"""

from __future__ import annotations

from app.messages.entry import plural, sentence

ENTRIES = (
    # Decisions of the user: app/journal/decisions.py.
    # Translators: why a reading ended as expired.
    sentence("discarded", "discarded by the user"),
    # Translators: the reason of the fate "expired".
    sentence("plotted_without_server", "plotted without a server, and not sent as the user decided"),
    sentence(
        "journal_still_read",
        "{path}: deleted, but another program still reads the old state: close it and delete again",
    ),
    # Opening the file: app/journal/file/schema.py, lock.py.
    sentence("journal_not_found", "{path}: there is no such journal"),
    sentence("journal_not_a_file", "{path}: is a folder or a device, not a journal: name a file"),
    sentence("not_a_journal", "{path}: is not a Pinbridge journal and is left as it is: name another file"),
    sentence(
        "journal_file_empty",
        "{path}: is an empty file, not a Pinbridge journal: delete it, or name another file",
    ),
    sentence("journal_link_broken", "{path}: is a link to a file that does not exist: name the file itself"),
    # Translators: `other` is the path of a file of another program, such as bench.db-wal.
    sentence(
        "journal_beside_foreign_file",
        "{path}: {other} is not part of this journal, but has a name that the journal needs: "
        "move it to another folder, or name another journal",
    ),
    sentence(
        "parquet_needs_pyarrow",
        "Parquet needs the Python package pyarrow: install it with pip install pyarrow, or write a CSV file",
    ),
    plural(
        "too_many_rows",
        "The table has more than {count:,} row, too many for the clipboard: save it as a file.",
        "The table has more than {count:,} rows, too many for the clipboard: save it as a file.",
    ),
    sentence("output_is_journal", "{path}: is a file of a Pinbridge journal: name another file"),
    sentence(
        "journal_of_older_version",
        "{path}: was written by an older Pinbridge: pinbridge run brings it up to date",
    ),
    sentence(
        "journal_of_newer_version",
        "{path}: was written by a newer Pinbridge (schema {version}): install that version",
    ),
    sentence(
        "journal_cannot_be_opened",
        "{path}: the journal cannot be opened: {words}: check that its folder and its file may be written",
    ),
    sentence(
        "journal_cannot_be_written",
        "{path}: the journal cannot be written: {words}: choose another folder for it",
    ),
    sentence("journal_disk_full", "{path}: the journal cannot be written: the disk is full: make room on it"),
    sentence("journal_cannot_be_read", "{path}: the journal cannot be read: {words}"),
    sentence("journal_file_cannot_be_read", "{path}: the journal cannot be read: {words}: name another file"),
    sentence("journal_in_use", "{path}: another Pinbridge works on this journal: stop that one first"),
    # Translators: `process` is the operating system's number of the other program.
    sentence(
        "journal_in_use_by_process",
        "{path}: another Pinbridge (process {process}) works on this journal: stop that one first",
    ),
    # Where the file is: app/journal/file/folder.py.
    # Translators: `service` is for instance OneDrive or Dropbox.
    sentence(
        "journal_in_synchronised_folder",
        "{path}: the journal is in a folder that {service} copies, which can damage it: "
        "choose another folder",
    ),
    # Translators: `kind` is the file system's own name, for instance nfs.
    sentence(
        "journal_on_network_drive",
        "{path}: the journal is on a network drive ({kind}), where a crash can damage it: "
        "choose a folder on this computer",
    ),
    # Damage: app/journal/file/schema.py, damage.py, app/journal/journal.py, writer.py.
    # Translators: `damage` is one of the next three, or words of SQLite.
    sentence("journal_damaged", "{path}: the journal is damaged: {damage}"),
    sentence("damage_empty_file", "the file is empty, but its log is not"),
    sentence("damage_foreign_log", "{log} beside it belongs to another file"),
    sentence("damage_no_version", "it has lost its version number"),
    sentence("damage_table_definition", "the definition of {table} is wrong"),
    sentence(
        "journal_damaged_export",
        "{path}: the journal is damaged: {words}: pinbridge export gives what can still be read",
    ),
    # Translators: `reason` is journal_damaged.
    sentence(
        "journal_cannot_be_set_aside",
        "{reason}: it cannot be set aside ({words}): stop Pinbridge and rename the file",
    ),
    # Translators: `reason` is journal_damaged; `place` is the file's new path.
    plural(
        "journal_replaced",
        "{reason}. The damaged file is now {place}, and a new one was started. {count:,} pending reading "
        "will not be sent: pinbridge export gives what can still be read of the old one",
        "{reason}. The damaged file is now {place}, and a new one was started. {count:,} pending readings "
        "will not be sent: pinbridge export gives what can still be read of the old one",
    ),
    sentence(
        "journal_replaced_uncounted",
        "{reason}. The damaged file is now {place}, and a new one was started. Its pending readings cannot "
        "be counted and will not be sent: pinbridge export gives what can still be read of the old one",
    ),
    sentence("journal_damaged_again", "{path}: is damaged again ({damage}): is the disk failing?"),
    sentence(
        "journal_stalled",
        "{path}: nothing could be written to the journal for more than 10 s: does the disk still answer?",
    ),
    sentence("journal_write_failed", "{path}: the journal cannot be written ({words}): is the disk full?"),
    # The file is taken away while it is open: app/journal/file/journal_file.py.
    # Translators: `file` is the journal or a file of SQLite beside it; `place` is the new journal.
    sentence(
        "journal_rescued",
        "{file}: was deleted, renamed or replaced while Pinbridge was using it. All readings of the journal "
        "are now in a new file, {place}",
    ),
    # Translators: journal is a key of the bench file.
    sentence(
        "journal_rescued_elsewhere",
        "{file}: was deleted, renamed or replaced while Pinbridge was using it, and another file has its "
        "name now. All readings of the journal are now in {place}: write this path as journal into the bench "
        "file, or move the other file away and rename this one",
    ),
    plural(
        "journal_rescued_in_part",
        "{file}: was overwritten while Pinbridge was using it. {count:,} pending reading could not be "
        "rescued and will not be sent. The journal continues in a new file, {place}",
        "{file}: was overwritten while Pinbridge was using it. {count:,} pending readings could not be "
        "rescued and will not be sent. The journal continues in a new file, {place}",
    ),
    sentence(
        "journal_not_rescued",
        "{file}: was deleted, renamed or replaced while Pinbridge was using it, and a new journal cannot be "
        "written ({words}): make room on the disk, or create the folder again",
    ),
    # Readings that are missing in the export of a damaged journal: app/journal/file/recovery.py, salvage.py.
    sentence("journal_rows_cannot_be_copied", "{path}: what can be read of it cannot be copied: {words}"),
    # Translators: `device` and `target` are as in the exported file; readings are numbered by seq.
    plural(
        "readings_unreadable",
        "{device} {target}: {count:,} reading between seq {first} and {last} cannot be read",
        "{device} {target}: {count:,} readings between seq {first} and {last} cannot be read",
    ),
    plural(
        "readings_unreadable_or_pruned",
        "{device} {target}: {count:,} reading between seq {first} and {last} cannot be read, "
        "unless it was pruned",
        "{device} {target}: {count:,} readings between seq {first} and {last} cannot be read, "
        "unless they were pruned",
    ),
    sentence(
        "stream_without_name",
        "stream {stream}: its name and its number of readings cannot be read",
    ),
    sentence("damaged_without_loss", "the file is damaged, but no reading is missing"),
    sentence("damaged_streams_may_be_missing", "the file is damaged: whole streams may be missing"),
    # Markers: app/journal/timeline/timelines.py.
    sentence("marker_note_too_long", "the note of a marker may have {limit} characters at most: shorten it"),
    # Size: app/journal/pruning.py.
    # Translators: max_journal_mb is a key of the bench file.
    sentence(
        "journal_too_large",
        "{path}: the journal is {megabytes:.0f} MB large, more than max_journal_mb = {limit:.0f}: what is "
        "left waits to be sent and is kept: send or discard it, or raise the limit",
    ),
)
