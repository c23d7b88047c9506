#!/bin/sh
# PrairieLearn runs this once a submission: /grade/student in, results.json out.
# A grade that takes long ends by itself after twice @BUDGET@ s, checks and explanations, with what it
# has seen so far; the job would be ended after 30 s, with nothing.
# Nothing that a submission says is printed: who reads a log may take it for a command.
results=/grade/results/results.json
mkdir -p /grade/results
rm -f "$results"

timeout -k 1 @WALL@ /opt/autograd-grader/bin/grader grade /grade/student --timeout @BUDGET@ \
    --export "prairielearn=$results" --isolation @ISOLATION@ --expect-exercise @DIGEST@ \
    </dev/null >/dev/null
code=$?

# Not gradable uses up no attempt. Any other exit code than 0 would throw the results away.
if [ ! -s "$results" ]; then
    cat >"$results" <<END
{"gradable": false, "format_errors": ["Not graded: the grader failed (exit code $code). This is not your mistake. Please tell the course staff."]}
END
fi
exit 0
