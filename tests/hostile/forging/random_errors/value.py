"""Exceptions at random, some of them in the middle of a reply."""

from randomly import lie

lie(3, "hhhhhhhhhe")
