"""The records of the house: frozen, and none of them does anything."""
