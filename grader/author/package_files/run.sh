#!/bin/sh
# A+ runs this once a submission: /submission/user in, files of /feedback out.
# Nothing that a submission says is printed: what this prints is shown to staff.
# Until there is a mark the submission is in the state of error, whatever goes wrong.
echo true >/feedback/submission-set-error
result=$(mktemp)
timeout -k 5 @WALL@ /opt/autograd-grader/bin/grader grade /submission/user --timeout @BUDGET@ \
    --audience learner --export "aplus=$result" --isolation @ISOLATION@ \
    --expect-exercise @DIGEST@ </dev/null >/dev/null 2>&1
code=$?
if [ ! -s "$result" ]; then
    echo "The grader failed (exit code $code)." >>/feedback/grading-script-errors
    echo "<p>Not graded: the grader failed. This is not your mistake. Please tell the course staff.</p>" >/feedback/out
    exit 0
fi
/opt/autograd-grader/bin/python -I - "$result" <<'END'
import json, pathlib, sys

feedback, error = pathlib.Path("/feedback"), "submission-set-error"
files = json.loads(pathlib.Path(sys.argv[1]).read_text())
for name, text in files.items():
    (feedback / name).write_text(text, encoding="utf-8")
if error not in files:
    (feedback / error).unlink()
END
rm -f "$result"
