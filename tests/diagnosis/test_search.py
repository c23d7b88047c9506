"""Which known mistakes a search names, with replays that are tables."""

import pytest

from grader.diagnosis.facts import Facts
from grader.diagnosis.findings import findings
from grader.diagnosis.observations import GENERAL, KnownMistake
from grader.diagnosis.patches import shared
from grader.diagnosis.search import Search
from grader.model.check import CheckRecord, CheckSpec, Outcome, Visibility
from grader.model.program import Many, Program, Raised, Step

TASKS = ("one", "two", "net")
RIGHT = (0.0, 0.0)


def mistake(name, task, *methods):
    return KnownMistake(f"{task}/{name}", task, name, "", methods or (task,))


A, A2, A3 = (mistake(name, "one") for name in ("A", "A2", "A3"))
B, C = mistake("B", "two"), mistake("C", "two")
G, H = mistake("G", GENERAL, "walk"), mistake("H", GENERAL, "walk")
ALL = (G, H, A, A2, A3, B)


class Case:
    """Checks, what each gave, and what it gives under mistakes: the sum of what each adds."""

    def __init__(self, **effects):
        # {"one_x": {A: (1, 0)}}: what the mistakes change in the check one/x
        self.effects = {name.replace("_", "/", 1): given for name, given in effects.items()}

    def numbers(self, check, hypothesis):
        added = [self.effects[check].get(one, RIGHT) for one in hypothesis]
        raised = next((one for one in added if isinstance(one, str)), None)
        return raised or tuple(map(sum, zip(RIGHT, *added, strict=True)))

    def record(self, check, got):
        task = check.split("/", 1)[0]
        spec = CheckSpec(check, task, check, 1, Visibility.VISIBLE)
        step = Step("read", check)
        if got is Outcome.TIMEOUT:
            return CheckRecord(spec, Outcome.TIMEOUT, program=Program.of([step]))
        result = raised(got) if isinstance(got, str) else Many(got)
        outcome = Outcome.PASSED if got == RIGHT else Outcome.FAILED
        return CheckRecord(spec, outcome, program=Program.of([step]), results=(result,))

    def search(self, got, mistakes=ALL, varying=None, can_stand=lambda whole: not shared(whole)):
        """The findings where the checks gave what `got` says, else what is right."""
        records = [self.record(check, got.get(check, RIGHT)) for check in self.effects]
        self.replays = 0

        def replay(hypothesis, record):
            self.replays += 1
            given = self.numbers(record.spec.id, hypothesis)
            if isinstance(given, str):
                return [("raised", "TypeError", given, "elsewhere")]
            return list(given)

        facts = Facts(TASKS, records, varying or {}, frozenset(), replay)
        return findings(Search(facts, mistakes, can_stand).run(), facts)

    def of(self, *made, **options):
        """The findings for a submission that has made these mistakes."""
        got = {check: self.numbers(check, made) for check in self.effects}
        return self.search(got, **options)


def raised(message):
    return Raised("TypeError", message, 1, "helper", "value.py")


def named(found):
    """The ids that are told, in order, by task."""
    return {task: [one.id for one in told] for task, told in found.diagnoses.items()}


PLAIN = Case(
    one_x={A: (1, 0), A2: (0, 1), G: (2, 0)},
    one_y={A: (1, 0), A2: (0, 1), G: (0, 2)},
    two_x={B: (1, 0), G: (0, 2)},
    net_x={A: (1, 0), A2: (0, 1), B: (0, 3), G: (2, 0)},
)
BOTH = {"can_stand": lambda whole: True}


def test_one_mistake_is_named_and_explains_later_checks():
    found = PLAIN.of(A)
    assert named(found) == {"one": ["one/A"]}
    assert found.diagnoses["one"][0].checks == ("one/x", "one/y", "net/x")
    assert found.same_as == {"net/x": "one"}


def test_mistakes_of_two_tasks_are_named_in_their_tasks():
    assert named(PLAIN.of(A, B)) == {"one": ["one/A"], "two": ["two/B"]}


def test_a_general_mistake_that_explains_everything_is_told_once():
    found = PLAIN.of(G)
    assert named(found) == {"one": ["general/G"]}
    assert set(found.diagnoses["one"][0].checks) == set(PLAIN.effects)


def test_it_wins_over_mistakes_of_two_tasks():
    case = Case(one_x={G: (1, 0), A: (1, 0)}, two_x={G: (0, 1), B: (0, 1)})
    assert named(case.of(A, B)) == {"one": ["general/G"]}


def test_a_general_mistake_is_told_with_one_of_a_task():
    assert named(PLAIN.of(G, B)) == {"one": ["general/G"], "two": ["two/B"]}
    assert named(PLAIN.of(G, A)) == {"one": ["general/G", "one/A"]}


