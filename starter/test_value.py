"""Examples to try your value.py on. In the folder that holds both files, run

python -m pytest test_value.py            for all of them
python -m pytest test_value.py -k mul     for one task
"""

import pytest
from value import Value


def near(expected):
    return pytest.approx(expected, rel=1e-5, abs=1e-6)


def compare(**nodes):
    """Each node comes as name=(node, data and gradient it should hold)."""
    __tracebackhide__ = True  # pytest points at the example then
    table = ["after backward", f"{'':6}{'data':>10}{'':10}{'grad':>10}"]
    table.append(f"{'node':>6}" + 2 * f"{'expected':>10}{'got':>10}")
    all_right = True
    for name, (node, data, grad) in nodes.items():
        right = node.data == near(data) and node.grad == near(grad)
        all_right = all_right and right
        row = f"{name:>6}{data!s:>10}{node.data!s:>10}"
        row += f"{grad!s:>10}{node.grad!s:>10}"
        table.append(row if right else f"{row}   <-- differs")
    if not all_right:
        pytest.fail("\n".join(table))


def test_add_passes_the_gradient_to_both_inputs():
    a, b = Value(2.0), Value(-3.0)
    out = a + b
    out.backward()
    compare(a=(a, 2.0, 1.0), b=(b, -3.0, 1.0), out=(out, -1.0, 1.0))


def test_add_takes_a_plain_number_on_the_right():
    a = Value(2.0)
    out = a + 0.5
    out.backward()
    compare(a=(a, 2.0, 1.0), out=(out, 2.5, 1.0))


def test_add_counts_every_use_of_a_value():
    a = Value(2.0)
    out = a + a
    out.backward()
    compare(a=(a, 2.0, 2.0), out=(out, 4.0, 1.0))


def test_add_reaches_every_node_of_a_longer_sum():
    a, b, c = Value(1.5), Value(2.0), Value(4.0)
    ab = a + b
    out = ab + (c + ab)
    out.backward()
    compare(
        a=(a, 1.5, 2.0),
        b=(b, 2.0, 2.0),
        c=(c, 4.0, 1.0),
        ab=(ab, 3.5, 2.0),
        out=(out, 11.0, 1.0),
    )


def test_mul_gives_each_factor_the_other_times_the_gradient():
    a, b = Value(2.0), Value(-3.0)
    out = a * b
    out.backward()
    compare(a=(a, 2.0, -3.0), b=(b, -3.0, 2.0), out=(out, -6.0, 1.0))


def test_mul_takes_a_plain_number_on_the_right():
    a = Value(2.0)
    out = a * 0.5
    out.backward()
    compare(a=(a, 2.0, 0.5), out=(out, 1.0, 1.0))


def test_mul_multiplies_by_the_gradient_that_arrives():
    a, b, c = Value(2.0), Value(3.0), Value(5.0)
    ab = a * b
    out = ab * c
    out.backward()
    compare(
        a=(a, 2.0, 15.0),
        b=(b, 3.0, 10.0),
        c=(c, 5.0, 6.0),
        ab=(ab, 6.0, 5.0),
        out=(out, 30.0, 1.0),
    )


def test_relu_passes_a_positive_number():
    x = Value(0.5)
    out = x.relu()
    out.backward()
    compare(x=(x, 0.5, 1.0), out=(out, 0.5, 1.0))


def test_relu_stops_a_negative_number():
    x = Value(-2.0)
    out = x.relu()
    out.backward()
    compare(x=(x, -2.0, 0.0), out=(out, 0.0, 1.0))


def test_neuron_that_is_active():
    x, w, b = Value(2.0), Value(-3.0), Value(10.0)
    out = (x * w + b).relu()
    out.backward()
    compare(
        x=(x, 2.0, -3.0),
        w=(w, -3.0, 2.0),
        b=(b, 10.0, 1.0),
        out=(out, 4.0, 1.0),
    )


def test_neuron_that_is_inactive():
    x, w, b = Value(2.0), Value(-3.0), Value(1.0)
    out = (x * w + b).relu()
    out.backward()
    compare(
        x=(x, 2.0, 0.0),
        w=(w, -3.0, 0.0),
        b=(b, 1.0, 0.0),
        out=(out, 0.0, 1.0),
    )
