"""A match that takes longer than the universe has."""

import re


class Value:
    def __init__(self, data):
        self.data = re.match(r"(a+)+$", "a" * 60 + "b")
