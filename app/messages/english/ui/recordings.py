"""The texts about recordings in the window: where they are, their names, and their replay. Pure."""

from __future__ import annotations

from app.messages.entry import sentence

ENTRIES = (
    # Translators: {size} such as 1.2 MB; {length} is a time such as 01:23.
    sentence("recording_ended", "The recording is in {path} ({size}, {length})."),
    # Translators: {size} and {length} as above.
    sentence("recording_cut_short", "The recording in {path} is not complete ({size}, {length})."),
    sentence("button_open_folder", "Open folder"),
    sentence("folder_not_opened", "The folder {path} cannot be opened: open it in the file manager."),
    sentence("button_name_run", "Name this run…"),
    sentence("title_name_run", "Name this run"),
    sentence("name_run_what", "The file of the recording gets this name. It stays in its folder."),
    sentence("label_run_name", "Name of the run"),
    sentence("button_name_run_now", "Rename"),
    sentence("ask_close_recording", "The recording ends, and is kept in {path}."),
    # The replay of a recording in the window.
    sentence("menu_open_recording", "Open recordin&g…"),
    sentence("menu_runs", "Recent recording&s"),
    sentence("menu_no_runs", "None yet"),
    sentence("menu_compare", "Compare wit&h another recording…"),
    sentence("title_open_recording", "Open a recording"),
    sentence("title_compare", "Compare with another recording"),
    # Translators: a kind of files in a dialog that opens one, such as: Recordings (*.pbrec)
    sentence("label_recording_files", "Recordings ({patterns})"),
    sentence("button_close_recording", "Close recording"),
    sentence("button_play", "Play"),
    sentence("button_pause_replay", "Pause replay"),
    sentence("tip_play", "Play the recording, or pause it (Space)"),
    sentence("label_position", "Position in the recording"),
    sentence("tip_position", "Position in the recording (arrow keys, Page Up, Page Down, Home, End)"),
    # Translators: two times, such as 01:23 / 10:00.
    sentence("replay_position", "{position} / {length}"),
    # Translators: {position} is the entry above; the rest of the file is still being read.
    sentence("replay_position_reading", "{position} · reading, {percent} %"),
    # What the status bar, the chips and the table say of a recording, in place of port, cloud and fates.
    # Translators: {light} is a sign such as ○; {position} is the entry "replay_position".
    sentence("status_replay", "{light} Replay · {position}"),
    sentence("chip_replay", "Replay"),
    sentence("label_cloud_replay", "nothing is forwarded"),
    sentence("label_shown", "{number} shown"),
    sentence("column_shown", "Shown"),
    sentence("label_up_to_here", "up to here"),
    sentence("tip_shown", "The readings of the recording up to this position; nothing of it is forwarded"),
    sentence("tip_replay_rejected", "The rejected lines of the recording up to this position"),
    sentence("title_replay_without_curve", "Nothing to plot up to this position"),
    sentence("label_speed", "Speed of the replay"),
    sentence("label_speed_of", "× {speed:g}"),
    sentence("label_speed_most", "As fast as possible"),
    sentence("button_compare", "Compare with…"),
    sentence("tip_compare", "Show another recording in the same plot; both begin at the same zero"),
)
