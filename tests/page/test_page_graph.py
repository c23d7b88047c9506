"""Pictures of programs: nodes apart, inputs above, the first wrong one marked in three ways."""

import io
import itertools
import random
import re
from xml.etree import ElementTree

import pytest
from rich.console import Console

from grader.model.report import FieldValue, Graph, GraphEdge, GraphNode
from grader.render.graph.draw import around, dot, svg
from grader.render.graph.layout import layout, rows_of
from grader.render.graph.svg import box_of
from grader.render.terminal.tree import tree
from tests.render import building

BEFORE, AFTER = "before backward", "after backward"
ATTACK = '"><script>alert(1)</script>\x1b[31m\u202e\n"]; evil'


def drawn(graph, when=AFTER):
    return ElementTree.fromstring(svg(graph, title="A graph", when=when))


def words(picture):
    return " ".join("".join(e.itertext()) for e in picture.iter() if e.tag.endswith("text"))


def of_class(picture, name):
    return [e for e in picture.iter() if name in (e.get("class") or "").split()]


def random_graph(count, seed):
    rng = random.Random(seed)
    nodes, edges = [], []
    for number in range(count):
        name = f"n{number}"
        nodes.append(
            building.node(name, f"step {number}", {"data": (1.0, 1.0), "grad": (2.0, 2.0)})
        )
        if number > 4:
            for source in rng.choices(range(max(0, number - 9), number), k=rng.choice((1, 2))):
                edges.append(GraphEdge(f"n{source}", name, "× 2"))
    return Graph(tuple(nodes), tuple(edges))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("count", [1, 2, 7, 40])
def test_nodes_never_overlap_and_inputs_stand_above_what_uses_them(count, seed):
    graph = random_graph(count, seed)
    sizes = [box_of(node, after=True).size for node in graph.nodes]
    at = {node.id: number for number, node in enumerate(graph.nodes)}
    edges = [(at[edge.source], at[edge.target]) for edge in graph.edges]
    placed = layout(sizes, edges, gap=(20.0, 50.0))
    for source, target in edges:
        assert placed.centres[source][1] < placed.centres[target][1]
    boxes = list(zip(placed.centres, sizes, strict=True))
    for ((x1, y1), (w1, h1)), ((x2, y2), (w2, h2)) in itertools.combinations(boxes, 2):
        assert abs(x1 - x2) >= (w1 + w2) / 2 + 19.9 or abs(y1 - y2) >= (h1 + h2) / 2
    for (x, y), (width, height) in boxes:
        assert x - width / 2 >= -0.01
        assert x + width / 2 <= placed.size[0] + 0.01
        assert y + height / 2 <= placed.size[1] + 0.01


def test_a_picture_is_the_same_each_time():
    graph = random_graph(40, 1)
    assert svg(graph, title="a", when=AFTER) == svg(graph, title="a", when=AFTER)


def test_edges_that_make_no_sense_do_no_harm():
    rows_of(3, [(0, 1), (1, 0), (2, 2), (0, 2)])
    node = building.node("a", "Value(1.0)", {"data": (1.0, 1.0)})
    edges = (GraphEdge("a", "a"), GraphEdge("a", "gone"), GraphEdge("gone", "a"))
    for graph in (Graph((node,), edges), Graph((), edges), Graph((node, node), edges)):
        drawn(graph)
        dot(graph)
        text_of(graph)


def test_the_first_wrong_node_is_marked_by_shape_and_words_and_numbers():
    picture = drawn(building.GRAPH)
    assert len(of_class(picture, "first")) == 1
    assert len(of_class(picture, "outer")) == 1
    said = words(picture)
    assert "first wrong value" in said
    assert "after backward" in said
    assert re.search(r"grad got 3\.0 expected 6\.0", said)


def test_before_backward_no_gradient_is_known():
    said = words(drawn(building.GRAPH, BEFORE))
    assert "before backward" in said
    assert "first wrong value" not in said
    assert "6.0" not in said


def test_a_wrong_forward_value_shows_in_both_pictures():
    node = building.node("b", "a + a", {"data": (6.0, 0.0), "grad": (1.0, 1.0)})
    for when in (BEFORE, AFTER):
        assert "data got 0.0 expected 6.0" in words(drawn(Graph((node,), ()), when))


