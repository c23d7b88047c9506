"""Plain values at random, where objects are due."""

from randomly import lie

lie(2, "vvvh")
