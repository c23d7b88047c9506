"""Takes memory until there is none left, while it is imported."""

held = bytearray(1 << 40)
