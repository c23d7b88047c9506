"""Options and fixtures for the project's own tests."""

import gc
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
    # collecting tests makes no garbage, and a third of its time went into looking for some
    gc.disable()


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config):
    # the whole suite on all cores, where pytest-xdist is; what is named alone stays in one process,
    # which prints, is debugged and accepts golden files
    is_whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    is_worker = hasattr(config, "workerinput")
    nobody_chose = getattr(config.option, "numprocesses", 0) is None and not config.option.usepdb
    if is_whole and not is_worker and nobody_chose:
        # one more than cores, for tests wait for processes and clocks; few, for a container may
        # show more cores than it may use, and limits of time are tested
        most = config.option.maxprocesses or 4
        config.option.numprocesses = min(most, (os.cpu_count() or 1) + 1)
        # a file's tests share what is dear to set up; by their marks they cannot be grouped, for
        # pytest-xdist 3.8 loses these under pytest 9.2
        config.option.dist = "loadfile"
        # by number of tests, the dear files of a few came last, on one core
        config.option.loadscopereorder = False


def pytest_collection_finish(session):
    # the tests live to the end; without this each session that one opens walks all the others
    gc.freeze()
    gc.enable()


@pytest.fixture
def accept_golden(request) -> bool:
    """Whether golden files are to be rewritten and not compared."""
    return request.config.getoption("--accept")
