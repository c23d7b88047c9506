"""Fixtures of this battery; `submission`, `observe` and `rng` come with the grader."""

import oracle
import pytest


@pytest.fixture
def expect_gradients(observe):
    """Runs `backward` on the output, then compares data and grad with the truth: those of every
    node, or of the nodes in `of`."""

    def expect(output=None, of=()):
        if output is not None:
            output.backward()
        observe.expect(oracle.expected(observe.program), oracle.FIELDS, of)

    return expect


@pytest.fixture
def expect_values(observe):
    """Compares every node as it stands: no `backward` is run, so every grad is what it was."""

    def expect():
        observe.expect(oracle.expected(observe.program), oracle.FIELDS)

    return expect
