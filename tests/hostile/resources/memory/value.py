"""Takes memory until there is none left."""


class Value:
    def __init__(self, data):
        held = [bytearray(1 << 20)]
        while True:
            held.append(bytearray(1 << 20))
