#!/bin/sh
# Moodle VPL runs this in the folder with the learner's files, and then vpl_execution, which it
# writes: the last line of what that prints that begins with `Grade :=>>` is the mark. So nothing
# that a submission says is printed there but by the grader, and only the grader's file is.
# The range of the activity and its time are known here alone; a grade that takes long ends by
# itself after two thirds of the time, with what it has seen so far.
if [ -r ./vpl_environment.sh ]; then
    . ./vpl_environment.sh
fi
cat >vpl_execution <<END
#!/bin/sh
low=${VPL_GRADEMIN:-0}
high=${VPL_GRADEMAX:-@POINTS@}
seconds=${VPL_MAXTIME:-60}
END
cat >>vpl_execution <<'END'
result=$(mktemp)
timeout -k 1 $((seconds > 8 ? seconds - 4 : 4)) /opt/autograd-grader/bin/grader grade . \
    --timeout $((seconds > 8 ? seconds * 2 / 3 : 4)) --audience learner --export "vpl=$result" \
    --isolation @ISOLATION@ --expect-exercise @DIGEST@ </dev/null >/dev/null 2>&1
code=$?
if [ -s "$result" ]; then
    # points of the exercise as a mark of the activity
    LC_ALL=C awk -v low="$low" -v high="$high" '
        /^Grade :=>>/ { printf "Grade :=>>%.4f\n", low + (high - low) * substr($0, 11) / @POINTS@; next }
        { print }' "$result"
else
    echo '<|--'
    echo '-Not graded'
    echo ">The grader failed (exit code $code). This is not your mistake. Please tell the course staff."
    echo '--|>'
fi
rm -f "$result"
END
chmod +x vpl_execution
