"""Maps a gigabyte, and again in files that exist in memory only."""

import mmap


class Value:
    def __init__(self, data):
        self.data = mmap.mmap(-1, 1 << 30)
        self.data[:] = b"x" * (1 << 30)
