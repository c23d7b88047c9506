"""click's own words, for our catalogue.

click looks its words up in gettext's current domain and brings no catalogue of its own. Where ours
is in use it is made that domain, so a help screen is in one language. What another version of click
says otherwise stays English.
"""

from __future__ import annotations

from grader.text.words import N_, catalogue, ngettext

WORDS = (
    N_("Usage:"),
    N_("Options"),
    N_("Show this message and exit."),
    N_("default: {default}"),
    N_("Invalid value: {message}"),
    N_("Invalid value for {param_hint}: {message}"),
    N_("Missing argument"),
    N_("Missing option"),
    N_("No such option {name!r}."),
    N_("Option {name!r} does not take a value."),
    N_("Choose from:\n\t{choices}"),
    N_("{value} is not in the range {range}."),
    N_("{value!r} is not a valid {number_type}."),
)
"""Those that a user of ours can meet."""


def plurals(number: int) -> tuple[str, ...]:
    """The same for words that follow a number."""
    return (
        ngettext(
            "Got unexpected extra argument ({args})",
            "Got unexpected extra arguments ({args})",
            number,
        ),
        ngettext(
            "Option {name!r} requires an argument.",
            "Option {name!r} requires {nargs} arguments.",
            number,
        ),
        ngettext("{value!r} is not {choice}.", "{value!r} is not one of {choices}.", number),
        ngettext("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)", number),
    )


def lend() -> None:
    """Makes our catalogue click's, where one is in use and fits all that click fills in."""
    found = catalogue()
    if found is not None and found.fits(WORDS):
        import gettext

        from grader.text.catalogue import DOMAIN

        gettext.bindtextdomain(DOMAIN, found.folder)
        gettext.textdomain(DOMAIN)
