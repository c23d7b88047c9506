"""A report: made, encoded, signed, and reduced to what its audience may see."""
