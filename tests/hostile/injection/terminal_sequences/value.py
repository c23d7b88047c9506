"""Drives the terminal: clears it, moves the cursor, sets title and clipboard, links."""

SEQUENCES = (
    "\x1b[2J\x1b[H\x1b[8m hidden \x1b[0m",
    "\x1b]0;10/10\x07\x1b]52;c;MTAvMTA=\x07",
    "\x1b]8;;https://example.org\x1b\\10/10\x1b]8;;\x1b\\",
    "\x9b2J\x9d0;10/10\x9c\x90q\x9c",
    "\x1bc\x1b(0\x1b[?1049h\x1b[6n\x1bP+q544e\x1b\\",
)
print(*SEQUENCES)


class Value:
    def __init__(self, data):
        print(*SEQUENCES)
        raise ValueError("".join(SEQUENCES))
