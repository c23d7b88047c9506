"""Starts twenty processes that stay for a while."""

import os
import time

from attempt import told, tried


def forked():
    for _ in range(20):
        if os.fork() == 0:
            time.sleep(20)
            os._exit(0)
    return "20 processes"


Value = told(tried(forked))
