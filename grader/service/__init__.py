"""Grading as a service: over standard input and output, and over HTTP."""
