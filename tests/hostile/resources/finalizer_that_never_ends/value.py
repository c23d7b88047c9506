"""Objects that never finish going away."""


class Value:
    def __init__(self, data):
        self.data, self.grad = data, 0.0

    def __add__(self, other):
        return 1.0

    __mul__ = relu = __add__

    def __del__(self):
        while True:
            pass
