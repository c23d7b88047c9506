"""Searches its own memory for the secret in the grader's environment, part by part."""

import ctypes

from attempt import told, tried

NAME = b"@secret_name@"[::-1]


def through_maps():
    wanted = NAME[::-1] + b"="
    with open("/proc/self/maps") as maps:
        rows = [row.split() for row in maps if " rw-p " in row]
    for row in rows:
        start, end = (int(part, 16) for part in row[0].split("-"))
        held = ctypes.string_at(start, min(end - start, 1 << 24))
        at = held.find(wanted)
        if at >= 0 and held[at + len(wanted) : at + len(wanted) + 6].isalnum():
            return held[at : at + 60]
    return None


Value = told(tried(through_maps))
