"""Submissions that attack: nothing they do may raise a mark, read a secret or stop the grader."""
