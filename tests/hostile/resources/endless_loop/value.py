"""Never comes back from an operation."""


class Value:
    def __init__(self, data):
        while True:
            pass
