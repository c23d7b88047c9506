"""Pictures of a computation graph: SVG, DOT and text."""
