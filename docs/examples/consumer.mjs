// Prints what a report of autograd-grader tells a learner. No packages needed.
//
//     grader grade value.py --json report.json
//     node consumer.mjs report.json
//
// A consumer reads the keys it knows and passes over others: later minor versions add some.

import { readFileSync } from "node:fs";

// Text in a report may come from the submission: no control character reaches a terminal.
const UNSEEN = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g;

const points = (number) => String(Number(number.toPrecision(6)));

// A task: its points, the known mistake or the first failing check, the program to try.
function ofTask(task) {
  const lines = [
    `${task.title}: ${task.outcome}, ${points(task.score)} of ${points(task.max_score)}`,
  ];
  const failing = task.checks.filter((check) => check.outcome !== "passed");
  const shown = failing.filter((check) => check.visibility === "visible");
  if (task.diagnoses.length > 0) {
    lines.push(`  ${task.diagnoses[0].title}`, `  ${task.diagnoses[0].explanation}`);
  } else if (shown.length > 0) {
    lines.push(`  ${shown[0].title}: ${shown[0].message ?? ""}`);
  }
  // the smallest program that shows the fault; only failing tasks have one
  for (const line of task.evidence?.program ?? []) {
    lines.push(`    ${line.code}`);
  }
  if (failing.length > shown.length) {
    lines.push(`  hidden checks that do not pass: ${failing.length - shown.length}`);
  }
  return lines;
}

// The lines for the learner.
function feedback(report) {
  // anything but "graded" carries no mark, whatever numbers stand in the report
  if (report.outcome === "refused") {
    return ["Not graded. Mend this and hand it in again:", report.message];
  }
  if (report.outcome !== "graded") {
    return ["Not graded, and not your mistake. It has to be graded again.", report.message];
  }
  const lines = [`${points(report.score)} of ${points(report.max_score)} points`];
  if (report.message) {
    lines.push(report.message);
  }
  return lines.concat(report.tasks.flatMap(ofTask));
}

const report = JSON.parse(readFileSync(process.argv[2], "utf8"));
const version = String(report.schema_version ?? "");
if (version.split(".")[0] === "1") {
  console.log(feedback(report).join("\n").replace(UNSEEN, "\ufffd"));
} else {
  console.error(`this program reads reports of version 1, not '${version}'`);
  process.exitCode = 1;
}
