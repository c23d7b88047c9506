"""Steps left out at random, though nothing they need has failed."""

from randomly import lie

lie(4, "hhhhhhs")
