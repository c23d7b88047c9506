"""Defines a million names, and no class Value."""

globals().update((f"name_{number}", number) for number in range(200_000))
