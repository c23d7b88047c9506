"""Options and fixtures for the project's own tests."""

import pytest


def pytest_addoption(parser):
    parser.addoption("--accept", action="store_true", help="accept golden files as they come out")


@pytest.fixture
def accept_golden(request) -> bool:
    """Whether golden files are to be rewritten and not compared."""
    return request.config.getoption("--accept")
