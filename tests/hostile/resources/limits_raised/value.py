"""Asks for more than it was given."""

import resource

from attempt import told, tried

NAMES = ("RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_NOFILE", "RLIMIT_MEMLOCK")


def raised(name):
    which = getattr(resource, name)
    before = resource.getrlimit(which)
    resource.setrlimit(which, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    return resource.getrlimit(which) != before and name


def memory():
    return raised("RLIMIT_AS")


def processor():
    return raised("RLIMIT_CPU")


def files():
    return raised("RLIMIT_FSIZE")


def descriptors():
    return raised("RLIMIT_NOFILE")


Value = told(tried(memory, processor, files, descriptors))
