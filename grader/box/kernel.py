"""Level `kernel`: what a worker can lay on itself, on any Linux that has it and without root.

Landlock, or another uid where the grader is root and the exercise is closed to others, keeps
files away; seccomp everything else; limits bound what is left. Nothing is assumed: a canary
decides (`grader.box.canary`), so whichever layer carries the level here, it has been tried.
"""

from __future__ import annotations

from grader.box.layered import LayeredBox, layered_recipe, readable_for
from grader.model.exercise import Exercise


def kernel_box(exercise: Exercise, absent: dict[str, str], level: str = "kernel") -> LayeredBox:
    """A box of that level, proof pending; `absent` says why it has no namespaces.

    With level `none` it applies the same layers, as far as they go, and promises nothing.
    """
    recipe = layered_recipe(level, exercise, readable_for(exercise), absent=absent)
    return LayeredBox(level, exercise, recipe)
