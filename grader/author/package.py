"""What a platform needs to grade with this grader: a ready upload, or a folder to copy from.

The scripts are the files of `package_files`, with `@WORDS@` filled in. Each names the exercise by
its digest, so that an image with another exercise grades nobody, and each ends well whatever
happens: where there is no mark, what it leaves behind says so and holds none.
"""

from __future__ import annotations

import html
import json
import sys
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path

from grader.author.handout import STATEMENT, handout_files
from grader.author.package_wheel import (
    learners_wheel,
    requirements,
    version,
    wheel,
    wheel_name,
)
from grader.model.errors import ExerciseProblem
from grader.model.exercise import Exercise
from grader.render.html.markup import join, tag
from grader.render.html.statement_page import statement_page, statements
from grader.text.words import said

FILES = Path(__file__).with_name("package_files")
EXECUTABLE = frozenset(
    {"setup.sh", "run_autograder", "entrypoint.sh", "vpl_evaluate.sh", "run.sh", "run", "grade"}
)
WORKFLOW = ".github/workflows/classroom.yml"
PRIVATE = "keep-private"
"""The wheel holds the reference: it must not lie where learners can read it."""
LEARNERS = "for-learners"
"""What learners are given where the platform's own page cannot hold it."""

_IDS = uuid.UUID("5b0c6f0e-6f0a-5d86-9a51-2f8c1f0f7a3d")
_PRAIRIELEARN_S = 30
_PRAIRIELEARN_WALL_S = 27
_PRAIRIELEARN_BUDGET_S = 12
"""For all checks; explaining what failed may take as much again."""
_DODONA_S = 42
_DODONA_BYTES = 100_000_000
_XQUEUE_S = 20

Files = dict[str, bytes]


def package(platform: str, exercise: Exercise, isolation: str, image: str | None) -> Files:
    """The files of a platform's package by their names."""
    words = {
        "ISOLATION": isolation,
        "DIGEST": exercise.digest,
        "PYTHON": f"{sys.version_info.major}.{sys.version_info.minor}",
        "FILE": html.escape(", ".join(exercise.contract.files)),
        "BUDGET": str(_PRAIRIELEARN_BUDGET_S),
        "WALL": str(_PRAIRIELEARN_WALL_S),
        "POINTS": f"{exercise.points:g}",
    }
    files = PLATFORMS[platform](exercise, words, image or f"autograd-grader:{version()}")
    return files if platform in OWN_PAGE else {**files, **_within(LEARNERS, _given(exercise))}


def _gradescope(exercise: Exercise, words: Mapping[str, str], _: str) -> Files:
    return {**_installation(exercise), "run_autograder": _filled("run_autograder", words)}


def _prairielearn(exercise: Exercise, words: Mapping[str, str], image: str) -> Files:
    info = {
        "uuid": str(uuid.uuid5(_IDS, f"{exercise.id} {exercise.digest}")),
        "title": exercise.title,
        "topic": "Programming",
        "type": "v3",
        "singleVariant": True,
        "gradingMethod": "External",
        "externalGradingOptions": {
            "enabled": True,
            "image": image,
            "entrypoint": "/grade/tests/entrypoint.sh",
            "timeout": _PRAIRIELEARN_S,
            "enableNetworking": False,
        },
    }
    given = {name: data for name, data in _given(exercise).items() if name != STATEMENT}
    links = [tag("pl-file-download", file_name=name) for name in sorted(given)]
    # question.html is a Mustache template
    told = join(statements(exercise), links).replace("{", "&#123;").replace("}", "&#125;")
    return {
        "info.json": _json(info),
        "question.html": _filled("question.html", {**words, "STATEMENT": told}),
        **_within("clientFilesQuestion", given),
        "tests/entrypoint.sh": _filled("entrypoint.sh", words),
        **_within("image", _installation(exercise)),
        "image/Containerfile": _filled("Containerfile-root", words),
    }


def _github(exercise: Exercise, words: Mapping[str, str], _: str) -> Files:
    private = {name: data for name, data in _installation(exercise).items() if name != "setup.sh"}
    return {WORKFLOW: _filled("classroom.yml", words), **_within(PRIVATE, private)}


def _docker(exercise: Exercise, words: Mapping[str, str], _: str) -> Files:
    return {**_installation(exercise), "Containerfile": _filled("Containerfile", words)}


