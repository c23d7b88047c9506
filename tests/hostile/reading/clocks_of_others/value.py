"""Asks how long other processes have computed, and where they may: that they exist, and are busy."""

import os
import time

from attempt import told, tried

GRADER = int("@grader_pid@")


def clock_of_the_grader():
    return time.clock_gettime((~GRADER << 3) | 2)


def clock_of_the_parent():
    return time.clock_getres((~(os.getppid() or GRADER) << 3) | 2)


def processors_of_the_grader():
    return os.sched_getaffinity(GRADER)


Value = told(tried(clock_of_the_grader, clock_of_the_parent, processors_of_the_grader))
