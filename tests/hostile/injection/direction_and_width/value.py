"""Text that runs backwards, hides, and is wider or higher than it seems."""

TEXT = (
    "\u202e01/01\u202c \u2066\u2067x\u2069 0\u200b1\u2060\ufeff \u00ad"
    "z\u0310\u0352\u0357\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308\u0309"
    " \U000e0041\U000e0042 \u115f\u3164\u2800 \ufdfd \U0001f3f4\u200d\u2620\ufe0f \u180e"
)


class Value:
    def __init__(self, data):
        print(TEXT)
        raise ValueError(TEXT)
