"""Takes one submission in: a file, a folder, a zip, a notebook, or text."""
