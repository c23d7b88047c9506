"""The trusted end of the border: recording what the battery asks, and asking it."""
