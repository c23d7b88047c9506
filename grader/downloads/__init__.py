"""Takes in a whole class: the downloads of course platforms, and folders made by hand.

Whose a submission is, is told by names alone; each is then read by `grader.intake`, one at a
time. Whatever cannot be taken is an entry with a sentence: one learner's file never stops the
others. A platform is one file with `NAME`, `recognise` and `claims`, and one word in
`download.PLATFORMS`.
"""

from grader.downloads.download import Download, discover, open_download
from grader.downloads.entry import Claim, Entry
from grader.downloads.names import file_name_of, learner_id

__all__ = [
    "Claim",
    "Download",
    "Entry",
    "discover",
    "file_name_of",
    "learner_id",
    "open_download",
]
