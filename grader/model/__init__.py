"""The records of the house: frozen, and they act on nothing."""
