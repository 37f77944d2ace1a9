"""The texts of the local cloud: its command, its files, the faults that it plays, and its web page. Pure."""

from __future__ import annotations

from app.messages.entry import plural, sentence

ENTRIES = (
    # The command.
    sentence("cloud_answers", "The local cloud answers at {url} (live values: open it in a browser)."),
    sentence("cloud_for_other_computers", "From other computers: {url}"),
    plural(
        "cloud_plays_faults",
        "{count} fault is on: the page shows it.",
        "{count} faults are on: the page shows them.",
    ),
    # Translators: the token itself follows.
    sentence("label_made_token", "Auth token of {device}:"),
    sentence("listen_invalid", "--listen {listen}: write HOST:PORT, such as {example}"),
    sentence("listen_failed", "--listen {listen}: cannot be listened on ({words}): choose another port"),
    # The devices file.
    sentence("no_cloud_device", "there is no [[device]] table: add one with a name"),
    sentence(
        "cloud_device_name_invalid",
        "name is empty, unprintable or longer than {most} characters: give the device another name",
    ),
    sentence(
        "cloud_auth_token_invalid",
        "auth_token has characters other than letters, digits and _ . ~ -, or more than 128: leave it out",
    ),
    # The faults file.
    sentence("fault_share_invalid", "share is a part of the calls: write a number above 0 and at most 1"),
    sentence("fault_every_invalid", "every = 1 is each call, 2 every second one: write 1 or more"),
    sentence("fault_number_negative", "{key} must be at least 0"),
    sentence("fault_time_invalid", "{key} is a time in seconds: write 0 or more"),
    sentence("fault_rate_invalid", "requests_per_s must be greater than 0"),
    sentence("key_of_other_fault", "{key} belongs to {faults:or}, not to {fault}: take it out"),
    sentence("fault_without_key", "{fault} needs {key}: add it"),
    # A fault, as the page and GET /faults show it: "answers 403, 50 % of the calls, V1".
    sentence("fault_body", "answers have a body"),
    sentence("fault_captive_portal", "a login page answers"),
    sentence("fault_answers", "answers {status}"),
    sentence("fault_answers_400", "answers 400: {kind}"),
    sentence("fault_other_400", "answers 400 with an unknown text"),
    sentence("fault_down", "the cloud goes down"),
    sentence("fault_no_answer", "does not answer"),
    sentence("fault_lost_answer", "answers get lost"),
    sentence("fault_reset_before", "connections are reset before the answer"),
    sentence("fault_reset_in", "connections are reset in the answer"),
    sentence("fault_reset_after", "connections are reset after the answer"),
    sentence("fault_endless_body", "answers do not end"),
    sentence("fault_slow_body", "answers come letter by letter"),
    sentence("fault_short_body", "answers are shorter than they say"),
    sentence("fault_long_body", "answers are longer than they say"),
    sentence("fault_latency", "answers come {delay_s:g} s later"),
    sentence("fault_latency_spread", "answers come {least_s:g} to {most_s:g} s later"),
    plural("fault_rate_limit", "takes {rate:g} request a second", "takes {rate:g} requests a second"),
    plural("fault_quota", "takes {count} message", "takes {count} messages"),
    plural("fault_monthly_quota", "takes {count} message a month", "takes {count} messages a month"),
    # Translators: {fault} is one of the sentences above.
    sentence("fault_of_share", "{fault}, {percent:.3g} % of the calls"),
    sentence("fault_of_each", "{fault}, one call in {every}"),
    sentence("fault_of_device", "{fault}, device {device}"),
    sentence("fault_of_pin", "{fault}, V{pin}"),
    sentence("fault_of_id", "{fault}, id {id}"),
    # The page of live values.
    sentence("title_page", "Live values · Pinbridge local cloud"),
    # Translators: follows the program's name.
    sentence("label_local_cloud", "local cloud"),
    sentence("label_faults_on", "Faults that are on"),
    sentence("page_connecting", "Connecting…"),
    sentence("page_live", "live"),
    sentence("page_lost", "The local cloud does not answer."),
    sentence("page_no_values", "No values yet: they show here as soon as the first one arrives."),
    sentence("page_no_script", "This page needs JavaScript to show live values."),
    sentence("page_foreign_name", "Open this page by the address that the local cloud printed."),
    sentence("page_fault_on", "Fault on: {fault} · {hits:,} so far"),
    # Translators: the state of a device.
    sentence("page_receiving", "receiving"),
    sentence("page_nothing_lately", "nothing for 10 s"),
    sentence("page_nothing_yet", "nothing yet"),
    sentence("page_event", "{code}: {description} · {age}"),
    sentence("page_event_alone", "{code} · {age}"),
    sentence("page_datastream_id", "id {id}"),
    sentence("page_no_value", "no value yet"),
    plural("page_age_and_count", "{age} · {count:,} value", "{age} · {count:,} values"),
    # Translators: the age of a value.
    sentence("page_now", "now"),
    sentence("page_ago", "{seconds:duration} ago"),
)
