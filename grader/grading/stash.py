"""Where pytest's session and its items keep what belongs to grading."""

from __future__ import annotations

import pytest

from grader.grading.state import State
from grader.model.check import CheckSpec
from grader.model.exercise import Exercise
from grader.target.observe import Observer
from grader.target.recorder import Recorder

STATE = pytest.StashKey[State]()

EXERCISE = pytest.StashKey[Exercise]()

SPEC = pytest.StashKey[CheckSpec]()

RECORDER = pytest.StashKey[Recorder]()

OBSERVER = pytest.StashKey[Observer]()
