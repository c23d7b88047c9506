"""Puts something else in the channel's place and goes on as if nothing were."""

import os


class Value:
    def __init__(self, data):
        self.data, self.grad = data, 0.0
        os.dup2(0, 3)
