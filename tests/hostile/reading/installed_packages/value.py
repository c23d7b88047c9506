"""Imports the grader, its bundle and the packages it uses, from where they are installed."""

import importlib
import importlib.metadata
import sys

from attempt import told, tried

PLACES = "@packages@".split(":")


def imports(name):
    sys.path[:0] = PLACES
    sys.path_importer_cache.clear()
    return importlib.import_module(name)


def grader():
    return imports("grader.model")


def bundle():
    return imports("grader._bundle.reference.value")


def pytest():
    return imports("iniconfig")


def listed():
    return [found.name for found in importlib.metadata.distributions(path=PLACES)]


def site_packages():
    import site

    site.main()
    return imports("pluggy")


Value = told(tried(grader, bundle, pytest, listed, site_packages))
