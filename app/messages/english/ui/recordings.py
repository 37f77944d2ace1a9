"""The texts about recordings in the window: where they are, their names, and their replay. Pure."""

from __future__ import annotations

from app.messages.entry import sentence

ENTRIES = (
    # Translators: {size} such as 1.2 MB; {length} is a time such as 01:23.
    sentence("recording_ended", "The recording is in {path} ({size}, {length})."),
    sentence("button_open_folder", "Open folder"),
    sentence("folder_not_opened", "The folder {path} cannot be opened: open it in the file manager."),
    sentence("button_name_run", "Name this run…"),
    sentence("title_name_run", "Name this run"),
    sentence("name_run_what", "The file of the recording gets this name. It stays in its folder."),
    sentence("label_run_name", "Name of the run"),
    sentence("button_name_run_now", "Rename"),
    sentence("run_named", "The recording is now in {path}."),
    sentence("ask_close_recording", "The recording ends, and is kept in {path}."),
)
