"""The gradebook's tables."""

from __future__ import annotations

FORMAT = 1

TABLES = """
CREATE TABLE runs(
    id INTEGER PRIMARY KEY, conditions INTEGER NOT NULL, started_at TEXT NOT NULL,
    finished INTEGER NOT NULL DEFAULT 0, partial INTEGER NOT NULL, source TEXT NOT NULL,
    shard TEXT NOT NULL DEFAULT ''
);
CREATE TABLE conditions(id INTEGER PRIMARY KEY, digest TEXT NOT NULL UNIQUE, detail TEXT NOT NULL);
CREATE TABLE checks(
    conditions INTEGER NOT NULL, place INTEGER NOT NULL, id TEXT NOT NULL, task TEXT NOT NULL,
    title TEXT NOT NULL, max_score REAL NOT NULL, visibility TEXT NOT NULL,
    PRIMARY KEY (conditions, place)
) WITHOUT ROWID;
CREATE TABLE tasks(
    conditions INTEGER NOT NULL, place INTEGER NOT NULL, id TEXT NOT NULL, title TEXT NOT NULL,
    max_score REAL NOT NULL, PRIMARY KEY (conditions, place)
) WITHOUT ROWID;
CREATE TABLE marks(
    id INTEGER PRIMARY KEY, submission TEXT NOT NULL, conditions INTEGER NOT NULL,
    run INTEGER NOT NULL, score REAL NOT NULL, max_score REAL NOT NULL, outcomes TEXT NOT NULL,
    scores TEXT NOT NULL, message TEXT NOT NULL, pattern TEXT NOT NULL, text TEXT NOT NULL,
    shape TEXT NOT NULL, prints BLOB NOT NULL, duration_s REAL NOT NULL, report BLOB NOT NULL,
    UNIQUE (submission, conditions)
);
CREATE TABLE diagnoses(
    mark INTEGER NOT NULL, task TEXT NOT NULL, mistake TEXT NOT NULL,
    PRIMARY KEY (mark, task, mistake)
) WITHOUT ROWID;
CREATE TABLE mistakes(id TEXT PRIMARY KEY, title TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE learners(
    id TEXT PRIMARY KEY, name TEXT, place INTEGER NOT NULL, run INTEGER NOT NULL,
    state TEXT NOT NULL, submission TEXT NOT NULL, file TEXT NOT NULL, mark INTEGER,
    message TEXT NOT NULL, late INTEGER NOT NULL, submitted_at TEXT, attempt INTEGER NOT NULL,
    notes TEXT NOT NULL, team TEXT NOT NULL, written TEXT NOT NULL DEFAULT '',
    report TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE INDEX learners_by_place ON learners(run, place);
CREATE INDEX learners_by_submission ON learners(submission, run);
CREATE TABLE attempts(
    learner TEXT NOT NULL, submission TEXT NOT NULL, number INTEGER NOT NULL, file TEXT NOT NULL,
    submitted_at TEXT, late INTEGER NOT NULL, mark INTEGER, score REAL, max_score REAL,
    PRIMARY KEY (learner, submission)
) WITHOUT ROWID;
CREATE TABLE overrides(
    learner TEXT PRIMARY KEY, score REAL NOT NULL, reason TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE changes(
    run INTEGER NOT NULL, learner TEXT NOT NULL, before REAL NOT NULL, after REAL NOT NULL,
    reason TEXT NOT NULL, PRIMARY KEY (run, learner)
) WITHOUT ROWID;
CREATE TABLE queue(submission TEXT PRIMARY KEY, place INTEGER NOT NULL, source BLOB NOT NULL);
CREATE INDEX queue_by_place ON queue(place);
CREATE TABLE secrets(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""

ADDED = """
CREATE TABLE IF NOT EXISTS doubts(run INTEGER PRIMARY KEY, found TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS checksums(mark INTEGER PRIMARY KEY, checksum TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS given(what TEXT PRIMARY KEY, name TEXT NOT NULL, content BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS paths(learner TEXT PRIMARY KEY, paths TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS made(path TEXT PRIMARY KEY, version TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS first_failures(mark INTEGER PRIMARY KEY, message TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS reasons(
    mark INTEGER NOT NULL, place INTEGER NOT NULL, task TEXT NOT NULL, mistake TEXT NOT NULL,
    rule TEXT NOT NULL, PRIMARY KEY (mark, place)
) WITHOUT ROWID;
"""
"""What a gradebook of an earlier release lacks; it is added where one is written to."""
