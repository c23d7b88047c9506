"""A report, a class and progress as text in a terminal."""
