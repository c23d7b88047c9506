"""Reads the reference through everything in the standard library that opens files."""

import fileinput
import importlib.machinery
import io
import linecache
import mmap
import os
import runpy
import tokenize
import zipfile

from attempt import told, tried

PATH = "@reference@"


def with_linecache():
    return linecache.getlines(PATH)


def with_tokenize():
    return tokenize.open(PATH).read()


def with_raw_io():
    return io.FileIO(PATH).read()


def with_open_code():
    return io.open_code(PATH).read()


def with_loader():
    return importlib.machinery.SourceFileLoader("answer", PATH).get_data(PATH)


def with_runpy():
    return runpy.run_path(PATH)


def with_fileinput():
    return list(fileinput.input(PATH))


def with_mmap():
    return mmap.mmap(os.open(PATH, os.O_RDONLY), 0, prot=mmap.PROT_READ).read(40)


def with_zipfile():
    return zipfile.ZipFile("@bundle@").namelist()


attempts = (with_tokenize, with_raw_io, with_open_code, with_loader, with_runpy, with_fileinput)
Value = told(tried(with_linecache, *attempts, with_mmap, with_zipfile))
