"""The texts about saving data. Pure."""

from __future__ import annotations

from app.messages.entry import plural, sentence

ENTRIES = (
    sentence("title_save_data", "Save data"),
    sentence("label_save_device", "De&vice"),
    sentence("save_all_devices", "All devices"),
    sentence("label_save_datastreams", "Datastrea&ms"),
    sentence("save_no_datastream", "Tick at least one datastream."),
    # Translators: which readings are saved: the choices are those that follow.
    sentence("label_save_period", "&Readings"),
    sentence("save_all", "All in the journal"),
    sentence("save_recordings", "All of the recording"),
    sentence("save_this_run", "Of this run, since {since}"),
    sentence("save_in_view", "In view: {first} – {last}"),
    sentence("save_between_cursors", "Between the cursors: {first} – {last}"),
    sentence("save_from_to", "From … to …"),
    sentence("label_save_from", "&From"),
    sentence("label_save_to", "&To"),
    sentence("save_time_unreadable", "Write both times as 2026-07-01 12:00:00."),
    sentence("save_times_reversed", "The first time must be before the second."),
    sentence("label_layout", "&Layout"),
    sentence("layout_wide", "A column for each datastream"),
    sentence("layout_long", "A row for each reading, with its fate"),
    sentence("label_times", "T&imes"),
    sentence("time_local", "Local time"),
    sentence("time_utc", "UTC"),
    sentence("time_elapsed", "Seconds since the first row"),
    sentence("label_file_kind", "File t&ype"),
    sentence("kind_csv", "Table (CSV)"),
    sentence("kind_parquet", "Parquet"),
    sentence("hint_parquet", "For programs such as pandas, DuckDB and MATLAB; not for spreadsheets."),
    sentence(
        "hint_libreoffice",
        "In LibreOffice, tick “Detect special numbers”, so that times are dates.",
    ),
    plural(
        "tip_copy_table",
        "To the clipboard, to be pasted into a spreadsheet; at most {count:,} row",
        "To the clipboard, to be pasted into a spreadsheet; at most {count:,} rows",
    ),
    sentence("tip_copy_no_parquet", "Only a table (CSV) can be copied"),
    # Translators: the sign that is between the columns of the table.
    sentence("label_separator", "&Separator"),
    sentence("separator_comma", "Comma  ,"),
    sentence("separator_semicolon", "Semicolon  ;"),
    sentence("separator_tab", "Tab"),
    sentence("label_decimal", "&Decimal sign"),
    sentence("decimal_point", "Point  3.14"),
    sentence("decimal_comma", "Comma  3,14"),
    sentence("signs_must_differ", "Separator and decimal sign must differ."),
    sentence("signs_of_excel", "A German or French Excel wants ; and ,"),
    sentence("button_save_as", "Save as…"),
    sentence("label_tables", "Tables ({patterns})"),
    sentence("nothing_to_save", "There is no device yet whose data can be saved: connect first."),
    sentence("label_parquet_files", "Parquet ({patterns})"),
    sentence("saving_begins", "Saving data to {path}…"),
    sentence("saving_runs", "Saving data to {path}: {percent} %"),
    sentence("saving_cancelled", "Saving was cancelled: {path} was not written."),
    plural("data_saved", "{count:,} reading is in {path}.", "{count:,} readings are in {path}."),
    sentence("copying_begins", "Copying data…"),
    sentence("copying_runs", "Copying data: {percent} %"),
    sentence("copying_cancelled", "Copying was cancelled: the clipboard is as it was."),
    plural(
        "data_copied", "{count:,} reading is in the clipboard.", "{count:,} readings are in the clipboard."
    ),
    # Translators: two whole sentences, one after the other.
    sentence("two_sentences", "{first} {second}"),
)
