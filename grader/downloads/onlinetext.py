"""Code out of a page of HTML that an online editor made, where that can be done without guessing.

What an editor keeps of pasted code is either a preformatted block, or lines that end with a
break or a block. Anything that hides where a line ended or how far it was indented is refused
with a sentence: a wrong guess would cost the learner marks. The page is read in one pass, so a
hostile one costs no more time than a friendly one.
"""

from __future__ import annotations

import html
import re

from msgspec import Struct

from grader import intake
from grader.downloads.entry import Taken
from grader.downloads.shelf import Shelf
from grader.errors import SubmissionRefused
from grader.intake_refusal import refuse, safe

_TAG = re.compile(r"<(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9]*+)(?P<rest>[^<>]*+)>|<!DOCTYPE[^<>]*+>")
_BLOCKS = frozenset(
    "html body p div section article h1 h2 h3 h4 h5 h6 pre address figure main".split()
)
_INLINE = frozenset(
    "a b i u s em strong span font code tt kbd samp var small big sub sup mark br wbr".split()
)
_HIDDEN = frozenset({"head", "title", "meta", "link"})
_INDENTED = re.compile(r"(?:padding|margin)(?:-left)?\s*:\s*[^;]*[1-9]|text-indent\s*:\s*[^;]*[1-9]")


class OnlineText(Struct, frozen=True, gc=False):
    """A page that holds the text a learner typed or pasted into the platform's editor."""

    path: str

    @property
    def paths(self) -> tuple[str, ...]:
        return (self.path,)

    def take(self, shelf: Shelf, module_file: str) -> Taken:
        page = shelf.read(self.path, intake.LARGEST_SOURCE)
        try:
            code = code_in(page.decode("utf-8-sig"))
        except UnicodeDecodeError:
            _refuse("it is not UTF-8", module_file)
        except _UnclearError as error:
            _refuse(str(error), module_file)
        if not code.strip():
            refuse("The online text is empty.", f"Hand in {module_file} as a file.")
        submission = intake.take_source("online text", code.encode(), module_file)
        return Taken(submission, ("The code was taken from the online text.",))
