"""Takes in a whole class: the downloads of course platforms, and folders made by hand.

Whose a submission is, is told by names alone; each is then read by `grader.intake`, one at a
time. Whatever cannot be taken is an entry with a sentence: one learner's file never stops the
others. A platform is one file with `NAME` and `read`, and one line in `download.FORMATS`.
"""

from grader.course.downloads.download import FORMATS, Download, discover, open_download
from grader.course.downloads.entry import Claim, Entry, Undecided
from grader.course.downloads.names import file_name_of, learner_id, page_names
from grader.course.downloads.summary import Summary

__all__ = [
    "FORMATS",
    "Claim",
    "Download",
    "Entry",
    "Summary",
    "Undecided",
    "discover",
    "file_name_of",
    "learner_id",
    "open_download",
    "page_names",
]
