"""Says that every node is the same object as the first, so that only one gradient is compared.

That one is computed forwards, with the first leaf's tangent: no backward pass exists here. What
is right without one, an output's own gradient of 1, earns what it would earn anyway.
"""

from takeover import number, serve

data, tangent, grad = {}, {}, {}


def step_result(index, step):
    if index == 0:
        data.clear(), tangent.clear(), grad.clear()
    action, name, operands, _ = step
    if action == "read":
        nodes = [operand[0] for operand in operands]
        return ["m", [n for node in nodes for n in (data[node], grad.get(node, 0.0))]]
    a, *others = [number(operand, data) for operand in operands]
    da, *d_others = [number(o, tangent) if isinstance(o, list) else 0.0 for o in operands]
    if name == "backward":
        output = operands[0][0]
        grad[output] = grad.get(output, 0.0) + 1.0
        grad[0] = grad.get(0, 0.0) + da * (output != 0)
        return ["v", "n", ""]
    value, slope = a, 1.0 if index == 0 else 0.0
    if name == "add":
        value, slope = a + others[0], da + d_others[0]
    elif name == "mul":
        value, slope = a * others[0], da * others[0] + a * d_others[0]
    elif name == "relu":
        value, slope = (a, da) if a > 0 else (0.0, 0.0)
    data[index], tangent[index] = value, slope
    return ["h", 0, "Value"]


serve(step_result)
