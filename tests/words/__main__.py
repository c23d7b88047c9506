"""Brings the template and every language up to the source."""

from tests.words.template import TEMPLATE, refresh

refresh()
print(f"wrote {TEMPLATE.name}")
