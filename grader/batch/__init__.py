"""Grades a class: many submissions, a gradebook, and a page about them all.

`run.Batch` is the door, `options` what is asked of it. `source` reads the class, `plan` finds out
what is still to be graded, `pool` (here) and `cluster` (on Dask) grade it in `helper` processes,
`settle` keeps what comes, `told` says so, `doubts` says what is to be looked at, and `outputs`
writes what people read.
"""