def test_and_not_with_more():
    assert named(PLAIN.of(G, A, B)) == {}


def test_a_mistake_is_not_added_where_it_changes_what_was_explained():
    case = Case(one_x={A: (1, 0), B: (1, 0)}, two_x={B: (1, 0)})
    assert named(case.search({"one/x": (1, 0), "two/x": (1, 0)})) == {"one": ["one/A"]}


def test_what_cannot_be_told_apart_are_alternatives():
    twin = mistake("Twin", "one")
    case = Case(one_x={A: (1, 0), twin: (1, 0)})
    (told,) = case.of(A, mistakes=(A, twin)).diagnoses["one"]
    assert (told.id, [one.id for one in told.alternatives]) == ("one/A", ["one/Twin"])


def test_nothing_is_named_where_nothing_fits():
    assert named(PLAIN.search({"one/x": (9, 9)})) == {}


# --- what passed speaks too ------------------------------------------------------------------


def test_a_passing_check_of_another_task_refutes_a_general_mistake():
    case = Case(one_x={G: (1, 0)}, two_x={G: (1, 0)})
    assert named(case.search({"one/x": (1, 0)})) == {}


def test_a_passing_check_of_a_later_task_refutes_a_mistake():
    case = Case(one_x={A: (1, 0), A2: (1, 0)}, net_x={A: (1, 0)})
    assert named(case.search({"one/x": (1, 0)}, mistakes=(A, A2))) == {"one": ["one/A2"]}
    assert named(case.search({"one/x": (1, 0)}, mistakes=(A,))) == {}


def test_a_general_mistake_that_leaves_a_task_unexplained_is_not_named():
    case = Case(one_x={G: (1, 0)}, two_x={})
    assert named(case.search({"one/x": (1, 0), "two/x": (5, 5)})) == {}


def test_a_general_mistake_loses_to_one_of_the_task_where_it_does_not_explain_all():
    case = Case(one_x={G: (1, 0), A: (1, 0)}, two_x={B: (1, 0)})
    found = case.search({"one/x": (1, 0), "two/x": (1, 0)})
    assert named(found) == {"one": ["one/A"], "two": ["two/B"]}


def test_a_general_mistake_with_one_more_wins_over_three_mistakes():
    case = Case(one_x={G: (1, 0), A: (1, 0)}, two_x={G: (1, 0), B: (0, 1), C: (1, 0)})
    got = {"one/x": (1, 0), "two/x": (1, 1)}
    found = case.search(got, mistakes=(G, A, B, C), **BOTH)
    assert named(found) == {"one": ["general/G"], "two": ["two/B"]}


# --- what is left unexplained ----------------------------------------------------------------


def test_a_mistake_is_not_named_where_its_effect_elsewhere_is_otherwise():
    found = PLAIN.search({"one/x": (1, 0), "one/y": (1, 0), "net/x": (7, 0)})
    assert named(found) == {}


def test_it_is_named_where_a_mistake_that_is_not_known_may_be_behind_the_rest():
    case = Case(one_x={A: (1, 0)}, net_x={A: (1, 0)}, net_y={})
    got = {"one/x": (1, 0), "net/x": (7, 0)}
    assert named(case.search(got)) == {}
    assert named(case.search(got | {"net/y": (9, 9)})) == {"one": ["one/A"]}


def test_a_task_that_had_to_be_stopped_is_left_without_a_name():
    got = {"one/x": (1, 0), "one/y": Outcome.TIMEOUT, "net/x": (1, 0)}
    assert named(PLAIN.search(got)) == {}


def test_nothing_general_is_named_where_something_had_to_be_stopped():
    got = {check: PLAIN.numbers(check, (G,)) for check in PLAIN.effects}
    assert named(PLAIN.search(got | {"net/x": Outcome.TIMEOUT})) == {}


# --- two mistakes in one method --------------------------------------------------------------


def test_two_mistakes_of_one_method_are_named_where_they_can_stand_together():
    found = PLAIN.of(A, A2, **BOTH)
    assert named(found) == {"one": ["one/A", "one/A2"]}
    assert named(PLAIN.of(A, A2)) == {}


def test_one_mistake_is_preferred_to_two():
    case = Case(one_x={A: (1, 0), A2: (0, 1), A3: (1, 1)})
    assert named(case.search({"one/x": (1, 1)}, **BOTH)) == {"one": ["one/A3"]}