def test_no_gradient_is_drawn_where_none_arrives():
    quiet = building.node("c", "a * 2", {"data": (2.0, 2.0), "grad": (0.0, 0.0)})
    open_gate = building.node("d", "a.relu()", {"data": (1.0, 1.0), "grad": (1.0, 1.0)})
    leaf = building.node("a", "Value(1.0)", {"data": (1.0, 1.0), "grad": (0.0, 0.0)})
    edges = (GraphEdge("a", "c", "× 2"), GraphEdge("a", "d", "× 0"), GraphEdge("a", "d", "× 1"))
    picture = drawn(Graph((leaf, quiet, open_gate), edges))
    assert len([e for e in of_class(picture, "wire") if "still" in e.get("class")]) == 2
    assert len(of_class(picture, "tip")) == 1


@pytest.mark.parametrize(
    ("label", "slope"),
    [("× 0", 0), ("× -0.5", -0.5), ("× 1e-07", 1e-7), ("", None), ("0", None), ("times 0", None)],
)
def test_the_slope_of_an_edge_is_its_label_as_a_number(label, slope):
    assert GraphEdge("a", "b", label).slope == slope


def test_both_pictures_have_their_nodes_in_one_place():
    for graph in (building.GRAPH, random_graph(12, 3)):
        before, after = drawn(graph, BEFORE), drawn(graph, AFTER)
        assert before.get("viewBox") == after.get("viewBox")


def hostile_graph():
    field = FieldValue("grad", "1", ATTACK, False)
    nodes = (GraphNode(ATTACK, ATTACK * 20, (field,), True), GraphNode("b", "b" * 900, ()))
    return Graph(nodes, (GraphEdge(ATTACK, "b", ATTACK),))


def test_hostile_names_cannot_leave_the_picture():
    for when in (BEFORE, AFTER):
        picture = drawn(hostile_graph(), when)
        assert not [e for e in picture.iter() if "script" in e.tag]
        assert float(picture.get("width")) < 900
    lines = dot(hostile_graph()).splitlines()
    assert len(lines) == 7
    assert all(re.fullmatch(r'(?:[^"]|"(?:[^"\\]|\\.)*")*', line) for line in lines)


def test_dot_doubles_the_border_of_the_first_wrong_node():
    text = dot(building.GRAPH)
    assert text.startswith("digraph program {\n")
    assert 'first wrong value", shape=octagon, peripheries=2];' in text
    assert '"a" -> "b" [label="3.0"];' in text


def test_of_a_very_large_graph_the_part_around_the_first_wrong_node_is_kept():
    graph = random_graph(300, 2)
    kept = around(graph, 60)
    assert len(kept.nodes) == 60
    assert graph.nodes[-1] in kept.nodes
    assert around(building.GRAPH, 60) is building.GRAPH
    drawn(graph)


# --- the tree for the terminal ---------------------------------------------------------------


def text_of(graph, width=100, encoding="utf-8"):
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding=encoding)
    Console(file=file, width=width, force_terminal=False, legacy_windows=False).print(tree(graph))
    file.flush()
    return raw.getvalue().decode(encoding)


def test_the_tree_goes_from_the_result_to_its_inputs():
    assert text_of(building.GRAPH).splitlines() == [
        "b  a * a  data 9.0  grad 1.0",
        "├── 3.0  a  Value(3.0)  data 3.0  grad 3.0 expected 6.0  ◀ first wrong value",
        "└── 3.0  a  as above",
    ]


def test_a_shared_node_is_written_once():
    edges = [GraphEdge(f"n{n}", f"n{n + 1}", "× 1") for n in range(300) for _ in range(2)]
    nodes = [building.node(f"n{n}", "x", {"data": (1.0, 1.0)}) for n in range(301)]
    assert len(text_of(Graph(tuple(nodes), tuple(edges)), width=4000).splitlines()) == 601


def test_the_tree_can_do_without_unicode_and_without_room():
    assert text_of(building.GRAPH, encoding="ascii").isascii()
    shown = text_of(hostile_graph(), width=60)
    assert "\x1b" not in shown
    assert "\u202e" not in shown
