"""Says that every node is the same object as the first, so that only one gradient is compared.

That one is computed forwards, with the first leaf's tangent: no backward pass exists here. A
place in the table that holds no node serves where the first leaf's gradient is asked for too.
"""

from takeover import answer, claim_import, reply

data, tangent, grad = [], [], [0.0]


def number(operand, column):
    if operand[0] == "r":
        return column[operand[1]]
    return float(operand[1]) if column is data else 0.0


def step_result(index, step):
    action, name, operands, _ = step
    if action == "read":
        values = []
        for kind, node in operands:
            values += [data[node], grad[0] if node == 0 else 0.0]
        return ["m", [["v", "f", repr(value)] for value in values]]
    a = number(operands[0], data)
    da = number(operands[0], tangent)
    value, slope = a, 1.0 if index == 0 else 0.0
    if name in ("add", "mul"):
        b, db = number(operands[1], data), number(operands[1], tangent)
        value, slope = (a + b, da + db) if name == "add" else (a * b, da * b + a * db)
    elif name == "relu":
        value, slope = (a, da) if a > 0 else (0.0, 0.0)
    elif name == "backward":
        grad[0] += da
    data.append(value)
    tangent.append(slope)
    return ["v", "n", ""] if name == "backward" else ["h", 0, "Value"]


def run(request):
    if request["first"] == 0:
        data.clear(), tangent.clear()
        grad[0] = 0.0
    steps = enumerate(request["steps"], request["first"])
    reply(request, [step_result(index, step) for index, step in steps])


answer(run)
