"""The tests of the room `roster`."""
