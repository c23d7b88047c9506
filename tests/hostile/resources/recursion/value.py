"""Calls itself for ever."""


class Value:
    def __init__(self, data):
        self.__init__(data)
