"""Which texts learners meet: a language that is shipped has all of these, and may have the rest."""

LEARNERS = """
battery_plugin.py box/inventory.py box/reasons.py cli/__init__.py cli/attempts.py cli/check.py
cli/click_words.py cli/common.py cli/deliveries.py cli/doctor.py cli/draw.py cli/grade.py
cli/hint.py cli/init.py cli/logs.py cli/report.py cli/show.py cli/tasks.py cli/verbs.py cli/watch.py
cli/watch_screen.py diagnosis/explain.py diagnosis/stopped.py exercise/find.py
exercise/handed_out.py grading/check_records.py grading/compared.py grading/drawing.py
grading/notes.py grading/pipeline.py grading/public_check.py grading/runner.py grading/score.py
intake/archive.py intake/notebook.py intake/refusal.py intake/take.py intake/tree.py
intake/zip_tree.py model/errors.py model/exercise.py model/import_failure.py program/evidence.py
program/expression.py render/graph/draw.py render/graph/svg.py render/html/author.py
render/html/evidence.py render/html/focus.py render/html/hand_in.py render/html/page.py
render/html/sheet.py render/html/tasks.py render/origin.py render/outcomes.py render/rest.py
render/statement.py render/story.py render/terminal/drawing.py render/terminal/endings.py
render/terminal/evidence.py render/terminal/failing.py render/terminal/panel.py
render/terminal/scorecard.py render/terminal/table.py render/terminal/tree.py
render/terminal/watch.py render/text.py report/audience.py report/wire.py service/hand_in.py
target/boxed.py target/channel.py target/observe.py target/proxy.py target/remote_module.py
target/sentences.py text/clean.py text/words.py
""".split()
