"""Tests of the gradebook by itself: what it keeps, what it tells, what it reckons."""
