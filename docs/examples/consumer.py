"""Prints what a report of autograd-grader tells a learner. Standard library only.

    grader grade value.py --json report.json
    python consumer.py report.json

A consumer reads the keys it knows and passes over others: later minor versions add some.
"""

import json
import re
import sys
from typing import Any

UNSEEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Text in a report may come from the submission: no control character reaches a terminal."""


def main(path: str) -> int:
    """Prints the feedback; the exit code is 1 when there is no report to read."""
    with open(path, encoding="utf-8") as stream:
        report = json.load(stream)
    version = str(report.get("schema_version", ""))
    if version.partition(".")[0] != "1":
        print(f"this program reads reports of version 1, not {version!r}", file=sys.stderr)
        return 1
    print(UNSEEN.sub("\N{REPLACEMENT CHARACTER}", "\n".join(feedback(report))))
    return 0


def feedback(report: dict[str, Any]) -> list[str]:
    """The lines for the learner."""
    # anything but "graded" carries no mark, whatever numbers stand in the report
    if report["outcome"] == "refused":
        return ["Not graded. Mend this and hand it in again:", report["message"]]
    if report["outcome"] != "graded":
        return ["Not graded, and not your mistake. It has to be graded again.", report["message"]]
    lines = [f"{report['score']:g} of {report['max_score']:g} points"]
    if report["message"]:
        lines.append(report["message"])
    for task in report["tasks"]:
        lines += of_task(task)
    return lines


def of_task(task: dict[str, Any]) -> list[str]:
    """A task: its points, the known mistake or the first failing check, the program to try."""
    lines = [f"{task['title']}: {task['outcome']}, {task['score']:g} of {task['max_score']:g}"]
    failing = [check for check in task["checks"] if check["outcome"] != "passed"]
    shown = [check for check in failing if check["visibility"] == "visible"]
    if task["diagnoses"]:
        found = task["diagnoses"][0]
        lines += [f"  {found['title']}", f"  {found['explanation']}"]
    elif shown:
        lines.append(f"  {shown[0]['title']}: {shown[0].get('message', '')}")
    # the smallest program that shows the fault; only failing tasks have one
    for line in (task.get("evidence") or {}).get("program", []):
        lines.append(f"    {line['code']}")
    if len(failing) > len(shown):
        lines.append(f"  hidden checks that do not pass: {len(failing) - len(shown)}")
    return lines


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
