"""Tests of grading a class: pool, resume, shards, cluster, class page."""
