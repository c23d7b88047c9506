"""Starts a thread, and a pool of processes."""

import concurrent.futures
import threading

from attempt import told, tried


def thread():
    ran = []
    helper = threading.Thread(target=ran.append, args=("ran",))
    helper.start()
    helper.join(0.2)
    return ran


def pool():
    with concurrent.futures.ThreadPoolExecutor(1) as workers:
        return workers.submit(str, "ran").result(0.2)


Value = told(tried(thread, pool))
