"""A recorded program as code, as a graph, and in words."""
