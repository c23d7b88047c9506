"""Everything at random."""

from randomly import lie

lie(5, "hves")
