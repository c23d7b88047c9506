"""Finds and reads an exercise folder; the only room that knows where content lies."""
