"""Tests of grading a class: gradebook, pool, resume, shards, cluster, class page."""
