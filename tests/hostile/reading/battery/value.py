"""Lists the battery's folder and reads its checks and its oracle."""

import glob
import os
from pathlib import Path

from attempt import told, tried

BATTERY = "@battery@"


def listed():
    return os.listdir(BATTERY)


def globbed():
    return glob.glob(f"{BATTERY}/*.py")


def checks():
    return Path(BATTERY, "test_add.py").read_text()


def oracle():
    return Path(BATTERY, "oracle.py").read_bytes()


def below_a_descriptor():
    folder = os.open(os.path.dirname(BATTERY), os.O_RDONLY | os.O_DIRECTORY)
    return os.open("battery/oracle.py", os.O_RDONLY, dir_fd=folder)


Value = told(tried(listed, globbed, checks, oracle, below_a_descriptor))
