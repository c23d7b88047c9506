"""The grader where others run it: platforms, hostile homes, readers of its reports."""
