"""The documented place of `decode`: reports and schemas, read and written."""

from grader.report.wire import decode

__all__ = ["decode"]
