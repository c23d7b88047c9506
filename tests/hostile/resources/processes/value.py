"""Starts ten processes that stay for a while."""

import os
import time

from attempt import told, tried


def forked():
    for _ in range(10):
        if os.fork() == 0:
            time.sleep(20)
            os._exit(0)
    return "10 processes"


Value = told(tried(forked))
