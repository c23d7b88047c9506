"""Fails in a file of its own whose folder's name is markup."""

import importlib

odd = importlib.import_module("[red]x[/red] <b>.ok")


class Value:
    def __init__(self, data):
        odd.fail()
