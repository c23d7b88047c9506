"""Makes the pictures of the README: `python docs/pictures/make.py`, with Chromium on the path.

The scorecard is drawn by rich as SVG, the feedback page is photographed by Chromium. Both show
the same really graded submission, `tests/examples/overwriting_mul.py`.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from grader.exercise import load as exercise
from grader.grading import pipeline as grading
from grader.intake import take as intake
from grader.model.check import Audience
from grader.model.report import Report
from grader.render.html.full_page import FullPages
from grader.render.terminal.scorecard import scorecard

HERE = Path(__file__).parent
SAMPLE = HERE.parent.parent / "tests" / "examples" / "overwriting_mul.py"
QUIET = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --hide-scrollbars "
    "--disable-background-networking --disable-component-update --disable-sync"
).split()


def draw_scorecard(report: Report) -> None:
    """The terminal's scorecard as SVG, without the web fonts that rich would ask for."""
    console = Console(width=88, record=True, file=io.StringIO())
    console.print(scorecard(report, audience=Audience.GRADER))
    picture = console.export_svg(title="grader grade overwriting_mul.py")
    picture = re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL)
    (HERE / "scorecard.svg").write_text(picture, "utf-8")


def photograph_page(report: Report) -> None:
    """The feedback page as a learner sees it."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None:
        sys.exit("the page needs Chromium on the path; the scorecard is done")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        file.write_text(FullPages(exercise.load()).page(report, Audience.LEARNER), "utf-8")
        command = [browser, *QUIET, f"--user-data-dir={folder}/profile", "--window-size=860,1500"]
        command += [f"--screenshot={HERE / 'page.png'}", file.as_uri()]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL, timeout=120)


def main() -> None:
    """Grades the sample and makes both pictures."""
    loaded = exercise.load()
    report = grading.grade(loaded, intake.take(SAMPLE, loaded.module_file))
    draw_scorecard(report)
    photograph_page(report)


if __name__ == "__main__":
    main()
