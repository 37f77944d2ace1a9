"""The texts of click itself: usage, options, errors. Pure.

Invariant: these are all the texts of click that users of this program can see; a test compares them with the
installed version of click.
"""

from __future__ import annotations

from app.messages.entry import of_click, plural_of_click

TEXTS = (
    # Help
    of_click("Usage:"),
    of_click("Options"),
    of_click("Commands"),
    of_click("default: {default}"),
    of_click("required"),
    # What is missing, unknown or too much
    of_click("Missing argument"),
    of_click("Missing option"),
    of_click("No such option {name!r}."),
    of_click("No such command {name!r}."),
    plural_of_click("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)"),
    plural_of_click("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})"),
    of_click("Option {name!r} does not take a value."),
    plural_of_click("Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments."),
    # Values
    of_click("Invalid value for {param_hint}: {message}"),
    of_click("{value} is not in the range {range}."),
    plural_of_click("{value!r} is not {choice}.", "{value!r} is not one of {choices}."),
)
