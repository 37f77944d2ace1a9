"""The findings of the command `doctor`. Pure."""

from __future__ import annotations

from app.messages.entry import plural, sentence

ENTRIES = (
    # Translators: the three grades are written in front of each finding.
    sentence("grade_ok", "ok"),
    sentence("grade_note", "note"),
    sentence("grade_wrong", "WRONG"),
    sentence("doctor_listens", "Listening for {seconds:duration}…"),
    sentence("doctor_finds_nothing", "Nothing is wrong."),
    plural("doctor_finds_wrong", "{count} thing is wrong.", "{count} things are wrong."),
    # computer.py
    sentence("python_good", "Python {version}, {bits} bits."),
    sentence(
        "python_wrong", "Python {version}, {bits} bits: install Python 3.11, 3.12 or 3.13 with 64 bits."
    ),
    sentence("clock_good", "This computer's clock says {at_us:minute} UTC."),
    sentence(
        "clock_before_installation",
        "This computer's clock says {at_us:minute} UTC, before the program was installed: set the clock.",
    ),
    sentence("clock_far_ahead", "This computer's clock says {at_us:minute} UTC: set the clock."),
    sentence("keyring_good", "Auth tokens can be kept in {keyring}."),
    sentence(
        "keyring_fails",
        "The keyring does not work ({words}): keep auth tokens in the environment, "
        'with auth_token = "env:PINBRIDGE_NAME".',
    ),
    sentence(
        "keyring_not_there",
        "This computer has no keyring: keep auth tokens in the environment, "
        'with auth_token = "env:PINBRIDGE_NAME".',
    ),
    sentence("window_good", "The window can be shown."),
    sentence("window_without_qt", "PySide6 is not installed: install Pinbridge again."),
    sentence(
        "window_lacks_libraries", "The window lacks {libraries:and}: run 'sudo apt-get install {packages}'."
    ),
    sentence("window_without_screen", "There is no screen: use 'pinbridge run', which needs none."),
    # places.py
    sentence(
        "journal_folder_not_writable",
        "{folder}: the journal cannot be written here ({words}): choose another folder.",
    ),
    sentence(
        "disk_almost_full",
        "{path}: the disk has {free_mb:,.0f} MB free: make room, or readings cannot be kept.",
    ),
    sentence(
        "disk_smaller_than_journal",
        "{path}: the disk has {free_mb:,.0f} MB free, and the journal may grow to {max_mb:,.0f} MB.",
    ),
    sentence(
        "journal_folder_good",
        "{path}: the disk has {free_mb:,.0f} MB free, and the journal can be written.",
    ),
    # ports.py
    sentence(
        "doctor_finds_no_port", "There is no serial port: plug a board in, with a cable that carries data."
    ),
    sentence("port_free", "{port}: free."),
    sentence("port_forbidden", "{port}: this user may not open it: {fix}."),
    sentence(
        "port_held_by",
        "{port}: {program} (process {pid}) has it open; only one program at a time can.",
    ),
    sentence(
        "brltty_runs",
        "brltty runs and takes boards with a CH340 or CP210x for braille displays: "
        "run 'sudo apt-get remove brltty', unless you need it, and plug the board in again.",
    ),
    sentence(
        "modem_manager_runs",
        "ModemManager runs and may hold a new board's port for half a minute: "
        "run 'sudo systemctl disable --now ModemManager', unless you need it.",
    ),
    sentence(
        "board_without_port",
        "{board} is plugged in at {place}, but has no serial port: plug it in again, "
        "and check whether another program holds it or a driver is missing.",
    ),
    # devices.py
    sentence("token_found", "{device}: its auth token is there."),
    sentence("device_without_server", "{device}: no server is set, and nothing will be sent."),
    sentence("server_answers", "{server} answers."),
    sentence(
        "server_not_trusted",
        "{server}: this computer does not trust its certificate: ask the administrator of this network.",
    ),
    sentence("server_not_reached", "{server} cannot be reached ({words}): is this computer online?"),
    sentence(
        "server_clock_differs",
        "{server} answers, but its clock and this computer's are {seconds:duration} apart: set the clock.",
    ),
)