def _classroom50(exercise: Exercise, words: Mapping[str, str], _: str) -> Files:
    private = _within(PRIVATE, _installation(exercise))
    return {"autograder.py": _filled("autograder.py", words), **private}


def _vpl(exercise: Exercise, words: Mapping[str, str], _: str) -> Files:
    script = _filled("vpl_evaluate.sh", words)
    return {"vpl_evaluate.sh": script, **_within("server", _installation(exercise))}


def _aplus(exercise: Exercise, words: Mapping[str, str], image: str) -> Files:
    quoted = {"TITLE": exercise.title, "MODULE": exercise.module_file, "IMAGE": image}
    quoted = {name: json.dumps(value) for name, value in quoted.items()}
    return {
        "run.sh": _filled("run.sh", words),
        "config.yaml": _filled("config.yaml", {**words, **quoted, "MOUNT": exercise.id}),
        **_within("image", _installation(exercise)),
        "image/Containerfile": _filled("Containerfile-aplus", words),
    }


def _dodona(exercise: Exercise, words: Mapping[str, str], _: str) -> Files:
    limits = {"time_limit": _DODONA_S, "memory_limit": _DODONA_BYTES}
    return {
        "judge/run": _filled("dodona_run", words),
        "judge/config.json": _json(limits),
        **_within("image", _installation(exercise)),
        "image/Containerfile": _filled("Containerfile-dodona", words),
    }


def _xqueue(exercise: Exercise, words: Mapping[str, str], image: str) -> Files:
    limits = {"timeout": _XQUEUE_S, "cpu_limit": "500m", "memory_limit": "256Mi"}
    handler = {
        "HANDLER": "autograd_xqueue.AutogradGrader",
        "KWARGS": {"grader_root": "/grader", "image": image, **limits},
    }
    queue = {"SERVER_REF": "default", "CONNECTIONS": 1, "HANDLERS": [handler]}
    return {
        "watcher/autograd_xqueue.py": _filled("xqueue_handler", words),
        "watcher/conf.d/autograd.json": _json({exercise.id: queue}),
        **_within("image", _installation(exercise)),
        "image/grade": _filled("xqueue_grade", words),
        "image/Containerfile": _filled("Containerfile-xqueue", words),
    }


def _learner(exercise: Exercise, words: Mapping[str, str], _: str) -> Files:
    if not exercise.handout:
        raise ExerciseProblem(
            said("tasks.yaml: there is no handout to give to learners"),
            next_move=said("Name the files that learners get under `handout`."),
        )
    start = _filled("START.md", {**words, "WHEEL": wheel_name(), "TITLE": exercise.title})
    given = _within("exercise", handout_files(exercise))
    return {wheel_name(): learners_wheel(), **given, "START.md": start}


PLATFORMS: dict[str, Callable[[Exercise, Mapping[str, str], str], Files]] = {
    "gradescope": _gradescope,
    "prairielearn": _prairielearn,
    "github": _github,
    "classroom50": _classroom50,
    "vpl": _vpl,
    "aplus": _aplus,
    "docker": _docker,
    "dodona": _dodona,
    "xqueue": _xqueue,
    "learner": _learner,
}


OWN_PAGE = frozenset({"prairielearn", "learner"})
"""Those whose package has the page of the exercise at its own place."""


def _given(exercise: Exercise) -> Files:
    """What a learner starts from: the handout, or the statement where the exercise has none."""
    if not exercise.handout:
        return {STATEMENT: statement_page(exercise).encode()}
    return handout_files(exercise)


def _installation(exercise: Exercise) -> Files:
    """What `setup.sh` installs, and itself."""
    return {
        "setup.sh": _filled("setup.sh", {}),
        "requirements.txt": requirements(exercise).encode(),
        wheel_name(): wheel(exercise),
    }


def _json(data: object) -> bytes:
    return (json.dumps(data, indent=2) + "\n").encode()


def _within(folder: str, files: Files) -> Files:
    return {f"{folder}/{name}": data for name, data in files.items()}


def _filled(name: str, words: Mapping[str, str]) -> bytes:
    text = (FILES / name).read_text("utf-8")
    for word, value in words.items():
        text = text.replace(f"@{word}@", value)
    return text.encode()
