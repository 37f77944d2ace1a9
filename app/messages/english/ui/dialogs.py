"""The texts of the window's menus, dialogs and actions. Pure."""

from __future__ import annotations

from app.messages.entry import plural, sentence

_MENUS = (
    # Translators: this language's own name for itself, as it is shown in every language.
    sentence("language_name", "English"),
    # Translators: the letter after & opens the menu or the entry by keyboard. Every entry of a menu needs a
    # letter of its own, and so does every menu of the bar.
    sentence("menu_bench", "&Bench"),
    sentence("menu_connect", "&Connect or disconnect"),
    sentence("menu_open", "&Open bench file…"),
    sentence("menu_new", "&New without a file"),
    sentence("menu_demo", "Start the de&mo"),
    sentence("menu_edit_bench", "&Edit bench…"),
    sentence("menu_save_bench", "Save &as bench file…"),
    sentence("menu_export_bench", "E&xport bench…"),
    sentence("menu_edit_device", "Ed&it device…"),
    sentence("menu_tokens", "Auth &tokens…"),
    sentence("menu_save_data", "Save &data…"),
    sentence("menu_save_picture", "Save &picture of the plot…"),
    sentence("menu_quit", "&Quit"),
    sentence("menu_device", "&Device"),
    sentence("menu_record", "&Record"),
    sentence("menu_release", "Release the &port, or take it back"),
    sentence("menu_send_line", "&Send a line…"),
    sentence("menu_try_now", "&Try the cloud now"),
    sentence("menu_cloud_page", "Open the cloud's &web page"),
    sentence("menu_next_device", "N&ext device"),
    sentence("menu_previous_device", "Pre&vious device"),
    sentence("menu_delete_data", "&Delete its data…"),
    sentence("menu_view", "&View"),
    sentence("menu_pause", "&Pause the view"),
    sentence("menu_reset_view", "&Reset"),
    sentence("menu_lock", "&Lock the value axes"),
    sentence("menu_ranges", "Ranges &of the value axes…"),
    sentence("menu_cursors", "Cursors to &measure with"),
    sentence("menu_analysis", "Analyse: x–y, histogram, fre&quencies…"),
    sentence("menu_curves", "Cur&ves"),
    sentence("menu_together", "Curves &together"),
    sentence("menu_clock", "Clock t&ime"),
    sentence("menu_marker", "Set a mar&ker…"),
    sentence("menu_markers", "Mark&ers"),
    sentence("menu_no_markers", "No markers yet"),
    sentence("menu_shorter", "&Shorter time window"),
    sentence("menu_longer", "Longer time win&dow"),
    sentence("menu_keep", "Keep this &board in the plot"),
    sentence("menu_only_rejected", "Onl&y rejected lines in the console"),
    sentence("menu_clear_console", "&Clear the console"),
    sentence("menu_console", "Co&nsole"),
    sentence("menu_rejected", "Re&jected lines"),
    sentence("menu_cloud", "Clo&ud"),
    sentence("menu_panes", "P&anes"),
    sentence("menu_table", "&Datastreams"),
    sentence("menu_lower_pane", "&Console, rejected lines, cloud"),
    sentence("menu_text_size", "Text si&ze"),
    sentence("menu_larger_text", "&Larger"),
    sentence("menu_smaller_text", "&Smaller"),
    sentence("menu_normal_text", "&Normal"),
    sentence("menu_beamer", "&Full screen for an audience"),
    sentence("menu_theme", "T&heme"),
    sentence("menu_theme_system", "Like the &system"),
    sentence("menu_theme_light", "&Light"),
    sentence("menu_theme_dark", "&Dark"),
    sentence("menu_theme_contrast", "&High contrast"),
    sentence("menu_language", "Lan&guage"),
    sentence("menu_language_system", "Like the &system"),
    sentence("menu_faults", "&Faults"),
    sentence("menu_help", "&Help"),
    sentence("menu_help_topics", "&Help topics"),
    sentence("menu_updates", "Is there a &newer version?"),
)
_WINDOW = (
    # Translators: the window's title: the name of the bench, and the program's.
    sentence("title_bench", "{name} – Pinbridge"),
    sentence("title_open", "Open a bench file"),
    # Translators: a kind of files in a dialog that opens one, such as: Bench files (*.pinbridge *.toml)
    sentence("label_bench_files", "Bench files ({patterns})"),
    sentence("busy_connecting", "Connecting…"),
    sentence("busy_disconnecting", "Disconnecting…"),
)
_LEAVING = (
    sentence("title_disconnect", "Disconnect?"),
    sentence("ask_disconnect", "{bench} runs, and its boards are read. Disconnect it?"),
    sentence("title_close", "Close Pinbridge?"),
    plural(
        "ask_close",
        "{count:,} reading waits to be sent. It is kept in the journal, and sent when the bench runs again.",
        "{count:,} readings wait to be sent. They are kept in the journal, and sent when the bench runs"
        " again.",
    ),
    # Translators: {reason} is a whole sentence about the journal, such as journal_write_failed.
    plural(
        "ask_lose_unwritten",
        "{count:,} reading is not in the journal yet and would be lost. {reason}",
        "{count:,} readings are not in the journal yet and would be lost. {reason}",
    ),
    sentence("menu_tray", "M&inimise to the tray"),
    sentence("menu_tray_show", "&Show the window"),
    sentence("no_tray", "This system has no tray: the window is minimised as usual."),
    sentence("menu_keep_awake", "&Keep the computer awake while connected"),
    sentence(
        "computer_not_kept_awake",
        "This system does not let the program keep the computer awake: turn off sleep in its settings.",
    ),
)
_ACTIONS = (
    sentence("no_cloud_page", "No cloud has a page to open: connect a device that has a server."),
    sentence("cloud_page_not_opened", "No browser could be started: open {server} in one."),
    sentence("line_not_sent", "The line was not sent, because the port is not open."),
    plural(
        "refused_sent_again",
        "{count:,} refused reading is sent to the cloud again.",
        "{count:,} refused readings are sent to the cloud again.",
    ),
    sentence(
        "reading_skipped",
        "The reading that blocked its datastream is refused now; it can be sent again.",
    ),
    sentence("nothing_to_skip", "No reading blocks a datastream now."),
    sentence("title_send_here", "Send held readings here"),
    plural(
        "ask_send_here",
        "{count:,} reading of {device} was not meant for this token and server. Send it to {server}?",
        "{count:,} readings of {device} were not meant for this token and server. Send them to {server}?",
    ),
    sentence("button_send_here", "Send here"),
    plural(
        "held_sent_here",
        "{count:,} held reading is sent to the cloud.",
        "{count:,} held readings are sent to the cloud.",
    ),
    sentence("title_discard", "Discard held readings"),
    plural(
        "ask_discard",
        "{count:,} reading of {device} is held. Never send it? It stays in the journal and in its export.",
        "{count:,} readings of {device} are held. Never send them? "
        "They stay in the journal and in its export.",
    ),
    sentence("button_discard", "Discard"),
    plural(
        "held_discarded",
        "{count:,} held reading was discarded.",
        "{count:,} held readings were discarded.",
    ),
    sentence("title_discard_refused", "Discard refused readings"),
    plural(
        "ask_discard_refused",
        "{count:,} reading of {device} is refused. Never send it again? It stays in the journal and in its "
        "export.",
        "{count:,} readings of {device} are refused. Never send them again? "
        "They stay in the journal and in its export.",
    ),
    sentence(
        "ask_discard_refused_of",
        "Readings of {device} for {target} are refused. Never send them again? "
        "They stay in the journal and in its export.",
    ),
    plural(
        "refused_discarded",
        "{count:,} refused reading was discarded.",
        "{count:,} refused readings were discarded.",
    ),
    sentence("title_delete", "Delete data"),
    plural(
        "ask_delete",
        "Delete {count:,} reading of {device} from the journal? This cannot be undone.",
        "Delete all {count:,} readings of {device} from the journal? This cannot be undone.",
    ),
    # Translators: {question} is the whole sentence above.
    sentence("ask_delete_unsent", "{question} Not sent yet: {unsent:,}."),
    sentence("button_delete", "Delete"),
    # Shown while one of these takes longer, and when the user has cancelled it.
    sentence("data_is_deleted", "Deleting data: {percent} %"),
    sentence("readings_are_discarded", "Discarding readings: {percent} %"),
    # Translators: so that they can be sent; when it is done, they are sent.
    sentence("readings_are_prepared", "Preparing readings for sending: {percent} %"),
    sentence(
        "decision_runs_already",
        "The readings are still being changed. Wait until that has ended, or cancel it.",
    ),
    sentence(
        "decision_needs_connection",
        "Readings can be changed only while the bench is connected. Connect it first.",
    ),
    # Translators: {done} of {count} is a part of the readings, such as "12,000 of 50,000 readings".
    plural(
        "deleting_cancelled",
        "Cancelled. {done:,} of {count:,} reading was deleted; the rest is kept.",
        "Cancelled. {done:,} of {count:,} readings were deleted, the oldest first; the others are kept.",
    ),
    plural(
        "discarding_cancelled",
        "Cancelled. {done:,} of {count:,} reading was discarded; the rest is as before.",
        "Cancelled. {done:,} of {count:,} readings were discarded; the others are as before.",
    ),
    plural(
        "sending_cancelled",
        "Cancelled. {done:,} of {count:,} reading is sent; the rest is as before.",
        "Cancelled. {done:,} of {count:,} readings are sent; the others are as before.",
    ),
    # Added to the question whether to close the window or to disconnect.
    sentence(
        "ask_close_decision",
        "Readings of {device} are still being changed: what is not done yet is cancelled.",
    ),
    sentence("ask_close_copying", "Data are still being copied to the clipboard: that is cancelled."),
    sentence("ask_close_saving", "Data are still being saved to {path}: that is cancelled."),
    plural(
        "data_deleted",
        "{count:,} reading was deleted.",
        "{count:,} readings were deleted.",
    ),
)
_EARLIER = (
    # Before a board is connected that may be another one than before.
    sentence("title_same_board", "Is it the same board?"),
    plural(
        "ask_same_board",
        "There is {count:,} reading of a board on this port, from {at}. Is it the same board?",
        "There are {count:,} readings of a board on this port, the last from {at}. Is it the same board?",
    ),
    # The same if no reading is left that has a time.
    plural(
        "ask_same_board_undated",
        "There was {count:,} reading of a board on this port. Is it the same board?",
        "There were {count:,} readings of a board on this port. Is it the same board?",
    ),
    sentence("button_same_board", "Same board"),
    sentence("button_another_board", "Another board"),
    plural(
        "other_board_waits",
        "{count:,} reading of the other board still waits to be sent: it is kept in {path}.",
        "{count:,} readings of the other board still wait to be sent: they are kept in {path}.",
    ),
    # An earlier version kept the readings of all boards in one journal.
    plural(
        "old_journal_waits",
        "{count:,} earlier reading still waits to be sent: it is kept in {path}. {port} continues that file.",
        "{count:,} earlier readings still wait to be sent: they are kept in {path}. "
        "{port} continues that file.",
    ),
    sentence("old_journal_kept", "Each board has its own journal now. Earlier readings are in {path}."),
    sentence("title_old_readings", "Old readings"),
    plural(
        "ask_old_readings",
        "You plotted without sending: send the old reading too? If not, it stays in the journal "
        "and is never sent.",
        "You plotted without sending: send the {count:,} old readings too? If not, they stay in the journal "
        "and are never sent.",
    ),
    plural(
        "ask_refused_readings",
        "A reading came while the server did not know the token: send it with this token? If not, it stays "
        "in the journal and is never sent.",
        "{count:,} readings came while the server did not know the token: send them with this token? If not, "
        "they stay in the journal and are never sent.",
    ),
    sentence("button_send_too", "Send them too"),
    sentence("button_do_not_send", "No"),
    plural(
        "old_readings_sent",
        "{count:,} old reading is sent to the cloud.",
        "{count:,} old readings are sent to the cloud.",
    ),
    plural(
        "old_readings_kept",
        "{count:,} old reading stays in the journal and is not sent.",
        "{count:,} old readings stay in the journal and are not sent.",
    ),
)
_CLOUD_PANE = (
    sentence("label_fact_state", "State"),
    sentence("cloud_not_connected", "Not connected, so nothing is sent."),
    sentence("label_fact_refused", "Refused"),
    sentence("label_fact_unwritten", "Not in the journal"),
    sentence("label_fact_waiting", "Waiting"),
    sentence("label_fact_held", "Held"),
    sentence("label_fact_success", "Last success"),
    sentence("label_fact_month", "This month"),
    sentence("label_fact_warnings", "Warnings"),
    # Translators: {reason} is a whole sentence about the journal, such as journal_write_failed.
    plural("cloud_unwritten", "{count:,} reading. {reason}", "{count:,} readings. {reason}"),
    plural(
        "cloud_waiting_for",
        "{count:,} reading waits for the cloud.",
        "{count:,} readings wait for the cloud.",
    ),
    plural(
        "cloud_held",
        "{count:,} reading is held: it was not meant for this account.",
        "{count:,} readings are held: they were not meant for this account.",
    ),
    plural("cloud_messages_left", "{count:,} message left.", "{count:,} messages left."),
    sentence("label_refused_view", "Refused readings with the cloud's reasons"),
    sentence("column_refused_received", "Received"),
    sentence("column_refused_datastream", "Datastream"),
    sentence("column_refused_value", "Value"),
    sentence("column_refused_reason", "What the cloud said"),
    sentence("nothing_refused", "No readings are refused."),
    sentence("button_skip", "Skip this reading"),
    sentence(
        "tip_skip", "Stop trying the reading that blocks its datastream: it is refused and can be sent again"
    ),
    sentence("tip_send_here", "Send what was not meant for this account to it"),
    sentence("button_discard_ask", "Discard…"),
    sentence("tip_discard", "Never send held or refused readings: they stay in the journal, as expired"),
    sentence("button_send_again", "Send again"),
    sentence("tip_send_again", "Send refused readings again"),
    sentence("menu_discard_held", "The &held readings…"),
    sentence("menu_discard_selected", "The &selected readings…"),
    sentence("menu_discard_target", "All of &datastream {target}…"),
    sentence("menu_discard_no_target", "All of a &datastream…"),
    sentence("menu_discard_all", "&All refused readings…"),
    sentence("menu_again_selected", "The &selected readings"),
    sentence("menu_again_target", "All of &datastream {target}"),
    sentence("menu_again_no_target", "All of a &datastream"),
    sentence("menu_again_all", "&All refused readings"),
)
_TOKENS = (
    sentence("title_tokens", "Auth tokens"),
    sentence(
        "tokens_from_where",
        "Copy them from Blynk's device page. They are never shown, nor written to a file.",
    ),
    # Translators: beside a device's name: the server that its token is for.
    sentence("token_for_server", "for {server}"),
    sentence("label_token_of", "Auth token of {device}"),
    # Translators: in an empty field for a token: what is typed is not shown.
    sentence("token_hidden", "hidden"),
    # Translators: in an empty field for a token that is in the keyring already.
    sentence("token_there", "set; type a new one"),
    sentence("label_keep_token", "Keep in the keyring"),
    sentence("label_keep_token_of", "Keep the token of {device} in this computer's keyring"),
    # Translators: in place of `label_keep_token`: the token is used until the program ends.
    sentence("label_token_for_run", "For this run"),
    sentence("label_test_of", "Test the token of {device}"),
    sentence("title_token_test", "Server and token"),
    sentence("token_test_asking", "Asking {server}…"),
    # Translators: takes another server, such as: Use https://lon1.blynk.cloud
    sentence("button_use_server", "Use {server}"),
    sentence("button_use_tokens", "Use these tokens"),
    # At Connect: the boards of devices whose tokens are not typed.
    sentence(
        "tokens_may_be_left_out",
        "A board without its token is connected, too: its readings are plotted and kept, but not sent.",
    ),
    plural("button_connect_without_tokens", "Connect without it", "Connect without them"),
    sentence("no_device_takes_token", "Only devices of a bench file that have a server take a token here."),
    sentence("tokens_taken", "The tokens are used from the next Connect on."),
    sentence("tokens_in_effect", "The tokens are in effect now."),
    sentence("token_not_kept", "The token is used for this run only: {reason}"),
)
_UPDATES = (
    sentence("title_updates", "Is there a newer version?"),
    sentence("updates_asking", "Asking the releases page…"),
)
ENTRIES = (*_MENUS, *_LEAVING, *_WINDOW, *_ACTIONS, *_EARLIER, *_CLOUD_PANE, *_TOKENS, *_UPDATES)
