"""The topics of the help: which sentences, tables and pictures each one has. Pure.

Invariant: a topic holds message codes and literal examples, never a sentence.
"""

from __future__ import annotations

from typing import NamedTuple

from ui import lights
from ui.help.first_sketch import SKETCH


class Words(NamedTuple):
    """A paragraph."""

    code: str


class Steps(NamedTuple):
    """A numbered list."""

    codes: tuple[str, ...]


class Rows(NamedTuple):
    """A table of two columns: at the left an example as it is, at the right a sentence."""

    rows: tuple[tuple[str, str], ...]


class Terms(NamedTuple):
    """A table of two columns, with the message codes of a term and of its explanation."""

    rows: tuple[tuple[str, str], ...]


class Example(NamedTuple):
    """Lines of a sketch or of a file, as they are."""

    lines: str


class Picture(NamedTuple):
    """A picture, by its name in `ui.help.pictures`, with the message code of its description."""

    name: str
    code: str


class Keys(NamedTuple):
    """The table of all keys."""


Part = Words | Steps | Rows | Terms | Example | Picture | Keys


class Topic(NamedTuple):
    """A page of the help. `title` is a message code."""

    title: str
    parts: tuple[Part, ...]


TOPICS = (
    Topic(
        "help_topic_start",
        (
            Picture("road", "help_picture_road"),
            Steps(("help_start_blynk", "help_start_sketch", "help_start_port", "help_start_server")),
            Words("help_start_done"),
            Example(SKETCH.rstrip()),
        ),
    ),
    Topic(
        "help_topic_window",
        (
            Picture("window", "help_picture_window"),
            Rows(
                (
                    ("1", "help_window_bar"),
                    ("2", "help_window_notices"),
                    ("3", "help_window_boards"),
                    ("4", "help_window_datastreams"),
                    ("5", "help_window_plots"),
                    ("6", "help_window_pages"),
                    ("7", "help_window_status"),
                )
            ),
            Words("help_lights"),
            Rows(
                (
                    (lights.SIGNS["good"], "help_light_good"),
                    (lights.SIGNS["warn"], "help_light_warn"),
                    (lights.SIGNS["bad"], "help_light_bad"),
                    (lights.SIGNS[""], "help_light_off"),
                )
            ),
            Words("help_window_texts"),
            Words("help_window_alarms"),
            Words("help_window_hidden"),
            Words("help_window_beamer"),
        ),
    ),
    Topic(
        "help_topic_lines",
        (
            Words("help_lines"),
            Terms(
                (
                    ("help_example_pin", "help_line_pin"),
                    ("help_example_id", "help_line_id"),
                    ("help_example_property", "help_line_property"),
                    ("help_example_event", "help_line_event"),
                    ("help_example_comment", "help_line_comment"),
                )
            ),
            Words("help_lines_numbers"),
        ),
    ),
    Topic(
        "help_topic_console",
        (
            Words("help_console_what"),
            Words("help_console_follow"),
            Terms(
                (
                    ("button_find", "help_console_find"),
                    ("button_more_console", "help_console_show"),
                    ("button_keep_macro", "help_console_keep"),
                )
            ),
            Words("help_console_garbage"),
            Words("help_console_file"),
        ),
    ),
    Topic(
        "help_topic_no_curve",
        (
            Words("help_no_curve"),
            Terms(
                (
                    ("label_link_no_such_port", "help_fix_no_port"),
                    ("label_link_busy", "help_fix_busy"),
                    ("label_link_no_permission", "help_fix_no_permission"),
                    ("label_link_silent", "help_fix_silent"),
                    ("label_link_unreadable", "help_fix_unreadable"),
                    ("label_link_no_line_ends", "help_fix_no_line_ends"),
                    ("label_link_none_good", "help_fix_none_good"),
                    ("label_link_restarting", "help_fix_restarting"),
                )
            ),
        ),
    ),
    Topic(
        "help_topic_not_in_cloud",
        (
            Words("help_not_in_cloud"),
            Terms(
                (
                    ("help_word_pending", "help_fix_pending"),
                    ("help_word_held", "help_fix_held"),
                    ("help_word_refused", "help_fix_refused"),
                    ("help_word_superseded", "help_fix_superseded"),
                    ("help_word_expired", "help_fix_expired"),
                    ("label_cloud_paused", "help_fix_paused"),
                )
            ),
            Words("help_few_points"),
        ),
    ),
    Topic(
        "help_topic_editing",
        (
            Steps(("help_edit_file", "help_edit_open", "help_edit_check", "help_edit_save")),
            Words("help_edit_curves"),
            Words("help_edit_scale"),
            Words("help_edit_move"),
        ),
    ),
    Topic(
        "help_topic_plan",
        (
            Words("help_plan"),
            Rows(
                (
                    ('forward = "latest", batch = true, interval_s = 30', "help_plan_latest"),
                    ('forward = "timestamped", interval_s = 60', "help_plan_timestamped"),
                    ('forward = "every"', "help_plan_every"),
                    ("min_change = 0.5", "help_plan_changed"),
                )
            ),
            Words("help_plan_organisation"),
        ),
    ),
    Topic(
        "help_topic_saving",
        (
            Terms(
                (
                    ("help_save_csv", "help_save_csv_how"),
                    ("help_save_wide", "help_save_wide_how"),
                    ("help_save_times", "help_save_times_how"),
                    ("help_save_signs", "help_save_signs_how"),
                    ("help_save_picture", "help_save_picture_how"),
                    ("help_save_recording", "help_save_recording_how"),
                    ("help_save_journal", "help_save_journal_how"),
                )
            ),
            Words("help_save_long"),
        ),
    ),
    Topic("title_help_keys", (Keys(),)),
)
