"""Tries system calls that have opened doors before."""

import ctypes

from attempt import system_call, told, tried

BUFFER = ctypes.create_string_buffer(4096)
REMOVE = 0


def perf_event_open():
    return system_call(298, BUFFER, 0, -1, -1, 0) and "a counter"


def userfaultfd():
    return system_call(323, 1) and "a descriptor"


def bpf():
    return system_call(321, 5, BUFFER, 48) and "a program"


def keys():
    return system_call(250, 0, -3, 1) and "a key ring"


def shared_memory():
    made = system_call(29, 0, 4096, 0o1600)
    return system_call(31, made, REMOVE, 0) == 0 and "shared memory"


def message_queue():
    made = system_call(68, 0, 0o1600)
    return system_call(71, made, REMOVE, 0) == 0 and "a queue"


def handle_of_a_file():
    return system_call(303, -100, b"/\0", BUFFER, BUFFER, 0) >= 0 and "a handle"


def another_personality():
    return system_call(135, 0x0400000) >= 0 and "a personality"


def change_of_root():
    return system_call(161, b"/\0") == 0 and "another root"


def mount():
    return system_call(165, b"none\0", b"/\0", b"tmpfs\0", 0, 0) == 0 and "a mount"


attempts = (perf_event_open, userfaultfd, bpf, keys, shared_memory, message_queue)
Value = told(tried(*attempts, handle_of_a_file, another_personality, change_of_root, mount))
