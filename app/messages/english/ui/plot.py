"""The texts of the plot's dialogs: ranges of axes, markers, pictures and analyses. Pure."""

from __future__ import annotations

from app.messages.entry import plural, sentence

ENTRIES = (
    sentence("label_whole", "All readings"),
    sentence(
        "label_whole_keys",
        "Left, Right, Page up and Page down move the view, Home shows the first readings, End the newest.",
    ),
    sentence("tip_whole", "All readings that the journal has: drag the window to look at another time"),
    # Translators: short labels at a line in the plot, such as "max 30 °C".
    sentence("label_limit_high", "max {value}"),
    sentence("label_limit_low", "min {value}"),
    sentence("value_above", "{name} is above {high}."),
    sentence("value_below", "{name} is below {low}."),
    sentence("value_outside", "{name} is outside the range from {low} to {high}."),
    sentence("menu_alarm", "Alarm wi&th a flash or a beep"),
    sentence("menu_alarm_off", "&Off"),
    sentence("menu_alarm_flash", "&Flash"),
    sentence("menu_alarm_beep", "&Beep"),
    sentence("menu_alarm_both", "Flash &and beep"),
    # Of datastreams of texts.
    sentence("label_state_since", "since {time}"),
    plural("label_changes", "{count:,} change", "{count:,} changes"),
    sentence("label_states_left_out", "too many readings: zoom in"),
    sentence("title_ranges", "Ranges of the value axes"),
    sentence("label_ranges_hint", "A locked axis keeps its range until you reset the view or unlock it."),
    sentence("label_range_low", "From"),
    sentence("label_range_high", "To"),
    sentence("label_range_locked", "Locked"),
    sentence("button_use_ranges", "Use these ranges"),
    sentence("range_wrong", "{name}: type two numbers, the lower one first."),
    # Translators: a marker in a list.
    sentence("label_marker", "{time}  {note}"),
    sentence("title_marker", "Marker"),
    sentence("title_marker_at", "Marker at {time}"),
    sentence("label_marker_note", "Note"),
    sentence("button_keep_marker", "Keep the marker"),
    sentence("button_remove_marker", "Remove it"),
    sentence("no_plot_for_marker", "There is nothing to mark: connect a board first."),
    sentence("title_save_picture", "Save a picture of the plot"),
    sentence("label_pictures", "Pictures ({patterns})"),
    # Translators: the proposed name of a file.
    sentence("picture_name", "pinbridge {moment}.{suffix}"),
    sentence("label_picture_format", "&Format"),
    sentence("label_picture_size", "&Size"),
    sentence("picture_png", "PNG, for documents and web pages"),
    sentence("picture_svg", "SVG, lines that stay sharp"),
    sentence("picture_pdf", "PDF, to print"),
    # Translators: how many times as large a picture is as on the screen.
    sentence("picture_scale", "{scale}× as on the screen"),
    sentence("button_copy_picture", "Copy"),
    sentence("picture_copied", "The picture is on the clipboard."),
    sentence("no_plot_for_picture", "There is no plot yet: connect a board first."),
    sentence("picture_saved", "The picture is in {path}."),
    sentence(
        "picture_not_saved", "The picture cannot be written to {path}: choose another folder or file name."
    ),
    sentence("title_analysis", "Analyse"),
    sentence("label_analysis_period", "Period"),
    sentence("analysis_between", "Between the cursors: {length}"),
    sentence("analysis_in_view", "In view: {length}"),
    sentence("label_analysis_words", "Result"),
    sentence("label_analysis_pointed", "At the pointer"),
    # Translators: for screen readers; {name} is the name of the tab.
    sentence("label_chart", "Chart: {name}"),
    sentence("tab_xy", "x–y"),
    sentence("tab_histogram", "Histogram"),
    sentence("tab_spectrum", "Spectrum"),
    sentence("label_x", "&x"),
    sentence("label_y", "&y"),
    sentence("label_lines", "&Lines between the points"),
    sentence("label_decibels", "&Decibels"),
    sentence("label_analysed", "Data&stream"),
    sentence("button_copy_chart", "Copy the &picture"),
    sentence("button_copy_values", "Copy the &values"),
    sentence("analysis_nothing", "There are no curves in the plot yet."),
    sentence("analysis_no_readings", "There are no readings in this period."),
    sentence(
        "analysis_no_pairs",
        "In this period, no two readings belong together: whenever one datastream sent, the other was "
        "silent.",
    ),
    plural(
        "analysis_pairs",
        "{count:,} pair; {x} from {x_low} to {x_high}, {y} from {y_low} to {y_high}.",
        "{count:,} pairs; {x} from {x_low} to {x_high}, {y} from {y_low} to {y_high}.",
    ),
    sentence("analysis_one_reading", "1 reading: {value}."),
    sentence("analysis_mean", "{count:,} readings: mean {mean}, σ {sigma}."),
    plural("analysis_bin", "{low} to {high}: {count:,} reading", "{low} to {high}: {count:,} readings"),
    plural("analysis_bin_one", "{value}: {count:,} reading", "{value}: {count:,} readings"),
    sentence(
        "analysis_peak",
        "Highest peak: {frequency}, {amplitude}. From {count:,} samples in {length}.",
    ),
    sentence(
        "analysis_no_peak",
        "The value does not change in any rhythm. From {count:,} samples in {length}.",
    ),
    sentence(
        "analysis_too_few",
        "There are too few readings for a spectrum: at least {least} are needed without a gap.",
    ),
    sentence(
        "analysis_irregular",
        "The readings come too irregularly for a spectrum: let the sketch print the value at a steady rate.",
    ),
    sentence("analysis_cut", "Only the newest {count:,} readings are used."),
    plural(
        "analysis_pruned",
        "About {count:,} reading is missing, which was pruned from the journal.",
        "About {count:,} readings are missing, which were pruned from the journal.",
    ),
    sentence("axis_readings", "Readings"),
    sentence("axis_frequency", "Frequency (Hz)"),
    sentence("column_unix_s", "Seconds since 1970"),
    sentence("column_bin_from", "{name} from"),
    sentence("column_bin_to", "{name} to"),
)
