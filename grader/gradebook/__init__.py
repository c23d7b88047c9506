"""The gradebook: marks that are kept, in one SQLite file beside the outputs of a batch.

Theory of operation. A mark belongs to a submission's digest and to the `Conditions` it was earned
under, never to a learner: learners point at marks. So nothing is graded twice under the same
conditions, equal submissions share a mark, and going back to an older battery finds its marks
again. Every mark is committed as it comes: after kill -9 only what was being graded is missing.
The sources still to be graded wait in the file too, so a class of any size needs little memory.

All SQL stands in this room. `store` opens the file, `tables` has its schema; `conditions`, `runs`,
`marks`, `reasons`, `checksums`, `learners` and `doubts` keep a run's work, `queries` and `mistakes`
answer what the outputs ask, `joining` copies one gradebook into another, `statistics` reckons.
"""
