"""Twenty threads that compute at once."""

import threading


def spin():
    while True:
        pass


class Value:
    def __init__(self, data):
        for _ in range(20):
            threading.Thread(target=spin, daemon=True).start()
        spin()
