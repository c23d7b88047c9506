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


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config):
    # the whole suite on all cores, where pytest-xdist is; what is named alone stays in one process,
    # which prints, is debugged and accepts golden files
    is_whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    is_worker = hasattr(config, "workerinput")
    if is_whole and not is_worker and getattr(config.option, "numprocesses", 0) is None:
        config.option.numprocesses = "auto"
        # a container may show more cores than it may use, and limits of time are tested
        config.option.maxprocesses = config.option.maxprocesses or 4
        # a file's tests share what is dear to set up; by their marks they cannot be grouped, for
        # pytest-xdist 3.8 loses these under pytest 9.2
        config.option.dist = "loadfile"


@pytest.fixture
def accept_golden(request) -> bool:
    """Whether golden files are to be rewritten and not compared."""
    return request.config.getoption("--accept")
