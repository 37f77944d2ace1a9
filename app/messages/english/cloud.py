"""Messages about forwarding to the cloud: states, answers, budgets and warnings. Pure."""

from __future__ import annotations

from app.messages.entry import plural, sentence

ENTRIES = (
    # The state of a device's forwarding (app/cloud/report.py).
    sentence("no_server", "No server is set: readings are kept in the journal and not sent."),
    plural("cloud_sending", "Sending: {count:,} reading waits.", "Sending: {count:,} readings wait."),
    plural(
        "cloud_not_written",
        "{count:,} reading cannot be sent, because it is not in the journal yet.",
        "{count:,} readings cannot be sent, because they are not in the journal yet.",
    ),
    # More comes in than is sent, or an outage is made up for.
    # Translators: {advice} is a whole sentence, one of those that begin with "advice_".
    plural(
        "cloud_behind",
        "Behind by {behind:duration}: {count:,} reading waits.",
        "Behind by {behind:duration}: {count:,} readings wait.",
    ),
    plural(
        "cloud_behind_growing",
        "Behind by {behind:duration}, and growing: {count:,} reading waits. {advice}",
        "Behind by {behind:duration}, and growing: {count:,} readings wait. {advice}",
    ),
    plural(
        "cloud_behind_longer",
        "Behind by {behind:duration}, and growing: {count:,} reading waits.",
        "Behind by {behind:duration}, and growing: {count:,} readings wait.",
    ),
    plural(
        "cloud_behind_shrinking",
        "Behind by {behind:duration}, catching up: {count:,} reading waits.",
        "Behind by {behind:duration}, catching up: {count:,} readings wait.",
    ),
    sentence("cloud_all_sent", "All readings are in the cloud."),
    plural(
        "cloud_sent_and_superseded",
        "Sent; {count:,} reading was superseded and is only in the journal.",
        "Sent; {count:,} readings were superseded and are only in the journal.",
    ),
    # Translators: {rest} is a list of the next three.
    sentence("cloud_sent_but", "Sent, but {rest:and}."),
    sentence("cloud_none_sent_but", "Nothing is in the cloud: {rest:and}."),
    plural("rest_refused", "{count:,} reading was refused", "{count:,} readings were refused"),
    plural("rest_held", "{count:,} reading is held", "{count:,} readings are held"),
    plural(
        "rest_expired",
        "{count:,} reading expired (discarded or too old)",
        "{count:,} readings expired (discarded or too old)",
    ),
    sentence("cloud_nothing_to_send", "Nothing to send yet."),
    plural(
        "cloud_readings_held",
        "{count:,} reading was not meant for this token and server and is held.",
        "{count:,} readings were not meant for this token and server and are held.",
    ),
    # Translators: {trouble} is a whole sentence, such as "The cloud has a server error (HTTP 503)."
    plural(
        "cloud_next_try",
        "{trouble} {count:,} reading waits, none is lost; next try in {wait:duration}.",
        "{trouble} {count:,} readings wait, none is lost; next try in {wait:duration}.",
    ),
    # Translators: {trouble} is a whole sentence, such as "The cloud has a server error (HTTP 503)."
    plural(
        "cloud_trying_now",
        "{trouble} {count:,} reading waits, none is lost; trying now.",
        "{trouble} {count:,} readings wait, none is lost; trying now.",
    ),
    # Translators: {forecast} is a whole sentence, one of those that begin with "forecast_".
    plural(
        "cloud_budget_spent",
        "{count:,} reading waits, none is lost. {forecast} The next one is sent in {wait:duration}.",
        "{count:,} readings wait, none is lost. {forecast} The next one is sent in {wait:duration}.",
    ),
    # {targets} may also be datastream ids, properties and events.
    # Translators: {answer} is a whole sentence about the cloud's answer.
    plural(
        "cloud_pins_stuck",
        "{targets:and} is stuck on one reading, which is sent again and again, and its later readings wait. "
        "{answer} Skip the reading to go on.",
        "{targets:and} are each stuck on one reading, which is sent again and again, and their later "
        "readings wait. {answer} Skip the readings to go on.",
    ),
    # Translators: {answer} is a whole sentence about the cloud's answer.
    plural(
        "cloud_pins_fail",
        "{answer} This concerns only {targets:and}, while other readings are forwarded. Its readings wait, "
        "none is lost.",
        "{answer} This concerns only {targets:and}, while other readings are forwarded. Their readings wait, "
        "none is lost.",
    ),
    sentence("skipped_by_user", "skipped by the user"),
    # Why a reading was left out (app/cloud/plan/judging.py); min_change is a word of the bench file.
    sentence("unchanged", "changed by less than min_change"),
    # What the cloud's answers mean (app/cloud/blynk/outcomes.py). {words} are the cloud's own.
    sentence("call_accepted", "The cloud has accepted it."),
    sentence(
        "cloud_invalid_token",
        "The cloud says: Invalid token. Check the token, and whether the server is that of your account's "
        "region.",
    ),
    sentence("cloud_asks_slower", "The cloud asks for a slower pace (HTTP {status})."),
    sentence("cloud_asks_again", "The cloud asks for the request to be sent again (HTTP {status})."),
    sentence("cloud_server_error", "The cloud has a server error (HTTP {status})."),
    sentence(
        "cloud_points_elsewhere",
        "The cloud points to a server where this token may not be sent: choose the server of your account's "
        "region.",
    ),
    sentence("cloud_quota_used_up", "The plan's messages are used up. The cloud says: {words}."),
    sentence("cloud_plan_used_up", "The plan's messages are used up (HTTP {status})."),
    # Translators: {answer} is what the cloud answered, such as "HTTP 400: Too many requests", without a full
    # stop.
    sentence("cloud_limit_reached", "The cloud reports a limit ({answer})."),
    sentence("cloud_call_too_large", "HTTP {status}: the request is too large"),
    sentence("cloud_answer", "HTTP {status}: {words}"),
    sentence("cloud_answer_empty", "HTTP {status}: no reason given"),
    sentence("cloud_answer_page", "HTTP {status}: a web page that is not Blynk's ({words})"),
    # Translators: {answer} is what the cloud answered, such as "HTTP 404: no such page", without a full stop.
    sentence("cloud_answers_all", "The cloud answers: {answer}."),
    sentence(
        "not_blynk_redirect",
        "Something that is not Blynk answered (HTTP {status}): does this network want a login in the "
        "browser?",
    ),
    sentence(
        "not_blynk_page",
        "Something that is not Blynk answered (a web page): does this network want a login in the browser?",
    ),
    sentence(
        "not_blynk_text",
        "Something that is not Blynk answered (a long text): does this network want a login in the browser?",
    ),
    # What a server answers about an auth token (app/cloud/blynk/acceptance.py).
    sentence("token_accepted", "{server} accepts the token."),
    sentence(
        "token_redirected",
        "The token works, but {server} redirects it to {there}: choose that server, so that readings go "
        "there directly.",
    ),
    sentence(
        "token_elsewhere", "{server} does not know the token, but {there} accepts it: choose that server."
    ),
    sentence(
        "token_unknown",
        "{server} answers, but does not know the token: copy the auth token of the device again.",
    ),
    sentence(
        "token_unknown_to_blynk",
        "No region of Blynk knows the token: copy it again from the device's page in Blynk.",
    ),
    sentence(
        "token_unknown_so_far",
        "{server} does not know the token, and not all other regions of Blynk could be asked: choose the "
        "region of your account, or copy the token again from the device's page in Blynk.",
    ),
    sentence(
        "server_redirects",
        "{server} redirects to another address, to which the token does not go: write the address of the "
        "cloud itself.",
    ),
    sentence(
        "server_broke_off",
        "{server} broke off the connection: if it takes only secure connections, write https:// in place of "
        "http://.",
    ),
    # Translators: what a server answered, in the place of {answer} in "not_like_blynk".
    sentence("answer_page", "a web page"),
    sentence("answer_text", "a long text"),
    # Translators: {answer} is what the server answered, such as "HTTP 404: no such page".
    sentence("not_like_blynk", "{server} does not answer like a Blynk server ({answer}): check its address."),
    # Why no answer came (app/cloud/blynk/client.py, app/cloud/carriers.py).
    sentence(
        "cloud_certificate_not_trusted",
        "This computer does not trust the certificate of {host}: is a school's proxy in between? Ask for "
        "its certificate to be installed.",
    ),
    sentence(
        "cloud_tls_failed",
        "No secure connection (TLS) to {host} is possible: is a school's proxy in between?",
    ),
    sentence(
        "cloud_proxy_refuses",
        "The proxy of this network lets nothing through to {host}: check the proxy settings.",
    ),
    sentence("cloud_host_unknown", "The name {host} is not known: is this computer online?"),
    sentence(
        "cloud_connection_refused", "{host} refuses the connection: is the server running, at this port?"
    ),
    sentence("cloud_no_connection", "{host} does not answer: is this computer online?"),
    # The same for a server on this computer or in its network.
    sentence(
        "near_certificate_not_trusted",
        "This computer does not trust the certificate of {host}: add it to those that this computer trusts, "
        "or write http:// if the server takes that.",
    ),
    sentence(
        "near_tls_failed",
        "{host} makes no secure connection (TLS): if it is a local cloud, write http:// in place of https://.",
    ),
    sentence(
        "near_no_connection",
        "{host} does not answer: is it switched on, and in the same network as this computer?",
    ),
    sentence("cloud_answer_timed_out", "{host} took the request and did not answer in time."),
    sentence("cloud_connection_lost", "The connection to {host} broke off."),
    sentence("cloud_internal_error", "The request could not be made (internal error): see the log."),
    # The servers of the account, and their clock (app/cloud/blynk/server.py).
    # Translators: {region} is a name such as ny3; `server` is a word of the bench file and stays as it is.
    sentence(
        "cloud_region",
        'Blynk sent this device to its region {region}: write server = "{server}" in the bench file, so that '
        "readings go there directly.",
    ),
    sentence(
        "clock_ahead",
        "This computer's clock is {seconds:duration} ahead of that of {host}: set the clock, or the times "
        "that are sent with readings, and those in exports, will be wrong.",
    ),
    sentence(
        "clock_behind",
        "This computer's clock is {seconds:duration} behind that of {host}: set the clock, or the times that "
        "are sent with readings, and those in exports, will be wrong.",
    ),
    # How long the month's messages and the day's points last (app/cloud/plan/budget.py).
    plural(
        "forecast_month_left",
        "{count:,} of the month's {limit:,} messages is left.",
        "{count:,} of the month's {limit:,} messages are left.",
    ),
    plural(
        "forecast_month_slowed",
        "{count:,} of the month's {limit:,} messages is left: one is sent every {every:duration}, so that "
        "it lasts.",
        "{count:,} of the month's {limit:,} messages are left: one is sent every {every:duration}, so that "
        "they last.",
    ),
    plural(
        "forecast_month_used_up",
        "The month's {count:,} message is used up: all readings are kept until {until:date} (UTC).",
        "The month's {count:,} messages are used up: all readings are kept until {until:date} (UTC).",
    ),
    plural(
        "forecast_month_lasts",
        "At this rate the month's messages last: {count:,} of {limit:,} is left.",
        "At this rate the month's messages last: {count:,} of {limit:,} are left.",
    ),
    plural(
        "forecast_month_ends_today",
        "At this rate the month's messages end today at {at:time} UTC: {count:,} of {limit:,} is left.",
        "At this rate the month's messages end today at {at:time} UTC: {count:,} of {limit:,} are left.",
    ),
    plural(
        "forecast_month_ends",
        "At this rate the month's messages end on {at:date}: {count:,} of {limit:,} is left.",
        "At this rate the month's messages end on {at:date}: {count:,} of {limit:,} are left.",
    ),
    plural(
        "forecast_day_left",
        "{count:,} of the day's {limit:,} points is left.",
        "{count:,} of the day's {limit:,} points are left.",
    ),
    plural(
        "forecast_day_slowed",
        "{count:,} of the day's {limit:,} points is left: one is sent every {every:duration}, so that it "
        "lasts.",
        "{count:,} of the day's {limit:,} points are left: one is sent every {every:duration}, so that they "
        "last.",
    ),
    plural(
        "forecast_day_used_up",
        "The day's {count:,} point is used up: all readings are kept until midnight (UTC).",
        "The day's {count:,} points are used up: all readings are kept until midnight (UTC).",
    ),
    plural(
        "forecast_day_lasts",
        "At this rate the day's points last: {count:,} of {limit:,} is left.",
        "At this rate the day's points last: {count:,} of {limit:,} are left.",
    ),
    plural(
        "forecast_day_ends_today",
        "At this rate the day's points end today at {at:time} UTC: {count:,} of {limit:,} is left.",
        "At this rate the day's points end today at {at:time} UTC: {count:,} of {limit:,} are left.",
    ),
    plural(
        "forecast_events_used_up",
        "The day's {count:,} event is used up: later ones wait until midnight (UTC), and expire after "
        "waiting for 24 h.",
        "The day's {count:,} events are used up: later ones wait until midnight (UTC), and expire after "
        "waiting for 24 h.",
    ),
    # More readings come in than may be sent, or they become too old (app/cloud/outlook.py).
    # Translators: {advice} is a whole sentence, one of those that begin with "advice_".
    sentence(
        "overload",
        "Readings come in faster than they may be sent ({comes:,g} a second, {may:,g} may go out). {advice}",
    ),
    # Translators: {advice} is a whole sentence, one of those that begin with "advice_".
    sentence(
        "overload_slow",
        "Readings come in faster than they may be sent ({comes:,g} a second, one every {every:duration} may "
        "go out). {advice}",
    ),
    # Translators: {advice} is a whole sentence, one of those that begin with "advice_".
    sentence(
        "overload_points",
        "Readings come in faster than they may be sent ({comes:,g} a second; {points:,} a day may go out, "
        "one every {every:duration}). {advice}",
    ),
    # Translators: {advice} is a whole sentence, one of those that begin with "advice_".
    plural(
        "overload_latest",
        "{count:,} datastream every {interval:g} s needs more requests than may be sent ({needed:,g} a "
        "second, {may:,g} may go out). {advice}",
        "{count:,} datastreams every {interval:g} s need more requests than may be sent ({needed:,g} a "
        "second, {may:,g} may go out). {advice}",
    ),
    sentence("advice_latest", "Send only the latest values."),
    sentence("advice_batch_or_latest", "Send several pins in one message, or only the latest values."),
    sentence("advice_interval", "Send less often: choose a longer interval."),
    sentence("advice_batch_or_interval", "Send several pins in one message, or choose a longer interval."),
    # Translators: daily_points is a word of the bench file and stays as it is.
    sentence(
        "readings_too_old",
        "Readings from {came:minute} UTC on are too old for the cloud now and expire: allow more readings "
        "a day (daily_points), or fix the connection to the cloud.",
    ),
    sentence(
        "readings_too_old_soon",
        "Readings from {came:minute} UTC on are too old for the cloud in {hours} h and will expire: allow "
        "more readings a day (daily_points), or fix the connection to the cloud.",
    ),
    # Events that could not be sent in time (app/cloud/outlook.py).
    sentence(
        "events_too_old",
        "Events have been waiting since {came:minute} UTC and will expire within the hour if they cannot be "
        "sent.",
    ),
    sentence(
        "events_too_old_soon",
        "Events have been waiting since {came:minute} UTC and will expire in {hours} h if they cannot be "
        "sent.",
    ),
)
