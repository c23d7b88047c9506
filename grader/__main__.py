"""`grader` and `python -m grader`: the command line's door."""

import os
import sys


def main() -> None:
    """Runs the command line and ends the process with its exit code."""
    # `python -m` puts the working folder first on the path: a learner's `rich.py` that lies
    # there must never be imported by the grader
    here = os.getcwd() if _has_working_folder() else None
    sys.path[:] = [entry for entry in sys.path if entry not in {"", here}]
    try:
        from grader.model.garbage import collect_seldom

        collect_seldom()
        from grader.cli import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:
        code = 130  # before the command line was there to say it
    sys.exit(code)


def _has_working_folder() -> bool:
    try:
        os.getcwd()
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main()
