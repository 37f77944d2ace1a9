"""The sentences of the help. Pure."""

from __future__ import annotations

from app.messages.entry import sentence

_DIALOG = (
    sentence("title_help", "Help"),
    sentence("help_search", "Search the help"),
    sentence("help_topics", "Topics"),
    sentence("help_page", "Page of the chosen topic"),
    sentence("help_nothing_found", "No page has all these words. Try one word alone."),
)
_START = (
    sentence("help_topic_start", "The first value"),
    # Translators: describes a picture for those who cannot see it.
    sentence(
        "help_picture_road", "A board sends its values over the cable to the computer, and on to the cloud."
    ),
    sentence(
        "help_start_blynk",
        "In Blynk, make a template with a datastream for virtual pin V1, of type Double. Make a device from"
        " the template, and copy its auth token.",
    ),
    sentence(
        "help_start_sketch",
        "Upload a sketch that prints the values, as in the example below. Then close the serial monitor of"
        " the Arduino IDE, because only one program can use a port.",
    ),
    sentence("help_start_port", "Plug in the board. Choose its port, and the baud rate from Serial.begin()."),
    sentence(
        "help_start_server",
        "Choose the Blynk server of your region, paste the auth token, and press Connect.",
    ),
    sentence(
        "help_start_done",
        "The value appears in the table and as a curve, and then in Blynk. Without server and token, values"
        " are plotted and kept, but not sent.",
    ),
)
_WINDOW = (
    sentence("help_topic_window", "The window"),
    # Translators: describes a picture for those who cannot see it.
    sentence("help_picture_window", "The window with its parts, numbered from top to bottom."),
    sentence("help_window_bar", "the board's port and server, and the Connect button"),
    sentence("help_window_notices", "what fails, and what to do about it"),
    sentence("help_window_boards", "the boards of the bench, if there are several, each with its lights"),
    sentence("help_window_datastreams", "the datastreams with their newest values"),
    sentence("help_window_plots", "the curves; the mouse wheel changes the time window"),
    sentence("help_window_pages", "three pages: all lines, rejected lines, and the cloud"),
    sentence("help_window_status", "the state of the port, of the lines and of the cloud"),
    sentence("help_lights", "Each light has a sign of its own:"),
    sentence("help_light_good", "it works"),
    sentence("help_light_warn", "it needs your attention"),
    sentence("help_light_bad", "it fails"),
    sentence("help_light_off", "it is off, or it is too early to say"),
    sentence(
        "help_window_hidden",
        "A minimised window goes on reading and sending. The menu Bench can hide it in the tray, and keep the"
        " computer awake while a bench is connected.",
    ),
    sentence(
        "help_window_texts",
        "A datastream of texts has boxes instead of a curve: each text from when it came until the next one."
        " The pointer shows since when; a grey pattern stands for many changes, or for readings that are too"
        " many: zoom in there.",
    ),
    sentence(
        "help_window_alarms",
        "Dashed lines show the min and max of a datastream, as the bench file has them. When a value leaves"
        " them, its name in the plot flashes, or its board in the list of boards, and a message says so. The"
        " menu View can also let the computer beep, or turn all of that off. A value that was back for 2 s"
        " gives the next alarm. A minimised window can only beep.",
    ),
    sentence(
        "help_window_beamer",
        "F11 shows large values and plots on the whole screen, for a beamer: no console, no token. Ctrl+plus"
        " and Ctrl+minus change the size of all text.",
    ),
)
_LINES = (
    sentence("help_topic_lines", "What the board sends"),
    sentence("help_lines", "The sketch prints one value on each line."),
    # Translators: the examples are lines from a board; only what is after = and # may be translated.
    sentence("help_example_pin", "v1=100"),
    sentence("help_example_id", "ds7=100"),
    sentence("help_example_property", "v1.label=Room 12"),
    sentence("help_example_event", "event.overheat=Too hot"),
    sentence("help_example_comment", "# anything"),
    sentence("help_line_pin", "a value for virtual pin V1 (0 to 255)"),
    sentence("help_line_id", "a value for the datastream with id 7"),
    sentence("help_line_property", "a property of V1's datastream, here its label"),
    sentence("help_line_event", "an event, which the device's template in Blynk must have"),
    sentence("help_line_comment", "a comment: shown in the console, never sent"),
    sentence(
        "help_lines_numbers",
        "Numbers have a decimal point: 3.14. A line that cannot be accepted is rejected, with its reason and"
        " a hint, and is never sent.",
    ),
)
_CONSOLE = (
    sentence("help_topic_console", "The console"),
    sentence(
        "help_console_what",
        "The console has the last 100,000 lines, each with its time and its verdict, and the lines that you"
        " sent. Where more come than anybody reads, it leaves some out and says how many; rejected lines go"
        " first. All lines are read, counted and kept, whether they are shown or not.",
    ),
    sentence("help_console_follow", "It follows the newest line until you scroll up; End follows it again."),
    sentence("help_console_find", "finds a text; Enter goes on, Shift+Enter back, Esc ends it"),
    sentence(
        "help_console_show",
        "filters by verdict and datastream; the lines of all boards; the hex view, which has the bytes as"
        " they came; colours of the board's log; saving",
    ),
    sentence("help_console_keep", "makes a button of the line that you have typed, to send it again"),
    sentence(
        "help_console_garbage",
        "If the board sends rubbish: choose a line and open the hex view. Bytes without any letters come"
        " from a wrong baud rate; lines without 0a at their end lack Serial.println().",
    ),
    sentence(
        "help_console_file",
        "A file is sent line by line with a pause, or each line after an answer: menu Device. If the board is"
        " unplugged meanwhile, a message says how many lines it has got.",
    ),
)
_TROUBLE = (
    sentence("help_topic_no_curve", "When there is no curve"),
    sentence("help_no_curve", "Look at the text in the place of the plot, or at the left of the status bar:"),
    sentence("help_fix_no_port", "Plug in the board. Try another cable: some only charge."),
    sentence("help_fix_busy", "Close the serial monitor of the Arduino IDE, or the program that is named."),
    sentence(
        "help_fix_no_permission",
        "On Linux, only members of the group dialout may use ports: join it, log in again.",
    ),
    sentence("help_fix_silent", "Does the sketch print anything? Press the board's reset button."),
    sentence("help_fix_unreadable", "Choose the baud rate from Serial.begin()."),
    sentence("help_fix_no_line_ends", "End each line with Serial.println()."),
    sentence("help_fix_none_good", "Open the page of rejected lines: each line has a reason and a hint."),
    sentence(
        "help_fix_restarting", "Use a better power supply or cable, or find the line that crashes the sketch."
    ),
    sentence("help_topic_not_in_cloud", "When a value is not in Blynk"),
    sentence("help_not_in_cloud", "The cloud page counts all readings of a board by what became of them:"),
    sentence("help_word_pending", "pending"),
    sentence("help_fix_pending", "It waits to be sent, and is sent later: nothing is lost."),
    sentence("help_word_held", "held"),
    sentence(
        "help_fix_held",
        "It was meant for another token or server, or came without a server. Send it here, or discard it.",
    ),
    sentence("help_word_refused", "refused"),
    sentence(
        "help_fix_refused",
        "Blynk did not take it. Make the datastream there or change its type, then Send again.",
    ),
    sentence("help_word_superseded", "superseded"),
    sentence("help_fix_superseded", "A newer value was sent in its place, or it had not changed."),
    sentence("help_word_expired", "expired"),
    sentence("help_fix_expired", "It was discarded, or was too old for the cloud."),
    sentence(
        "help_fix_paused", "Read the message: the token or the server is wrong, or the plan is used up."
    ),
    sentence(
        "help_few_points",
        "Blynk stores one average a minute. For every value, turn on “save raw data” in the datastream.",
    ),
)
_EDITING = (
    sentence("help_topic_editing", "Editing the bench"),
    sentence(
        "help_edit_file", "Save as bench file… in the menu Bench makes a bench file of what the form has."
    ),
    sentence(
        "help_edit_open",
        "Ctrl+E opens the editor. A double click on a datastream opens it there, and the menu of a right "
        "click changes its colour or its line.",
    ),
    sentence(
        "help_edit_curves",
        "No two curves of a bench look the same, and each looks the same at every start. If two would have "
        "the same colour and the same line, as those of two recordings of a board, one of them gets another "
        "line.",
    ),
    sentence(
        "help_edit_check",
        "What is wrong is said beside its field. The last lines show what a type or a range would reject.",
    ),
    sentence(
        "help_edit_save",
        "Save keeps your comments and the version before, and takes effect at once.",
    ),
    sentence(
        "help_edit_scale",
        "Scale and offset turn what the board says, such as the raw value of an ADC, into the quantity that"
        " you want to see. The live value is beside them.",
    ),
    sentence(
        "help_edit_move",
        "Export bench… writes one file for another computer. It has no tokens: they are asked for there.",
    ),
)
_PLAN = (
    sentence("help_topic_plan", "Blynk's free plan"),
    sentence(
        "help_plan",
        "The free plan has 100,000 messages a month for all your devices together, and each request is one"
        " message: one each second uses them up in 28 hours. A device of a bench can send less:",
    ),
    sentence(
        "help_plan_organisation",
        "Devices that share one plan belong to one organisation in the editor, so that they share its"
        " messages.",
    ),
    sentence("help_plan_latest", "the present values, one message in 30 s; for two boards choose 60"),
    sentence("help_plan_timestamped", "all values with their times, one message a minute for each pin"),
    sentence("help_plan_every", "each value at once, one message for each"),
    sentence("help_plan_changed", "of a datastream: only values that changed by so much"),
)
_SAVING = (
    sentence("help_topic_saving", "Saving data"),
    sentence("help_save_csv", "As a table"),
    sentence(
        "help_save_csv_how",
        "The readings of a board or of all, for a spreadsheet or another program: all, or those of this run, "
        "in view, between the cursors, or of any period. Copy puts them into the clipboard instead.",
    ),
    sentence("help_save_wide", "A column for each datastream"),
    sentence(
        "help_save_wide_how",
        "A row has all values that came at the same time. A cell is empty if the datastream had none then.",
    ),
    sentence("help_save_times", "Times"),
    sentence(
        "help_save_times_how",
        "Local times are dates for a spreadsheet, to the millisecond. Seconds since the first row are exact "
        "to the microsecond, as a fit to a curve needs them.",
    ),
    sentence("help_save_signs", "Separator and decimal sign"),
    sentence(
        "help_save_signs_how",
        "Those of your system's language are proposed; your choice is remembered. If LibreOffice shows times "
        "as text, tick “Detect special numbers” when it opens the file.",
    ),
    sentence("help_save_picture", "As a picture"),
    sentence("help_save_picture_how", "The plot as it is shown."),
    sentence("help_save_recording", "As a recording"),
    sentence("help_save_recording_how", "Every byte of the board from now on, to be replayed later."),
    sentence("help_save_journal", "In the journal"),
    sentence(
        "help_save_journal_how",
        "Every accepted value goes into this file at once, and survives a crash and a power cut.",
    ),
    sentence(
        "help_save_long",
        "Saving, deleting and discarding millions of readings takes a while. Boards are read and values sent "
        "meanwhile. A notice says how far it is, and has a button to cancel it. A table that was cancelled "
        "is not written. Readings that are deleted by then stay deleted, the oldest first; all others are "
        "kept.",
    ),
)
_KEYS = (
    sentence("title_help_keys", "Keys"),
    # Translators: the four keys with arrows on them.
    sentence("help_arrows", "Arrows"),
    sentence("help_connect", "connect or disconnect"),
    sentence("help_pause", "pause the view; in the table, Space hides or shows the curve of the row"),
    sentence("help_span", "shorter (+ and =) or longer time window; the wheel does it too"),
    sentence("help_reset", "reset: newest readings, value axes fitted"),
    sentence("help_axes", "lock the value axes, type their ranges, curves together, clock time"),
    sentence("help_plot", "in the plot: move through time and values; with Shift zoom the values"),
    sentence("help_cursors", "two cursors; Ctrl+← → moves A, Ctrl+Shift+← → moves B"),
    sentence(
        "help_analysis",
        "analyse what is between the cursors, else what is in view: x–y, histogram, spectrum",
    ),
    sentence("help_marker", "set a marker, with a note, at the pointer or now"),
    sentence("help_pages", "console, rejected lines, cloud"),
    sentence("help_panes", "hide or show the datastreams, the pane with the console"),
    sentence("help_text_size", "larger or smaller text, the desktop's size"),
    sentence("help_beamer", "large values and plots on the whole screen; Esc leaves"),
    sentence("help_console", "clear the console, show only rejected lines in it, or bytes in hex"),
    sentence("help_find", "find in the console, next, previous"),
    sentence("help_send", "send a line to the board"),
    sentence("help_macros", "send the first … ninth line that is sent often"),
    sentence("help_board", "record, release the port for an upload"),
    sentence("help_devices", "show another device; keep the curves of this one in the plot"),
    sentence("help_save", "save data, save a picture of the plot"),
    sentence("help_recording", "open a recording and play it; Space pauses it then, and plays on"),
    sentence("help_file", "open a bench file, go on without one, edit it"),
    sentence("help_program", "this help, quit"),
)
_ABOUT = (
    sentence("menu_about", "&About Pinbridge"),
    sentence("title_about", "About this program"),
    sentence("about_system", "Python {python}, Qt {qt}, {system}"),
    sentence(
        "about_licence",
        "Free software under the MIT licence. It is built with the parts below, each under its own licence.",
    ),
    sentence("label_parts", "Parts of the program with their versions and licences"),
    sentence("column_part", "Part"),
    sentence("column_version", "Version"),
    sentence("column_licence", "Licence"),
    sentence("button_copy", "&Copy"),
    sentence("button_licences", "&Licences"),
)
ENTRIES = (
    *_DIALOG,
    *_START,
    *_WINDOW,
    *_LINES,
    *_CONSOLE,
    *_TROUBLE,
    *_EDITING,
    *_PLAN,
    *_SAVING,
    *_KEYS,
    *_ABOUT,
)
