"""Leaves a process behind that belongs to nobody, twice forked, in a session of its own."""

import os
import time

from attempt import told, tried


def left_behind():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.closerange(0, 64)
            time.sleep(20)
        os._exit(0)
    return "a daemon"


Value = told(tried(left_behind))
