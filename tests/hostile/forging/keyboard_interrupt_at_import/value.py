"""Raises what usually ends a test run, while it is imported."""

raise KeyboardInterrupt
