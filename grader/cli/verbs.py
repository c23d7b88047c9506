"""The verbs in a line each, and what `grader` says when none is given."""

from __future__ import annotations

from grader.text.words import N_

VERBS = {
    "grade": N_("Grade one submission and show its scorecard."),
    "batch": N_("Grade a class: a folder, a zip, or a platform's download."),
    "merge": N_("Join the parts of a class that was graded in shards."),
    "feedback": N_("Write a page for every learner, and what a platform takes back."),
    "check": N_("Check your own work: the visible checks, explained."),
    "tasks": N_("List the tasks of the exercise."),
    "show": N_("Show a task: what to write, and the mathematics."),
    "hint": N_("Show the next hint for a task."),
    "draw": N_("Draw an expression: data and gradient of every node."),
    "init": N_("Write the starter files into a folder."),
    "report": N_("Show a saved JSON report again."),
    "serve": N_("Grade one submission a line, resident."),
    "schema": N_("Print the JSON Schema of the report or of tasks.yaml."),
    "verify": N_("Prove an exercise: what it asks for, accepts and names."),
    "new": N_("Write a small exercise to start your own from."),
    "new-secret": N_("Write a secret for the random checks, for your eyes only."),
    "handout": N_("Pack what learners get, and prove that nothing hidden is inside."),
    "package": N_("Write what a platform needs to grade with this grader."),
    "doctor": N_("Say what isolates submissions here, and what is missing."),
}

ASKING_FOR_HELP = {"help_option_names": ["-h", "--help"]}
"""What click is told of every verb, and of `grader` alone."""

WELCOME = N_(
    """\
Grades an implementation of a small exercise and says what is wrong.

  You are learning      grader init my-work      write the starter files
                        grader show add          what the first task asks for
                        grader check             what works and what does not
                        and: tasks, hint, draw
  You are grading       grader grade value.py    one submission's scorecard
                        grader batch class.zip --out grades
                        and: merge, feedback, report, doctor, new-secret
  You write exercises   grader new my-exercise   a small one to start from
                        and: verify, handout
  You run a platform    grader package gradescope autograder.zip
                        and: serve, schema

`grader VERB -h` shows an example of each verb."""
)
