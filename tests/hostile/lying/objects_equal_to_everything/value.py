"""Objects that are equal to everything and answer every question with yes."""


class Yes:
    def __getattr__(self, name):
        return self

    __call__ = __add__ = __mul__ = __sub__ = __abs__ = lambda self, *others, **more: self
    __eq__ = __lt__ = __le__ = __gt__ = __ge__ = __contains__ = lambda self, other: True
    __ne__ = lambda self, other: False
    __bool__ = lambda self: True
    __len__ = lambda self: 1
    __hash__ = lambda self: 1


Value = lambda data: Yes()
