"""What click says of itself: usage, options, errors. Pure.

Invariant: the texts are those of the click that is pinned; a test compares them.
"""

from __future__ import annotations

from app.messages.entry import of_click, plural_of_click

TEXTS = (
    of_click("Options"),
    of_click("Commands"),
    of_click("Positional arguments"),
    of_click("Usage:"),
    of_click("Show this message and exit."),
    of_click("Show the version and exit."),
    of_click("%(prog)s, version %(version)s"),
    of_click("Missing command."),
    of_click("Missing argument"),
    of_click("Missing option"),
    of_click("Missing parameter"),
    of_click("Invalid value: {message}"),
    of_click("Invalid value for {param_hint}: {message}"),
    of_click("No such option {name!r}."),
    of_click("No such command {name!r}."),
    of_click("Option {name!r} does not take a value."),
    of_click("{value} is not in the range {range}."),
    of_click("{value!r} is not a valid {number_type}."),
    of_click("default: {default}"),
    of_click("Choose from:\n\t{choices}"),
    plural_of_click("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})"),
    plural_of_click("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)"),
    plural_of_click("Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments."),
    plural_of_click("{value!r} is not {choice}.", "{value!r} is not one of {choices}."),
)
