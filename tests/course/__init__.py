"""The tests of the room `course`."""
