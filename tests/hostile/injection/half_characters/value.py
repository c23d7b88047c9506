"""Text that is no text: halves of characters, and points beyond Unicode's plan."""

TEXT = "\ud800 \udc80\udcff \udfff \ufffe\uffff \U0010ffff \ue000"


class Value:
    def __init__(self, data):
        self.data = TEXT
        raise ValueError(TEXT)
