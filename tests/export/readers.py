"""How platforms read what they are given, written from their documents: each returns the mark."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema

SCHEMAS = Path(__file__).with_name("schemas")
CLASSROOM50 = jsonschema.Draft202012Validator(
    json.loads((SCHEMAS / "classroom50.schema.json").read_text("utf-8"))
)


def classroom50(result: Any) -> tuple[int, int]:
    """Score and maximum of a whole `result.json`, which holds to its schema and to its sums."""
    CLASSROOM50.validate(result)
    mark = (result["score"], result["max-score"])
    tests = result["tests"]
    assert tuple(sum(test[key] for test in tests) for key in ("score", "max-score")) == mark
    assert all(one["score"] <= one["max-score"] for one in [result, *tests])
    return mark


def vpl(printed: str) -> tuple[str, list[str]]:
    """The mark, empty for none, and the lines of the comments."""
    mark, comments, inside = "", [], False
    for line in re.split(r"\r\n|\r|\n", printed):
        if line.startswith("Grade :=>>"):
            mark = line.removeprefix("Grade :=>>").strip()
        if inside and line.strip() == "--|>":
            inside = False
        elif inside:
            comments.append(line.rstrip())
        elif line.startswith("Comment :=>>"):
            comments.append(line.removeprefix("Comment :=>>"))
        elif line.strip() == "<|--":
            inside = True
    assert not inside, "a block without an end"
    return mark, comments


def aplus(feedback: dict[str, str]) -> tuple[int, int] | None:
    """Points and maximum of the files in `/feedback`; None where the submission is set to error."""
    found = feedback.get("points", "").rstrip("\n")
    if not found:  # then A+ looks for them in what learners are shown
        out = feedback.get("out", "")
        named = [re.findall(f"(?m)^{name}: (.*)$", out) for name in ("TotalPoints", "MaxPoints")]
        found = "/".join(lines[-1] if lines else "" for lines in named)
    assert not re.search("(?m)^SubmissionTags: ", feedback.get("out", ""))
    if feedback.get("submission-set-error", "").strip() == "true":
        assert found == "/", "an error with points"
        return None
    points, most = found.split("/")
    assert points.isdecimal()
    assert most.isdecimal()
    assert int(points) <= int(most)
    return int(points), int(most)
