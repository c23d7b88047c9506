"""Whether a line that this Python cannot read may be of a newer one. Pure.

Sources: PEP 695 (`type` and parameters in brackets) and PEP 701 (f-strings) for 3.12, PEP 750
(t-strings) and PEP 758 (`except` without brackets) for 3.14.
"""

from __future__ import annotations

import re
import sys

Version = tuple[int, int]

_MESSAGES: tuple[tuple[str, Version], ...] = (
    ("f-string expression part cannot include", (3, 12)),
    ("multiple exception types must be parenthesized", (3, 14)),
)
_LINES: tuple[tuple[re.Pattern[str], Version], ...] = (
    (re.compile(r"\s*type\s+\w+\s*(?:\[.*\])?\s*="), (3, 12)),
    (re.compile(r"\s*(?:async\s+)?(?:def|class)\s+\w+\s*\["), (3, 12)),
    # the quote that ends an f-string, once more in its braces: f"{d["a"]}"
    (
        re.compile(r""".*(?<![\w"'])(?:[rR]?[fF]|[fF][rR])(["'])[^"']*\{[^"'{}]*[\[(,]\s*\1"""),
        (3, 12),
    ),
    (re.compile(r""".*(?<![\w"'])(?:[rR]?[tT]|[tT][rR])["']"""), (3, 14)),
)


def newer_version(message: str, line: str, running: Version = sys.version_info[:2]) -> str:
    """The Python, `3.12`, that may read a line at which a SyntaxError was raised; else nothing."""
    found = [version for part, version in _MESSAGES if part in message]
    found += [version for pattern, version in _LINES if pattern.match(line)]
    newer = sorted(version for version in found if version > running)
    return ".".join(map(str, newer[0])) if newer else ""
