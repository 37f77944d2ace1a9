"""The texts of the plot's dialogs: ranges of axes, markers and pictures. Pure."""

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
    sentence("menu_alarm", "Alarm: flash or bu&zz"),
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
)
