"""Messages about the program itself: logs, crashes, updates, auth tokens and keyrings. Pure."""

from __future__ import annotations

from app.messages.entry import sentence

ENTRIES = (
    # Errors that only a bug raises: app/program/crashes.py. A traceback follows.
    sentence("internal_error", "Internal error: please report it"),
    # Translators: `thread` is the thread's internal name.
    sentence("internal_error_in_thread", "Internal error in {thread}: please report it"),
    sentence("internal_error_in_unknown_thread", "Internal error in a thread: please report it"),
    sentence("internal_error_in_cleanup", "Internal error during clean-up: please report it"),
    # The search for a newer version: app/program/updates.py. `page` is a web address.
    sentence("update_available", "Version {newest} is out; you have {current}: get it from {page}"),
    sentence("update_not_needed", "You have version {current}: there is no newer one."),
    sentence(
        "update_certificate_untrusted",
        "This computer does not trust the certificate of the releases page, so it was not asked.",
    ),
    sentence(
        "update_page_unreachable",
        "The releases page cannot be reached: check the network connection, then ask again.",
    ),
    sentence(
        "update_answer_unreadable",
        "The releases page gave an unreadable answer: look at {page}",
    ),
    sentence(
        "update_answer_unreadable_status",
        "The releases page gave an unreadable answer (HTTP {status}): look at {page}",
    ),
    # Auth tokens and the operating system's keyring: app/security/tokens.py.
    sentence(
        "token_variable_not_set", 'device "{device}": the environment variable {name} is not set: set it'
    ),
    # Translators: `place` is the value of `auth_token` in the bench file, such as keyring:NAME.
    sentence("no_token_in_place", 'device "{device}": {place} holds no auth token: copy it again from Blynk'),
    # Translators: a question; the user types the token.
    sentence("token_question", 'Auth token of device "{device}" for {server}'),
    sentence("no_token_typed", 'device "{device}": this is not an auth token: copy it again from Blynk'),
    sentence("no_token", "this is not an auth token: copy it again from Blynk's device page"),
    sentence("keyring_has_no_token", "the keyring holds no token named {name}"),
    sentence(
        "keyring_entry_unknown",
        "the entry {name} in the keyring was not stored by Pinbridge: store the token again with "
        '"pinbridge token set {name}"',
    ),
    sentence(
        "token_of_other_server",
        "the token {name} was stored for {bound}, not for {server}: if it belongs there, run "
        '"pinbridge token set {name} --server {server}"',
    ),
    sentence(
        "token_of_encrypted_server",
        "the token {name} was stored for {bound}, not for {server}, where it would be sent unencrypted: "
        "write https:// in the server's address, or, if it belongs there, run "
        '"pinbridge token set {name} --server {server}"',
    ),
    # Translators: `message` is another sentence about this device's token.
    sentence("token_of_device", 'device "{device}": {message}'),
    sentence(
        "token_of_device_not_stored",
        'device "{device}": the keyring holds no token {name}: run "pinbridge token set {name}"',
    ),
    # The same in the window, where the device is named beside it, and the token can be typed.
    sentence("variable_not_set_in_window", "the environment variable {name} is not set"),
    sentence("no_token_in_place_in_window", "{place} holds no auth token: copy it again from Blynk"),
    sentence("keyring_entry_unknown_in_window", "the keyring's entry {name} was not stored by Pinbridge"),
    sentence(
        "token_of_other_server_in_window",
        "the keyring has a token {name} for {bound}, not for {server}; a token that is kept here replaces it",
    ),
    sentence(
        "token_of_encrypted_server_in_window",
        "the keyring has a token {name} for {bound}, not for {server}, where it would be sent unencrypted: "
        "write https:// in the server's address; a token that is kept here replaces it",
    ),
    # Translators: `words` is the type of the keyring's error.
    sentence(
        "keyring_did_not_answer",
        "the keyring of this computer did not answer ({words}): unlock it and try again",
    ),
    # Proxies (app/security/proxies.py).
    # Translators: HTTPS_PROXY and NO_PROXY are names of environment variables and stay as they are.
    sentence(
        "proxy_is_socks",
        "This computer's settings name a SOCKS proxy ({proxy}), which Pinbridge cannot use: set HTTPS_PROXY "
        "to an HTTP proxy of this network, or, if the server can be reached without a proxy, add the server "
        "to NO_PROXY.",
    ),
    # Translators: HTTPS_PROXY is the name of an environment variable and stays as it is.
    sentence(
        "proxy_not_an_address",
        "The proxy in this computer's settings (or in HTTPS_PROXY) is not an address such as "
        "http://proxy:3128: correct it.",
    ),
    sentence(
        "no_keyring",
        "this computer has no keyring that works: type the token at each start, or use env:PINBRIDGE_NAME",
    ),
)
