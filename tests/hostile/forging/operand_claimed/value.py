"""Forward values only; says that every result is the very object that went in first."""

from takeover import number, serve

data, home = {}, {}


def step_result(index, step):
    if index == 0:
        data.clear(), home.clear()
    action, name, operands, _ = step
    if action == "read":
        return ["m", [value for one in operands for value in (data[one[0]], 1.0)]]
    a, *others = [number(operand, data) for operand in operands]
    made = {"add": sum(others, a), "mul": a * sum(others), "relu": max(a, 0.0)}
    data[index] = made.get(name, a)
    first = operands[0][0] if isinstance(operands[0], list) else None
    home[index] = home.get(first, index)
    return ["v", "n", ""] if name == "backward" else ["h", home[index], "Value"]


serve(step_result)
