"""The workers that one submission meets."""

from __future__ import annotations

from typing import NamedTuple

from grader.target.boxed import BoxedTarget


class Targets(NamedTuple):
    """A submission's workers: visible checks, all other checks, and what explains a failure meet
    one each, so that nothing of a hidden check is known where something is told."""

    visible: BoxedTarget
    hidden: BoxedTarget
    explaining: BoxedTarget

    @classmethod
    def of(cls, visible: BoxedTarget) -> Targets:
        """All three, with one budget; the other two start when they are first asked."""
        return cls(visible, visible.another(), visible.another())

    def close(self) -> None:
        """Ends what was started."""
        for target in self:
            target.close()
