"""What a course decides about marks beside the battery: when work is due, and what late work loses.

`read` reads policy.yaml and a table of times, `moments` knows points in time and days, `rules`
decides, and `sentences` says what was decided. Nothing here is kept, and no mark is changed: a
ruling is made anew from a mark and a time wherever it is shown.
"""

from grader.course.policy.read import read_policy
from grader.course.policy.rules import Policy, Ruling, Standing
from grader.course.policy.sentences import ruling_words, strangers_words, untimed_words

__all__ = [
    "Policy",
    "Ruling",
    "Standing",
    "read_policy",
    "ruling_words",
    "strangers_words",
    "untimed_words",
]
