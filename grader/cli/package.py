"""`grader package`: what a platform needs to grade with this grader."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.common import load_exercise, verb
from grader.cli.options import exercise_option
from grader.cli.written import Container
from grader.model.errors import UsageProblem
from grader.text.words import N_, _, said

NEXT = {
    "gradescope": N_(
        "Upload it under Configure Autograder; choose a base image with Python 3.11 or newer."
    ),
    "prairielearn": N_(
        "Build image/Containerfile, push it, and copy the rest into the questions of your course."
    ),
    "github": N_(
        "Copy .github into the template repository. Publish keep-private where only the "
        "workflow gets at it: the wheel holds the reference."
    ),
    "classroom50": N_(
        "Publish autograder.py as CLASSROOM/autograders/ASSIGNMENT/autograder.py, and keep-private "
        "where only the runner gets at it: the wheel holds the reference."
    ),
    "vpl": N_(
        "Run server/setup.sh on the execution server, and put vpl_evaluate.sh among the execution "
        "files of the activity."
    ),
    "aplus": N_(
        "Build image/Containerfile, push it, and copy the rest into the folder of the exercise in "
        "your course."
    ),
    "dodona": N_(
        "Build image/Containerfile and push it. The judge's repository is what judge holds, "
        "and nothing else: the wheel holds the reference."
    ),
    "xqueue": N_(
        "Build image/Containerfile and push it. The watcher needs autograd_xqueue.py on its path "
        "and autograd.json, with the name of your queue, in its conf.d."
    ),
    "learner": N_(
        "Give it to learners: START.md says how they install the grader, which holds no solution "
        "of any exercise."
    ),
    "docker": N_("Build it: docker build -t autograd-grader -f Containerfile ."),
}
ZIPPED = {"gradescope": True, "learner": None}
"""Those whose package is a zip, or whatever is asked for; the others' is a folder."""
IMAGED = ("prairielearn", "xqueue", "aplus")
"""Those whose package names an image."""


@verb()
@click.argument("platform", metavar="PLATFORM", type=click.Choice(list(NEXT)))
@click.argument("out", metavar="OUT")
@exercise_option
@click.option(
    "--isolation",
    type=click.Choice(["auto", "strict", "kernel", "none"]),
    default="kernel",
    show_default=True,
    help=_("What must stand between a submission and the platform; without it nobody is graded."),
)
@click.option(
    "--image", metavar="NAME", help=_("The image you will push, for a package that names it.")
)
def package(
    platform: str, out: str, exercise_folder: Path | None, isolation: str, image: str | None
) -> None:
    """Write what PLATFORM needs to OUT: a .zip for gradescope, else a new folder.

    PLATFORM is gradescope, prairielearn, classroom50, dodona, xqueue, vpl, aplus, github or docker;
    or learner: the handout, and this grader without any solution, as a folder or a .zip.

    Inside are this grader as it is installed here, the exercise, and the exact versions of all it
    needs. Equal installations give equal bytes.

    GitHub Classroom was shut down: github is for what is left of it, classroom50 for its successor.

    Example: grader package gradescope autograder.zip
    """
    from grader.author.package import EXECUTABLE
    from grader.author.package import package as files_of

    if image is not None and platform not in IMAGED:
        raise UsageProblem(said("--image is for {platforms} only", platforms=", ".join(IMAGED)))
    exercise = load_exercise(exercise_folder)
    with Container(out, zipped=ZIPPED.get(platform, False)) as container:
        container.write(files_of(platform, exercise, isolation, image), EXECUTABLE)
    if out != "-":
        click.echo(_("wrote {path}").format(path=out) + "\n" + _(NEXT[platform]))
