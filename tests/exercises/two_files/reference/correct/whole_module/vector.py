"""The other file is imported as a whole."""

import helpers


class Vector:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def norm(self):
        return helpers.dot([self.x, self.y], [self.x, self.y]) ** 0.5
