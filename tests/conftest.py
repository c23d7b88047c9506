"""Options and fixtures for the project's own tests."""

import os
import signal

import pytest


def pytest_addoption(parser):
    parser.addoption("--accept", action="store_true", help="accept golden files as they come out")


def pytest_configure(config):
    # goldens and messages are compared in the source language, whatever the developer speaks
    os.environ["LANGUAGE"] = "C"
    # a shell's background job ignores SIGINT, and so would every command that a test starts
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def accept_golden(request) -> bool:
    """Whether golden files are to be rewritten and not compared."""
    return request.config.getoption("--accept")