def test_a_second_mistake_that_only_a_later_task_shows_is_named_with_the_first():
    case = Case(one_x={A: (1, 0)}, net_x={A: (1, 0), A2: (0, 1)})
    assert named(case.of(A, A2, **BOTH)) == {"one": ["one/A", "one/A2"]}
    assert named(case.of(A, A2)) == {}, "the two cannot stand in one method"


def test_it_is_not_named_where_it_changes_what_was_explained():
    case = Case(one_x={A: (1, 0), A2: (0, 1)}, net_x={A: (1, 0), A2: (0, 1)})
    assert named(case.search({"one/x": (1, 0), "net/x": (1, 1)}, **BOTH)) == {}


def test_no_second_mistake_is_added_for_exceptions_of_a_later_task():
    case = Case(one_x={A: (1, 0)}, net_x={A2: "no data"}, net_y={A: (1, 0)})
    got = {"one/x": (1, 0), "net/x": "no data"}
    assert named(case.search(got, mistakes=(A, A2), **BOTH)) == {"one": ["one/A"]}


# --- exceptions ------------------------------------------------------------------------------

RAISES = Case(
    one_x={A: "no data", A2: (1, 0), G: (1, 0)},
    one_y={A2: (1, 0), G: (1, 0)},
    two_x={},
)


def test_an_exception_is_explained_by_its_message():
    assert named(RAISES.search({"one/x": "no data"})) == {"one": ["one/A"]}
    assert named(RAISES.search({"one/x": "something else"})) == {}


def test_two_mistakes_are_not_combined_where_all_that_fails_is_exceptions():
    case = Case(one_x={A: "no data"}, one_y={A2: "no grad"}, one_z={})
    got = {"one/x": "no data", "one/y": "no grad"}
    assert named(case.search(got, **BOTH)) == {}


def test_two_mistakes_may_explain_an_exception_and_a_value():
    got = {"one/x": "no data", "one/y": (1, 0)}
    assert named(RAISES.search(got, mistakes=(A, A2), **BOTH)) == {"one": ["one/A", "one/A2"]}


def test_two_mistakes_explain_an_exception_only_where_one_of_them_raises_there():
    class Together(Case):
        def numbers(self, check, hypothesis):
            if check == "one/x" and len(hypothesis) == 2:
                return "together"
            return super().numbers(check, hypothesis)

    got = {"one/x": "together", "one/y": (1, 0)}
    assert named(Together(one_x={}, one_y={A2: (1, 0)}).search(got, **BOTH)) == {}
    case = Together(one_x={A: "no data"}, one_y={A2: (1, 0)})
    assert named(case.search(got, mistakes=(A, A2), **BOTH)) == {"one": ["one/A2", "one/A"]}


# --- values that vary ------------------------------------------------------------------------


def test_a_value_that_varies_is_no_evidence_against_a_mistake():
    got = {"one/x": (1, 5), "one/y": (1, 0), "net/x": (1, 0)}
    assert named(PLAIN.search(got)) == {}
    assert named(PLAIN.search(got, varying={"one/x": frozenset({1})})) == {"one": ["one/A"]}


@pytest.mark.parametrize("places", [{0}, {0, 1}])
def test_nothing_is_named_on_the_strength_of_values_that_vary(places):
    case = Case(one_x={A: (1, 0), G: (1, 0)})
    assert named(case.search({"one/x": (1, 0)}, varying={"one/x": frozenset(places)})) == {}


def test_nothing_is_named_where_more_varies_than_a_mistake_explains():
    """One value came out the same twice by luck, among many that vary and that it does not give."""
    case = Case(one_x={A: (1, 0)}, one_y={})
    got = {"one/x": (1, 8), "one/y": (9, 9)}
    varying = {"one/x": frozenset({1}), "one/y": frozenset({0, 1})}
    assert named(case.search(got, varying=varying)) == {}


def test_of_mistakes_that_fit_alike_the_one_that_gives_what_varies_is_named():
    case = Case(one_x={A: (1, 5), A2: (1, 7)})
    found = case.search({"one/x": (1, 7)}, varying={"one/x": frozenset({1})})
    assert named(found) == {"one": ["one/A2"]}
    assert found.diagnoses["one"][0].alternatives == ()


def test_a_check_that_refuted_one_mistake_is_asked_first_about_the_next():
    checks = [f"one_{n}" for n in range(20)]
    many = [mistake(f"M{n}", "one") for n in range(30)]
    case = Case(**{check: dict.fromkeys(many, (1, 0)) for check in checks})
    got = {f"one/{n}": (1, 0) for n in range(19)} | {"one/19": (7, 7)}
    found = case.search(got, mistakes=many, can_stand=lambda whole: len(whole) < 2)
    assert named(found) == {}
    assert case.replays < 5 * len(many)
