"""Objects at random, and random values for them."""

from randomly import lie

lie(1, "hhhhhhhhhhv")
