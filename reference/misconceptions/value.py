"""Known mistakes in a `backward` or a constructor of one's own, common ones first.

Each class holds only the methods that differ from the reference. They run among its names, where
`Value` is the class that they are set on.
"""


class FollowsEveryPath:
    """`backward` visits a shared node once for every path to it

    In `u = a * 2` and `u + u * 3` two paths lead to `u`. Its function runs once for each of them,
    and each run sends all that `u` holds: `a` gets 16 where 8 is right. A set of nodes already seen
    helps only if the code skips the nodes in it. How many times should `u` send its total?
    """

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
            for child in node._prev:
                visit(child)
            order.append(node)

        visit(self)
        self.grad = 1
        for node in reversed(order):
            node._backward()


class RecursesIntoInputs:
    """`backward` lets each node pass its gradient on as soon as something arrives

    In `u = a * 2` and `u + u * 3`, `u` receives 1 from the sum and sends it on at once; later it
    receives 3 more, and sends all 4. So the first 1 counts twice, and `a` gets 10 where 8 is right.
    What would `u` have to wait for before it sends anything?
    """

    def backward(self):
        self.grad = 1

        def push(node):
            node._backward()
            for child in node._prev:
                push(child)

        push(self)


class StartsWhereNothingArrived:
    """`backward` of an input starts anew where its gradient is still 0

    `backward` calls itself for each input, and takes a node with a gradient of 0 for the result. In
    `a * 0` nothing arrives at `a`, so it is set to 1 where 0 is right; and what reaches a node on
    two paths is sent on each time. How can `backward` tell the result from a node that receives 0?
    """

    def backward(self):
        if self.grad == 0:
            self.grad = 1
        self._backward()
        for child in self._prev:
            child.backward()


class NeverStarts:
    """After `backward` the result still holds a gradient of 0, and so does all below it

    All other gradients are made from the gradient of the result, and with 0 there they all stay 0.
    It can be missing, be set on another node, or be put back to 0 before anything is sent. When the
    result rises by 1, how much does the result rise?
    """

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for child in node._prev:
                    visit(child)
                order.append(node)

        visit(self)
        for node in reversed(order):
            node._backward()


class GetsOneLevelDown:
    """`backward` passes the gradient on by one level only

    In `(a + b) + c` the inner sum receives its 1 and does not pass it on, so `a` stays at 0. Either
    the sum never has a turn, or it has its turn too early, while it still holds 0 (a walk that
    begins at the inputs does that). When should the sum have its turn?
    """

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for child in node._prev:
                    visit(child)
                order.append(node)

        visit(self)
        self.grad = 1
        for node in order:
            node._backward()


class RunsNodesAsItMeetsThem:
    """`backward` runs each node the first time it meets it

    In `u = a * 3` and `(u + 1) + (u * 2)` the walk comes to `u` through `u + 1` and lets it send
    what it holds then, which is 1. The 2 from `u * 2` arrives later and is never passed on: `a`
    gets 3 where 9 is right. How can one know that nothing more will arrive at `u`?
    """

    def backward(self):
        seen = set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                node._backward()
                for child in node._prev:
                    visit(child)

        self.grad = 1
        visit(self)


class TakesNodesFromAStack:
    """`backward` runs each node when it comes off a stack

    In `u = a * 3` and `(u * 2) * 5 + (u + 1)` the node `u` comes off the stack right after `u + 1`
    and sends the 1 it holds then. The 10 from the other side arrives later and is never passed on:
    `a` gets 3 where 33 is right. How can one know that nothing more will arrive at `u`?
    """

    def backward(self):
        self.grad = 1
        stack, seen = [self], {self}
        while stack:
            node = stack.pop()
            node._backward()
            for child in node._prev:
                if child not in seen:
                    seen.add(child)
                    stack.append(child)


class GoesLevelByLevel:
    """`backward` goes through the graph level by level

    In `u = a * 3` and `u + (u * 2) * 5` the node `u` is one step away from the result, and also
    three steps away. It has its turn with the first level and sends 1; the 10 from the longer path
    arrives later and is never passed on: `a` gets 3 where 33 is right. Does being near the result
    mean that a node has received everything?
    """

    def backward(self):
        self.grad = 1
        queue, seen = [self], {self}
        for node in queue:
            node._backward()
            for child in node._prev:
                if child not in seen:
                    seen.add(child)
                    queue.append(child)


class ListsNodesAgain:
    """`backward` puts a node in its list again each time it meets it

    The inputs of a node already seen are skipped, but the node itself is listed once more, so its
    function runs once more. In `u = a * 2` and `u + u * 3`, `u` is listed twice and sends its total
    twice: `a` gets more than the 8 that is right. Which steps should happen only for a node that is
    new?
    """

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for child in node._prev:
                    visit(child)
            order.append(node)

        visit(self)
        self.grad = 1
        for node in reversed(order):
            node._backward()


class ListsNodePerInput:
    """`backward` lists a node once for each of its inputs

    The line that lists the node stands inside the loop over its inputs. A sum has two inputs, so it
    is listed twice and its function runs twice: in `a + b` both inputs get 2 where 1 is right. How
    many times should a node with two inputs be listed?
    """

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for child in node._prev:
                    visit(child)
                    order.append(node)

        visit(self)
        self.grad = 1
        for node in reversed(order):
            node._backward()


class RestartsAtEachNode:
    """`backward` sets the gradient to 1 at each node it comes to

    Calling `backward` on the inputs looks natural, but every call begins by setting the gradient to
    1. In `a * b` with `b = 3` the product sends 3 to `a`, and then `a.grad` is set back to 1. For
    which node alone is it true that its gradient is 1 by definition?
    """

    def backward(self):
        self.grad = 1
        self._backward()
        for child in self._prev:
            child.backward()


class SeedsEveryNode:
    """`backward` starts every node with a gradient of 1

    In `a + b` both inputs already hold 1 when their contribution of 1 arrives, so they end at 2.
    For which node alone is a gradient of 1 known in advance?
    """

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for child in node._prev:
                    visit(child)
                order.append(node)

        visit(self)
        for node in order:
            node.grad = 1
        for node in reversed(order):
            node._backward()


class SeedsWithValue:
    """`backward` starts from the value of the result

    For `a = 2` and `b = 3` the sum is 5, and all gradients of `a + b` come out as 5 instead of 1:
    each is 5 times too large. When the result rises by 1, how much does the result rise?
    """

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for child in node._prev:
                    visit(child)
                order.append(node)

        visit(self)
        self.grad = self.data
        for node in reversed(order):
            node._backward()


class SkipsResult:
    """`backward` leaves the result itself out

    The result holds its 1, but its own function is never called, so nothing flows: in `a + b` both
    inputs stay at 0. Which node has to send first?
    """

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for child in node._prev:
                    visit(child)
                order.append(node)

        for child in self._prev:
            visit(child)
        self.grad = 1
        for node in reversed(order):
            node._backward()


class ListsTheResult:
    """`backward` lists the result in place of each node it meets

    The walk goes through all nodes, but writes down `self` each time, and `self` is the result. In
    `a + b` three nodes are met, so the function of the sum runs three times and both inputs get 3
    where 1 is right. Which name means the node that is being visited?
    """

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for child in node._prev:
                    visit(child)
                order.append(self)

        visit(self)
        self.grad = 1
        for node in reversed(order):
            node._backward()


class FollowsTheResultOnly:
    """`backward` looks up the inputs of the result at each node it meets

    The walk asks for `self._prev` each time, and `self` is the result, so it never gets further
    than the result's own inputs. In `((a + b) + c) + d` the node `a + b` is not found and never
    passes its 1 on, so `a` stays at 0. Whose inputs are wanted at each step of the walk?
    """

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for child in self._prev:
                    visit(child)
                order.append(node)

        visit(self)
        self.grad = 1
        for node in reversed(order):
            node._backward()


class FollowsFirstInputOnly:
    """`backward` follows only the first input of each node

    In `(a + b) * (c + d)` the sum on the right receives its gradient, but the walk goes to the left
    only and never reaches it, so `c` and `d` stay at 0. Which inputs of a product can have a graph
    of their own below them?
    """

    def backward(self):
        order = [self]
        while order[-1]._prev:
            order.append(order[-1]._prev[0])
        self.grad = 1
        for node in order:
            node._backward()


class ReversesToNothing:
    """`backward` loops over None instead of a list

    Python stops with a TypeError: 'NoneType' object is not iterable. A list's `reverse` turns the
    list around in place and gives back None, and so does any function of yours that ends without
    `return`. What does the loop go over, and where does that come from?
    """

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for child in node._prev:
                    visit(child)
                order.append(node)

        visit(self)
        order = order.reverse()
        self.grad = 1
        for node in order:
            node._backward()


class GradientStartsAsNone:
    """`__init__` starts the gradient as None

    The first contribution is added to what the node holds, and None plus a number is a TypeError.
    Before any contribution has arrived there is nothing to add up yet. What is the sum of no
    numbers at all?
    """

    def __init__(self, data, _children=(), _op=""):
        self.data = data
        self.grad = None
        self._backward = lambda: None
        self._prev = tuple(_children)
        self._op = _op


class GradientStartsAtOne:
    """`__init__` starts the gradient at 1

    Contributions are added to what a node holds, and here it holds 1 before the first arrives: in
    `a + b` both inputs end at 2. Only the node that `backward` is called on begins with 1. How
    large is a sum of contributions before the first has arrived?
    """

    def __init__(self, data, _children=(), _op=""):
        self.data = data
        self.grad = 1
        self._backward = lambda: None
        self._prev = tuple(_children)
        self._op = _op


class GradientStartsAsTuple:
    """`__init__` makes the gradient a tuple with a stray comma

    A comma after a number makes a tuple: `0.0,` is not the number 0.0 but a tuple that holds it.
    Adding the first contribution to a tuple stops with a TypeError. Which character gives the line
    a meaning you did not intend?
    """

    def __init__(self, data, _children=(), _op=""):
        self.data = data
        self.grad = (0.0,)
        self._backward = lambda: None
        self._prev = tuple(_children)
        self._op = _op


class CutsFractions:
    """`__init__` cuts the number down to a whole one

    `Value(1.5)` holds 1, because `int` throws away what comes after the decimal point, and so 2 +
    1.5 becomes 3. With whole numbers nothing is lost, so it does not show there. What should
    `Value(1.5).data` be?
    """

    def __init__(self, data, _children=(), _op=""):
        self.data = int(data)
        self.grad = 0
        self._backward = lambda: None
        self._prev = tuple(_children)
        self._op = _op


class TakesNoNumber:
    """`__init__` takes no number

    `Value(2.0)` stops with a TypeError, because there is no parameter to receive the 2.0. Python
    calls the method whose name is exactly `__init__`, with two underscores on each side; under any
    other name, such as `_init_`, it is never called. Which name and which parameters does the
    method have here?
    """

    __init__ = object.__init__


class EqualityWithoutHash:
    """`__eq__` without `__hash__` keeps nodes out of sets

    A class with an `__eq__` and no `__hash__` of its own loses its hash (`@dataclass` writes such
    an `__eq__`), and a set or a dict refuses its objects with a TypeError: unhashable type. Here
    `backward` keeps the nodes it has seen in a set. Are two nodes that both hold 2.0 the same node?
    """

    def __eq__(self, other):
        return self.data == (other.data if isinstance(other, Value) else other)

    __hash__ = None


class EqualValuesAreOneNode:
    """`__eq__` and `__hash__` take nodes with equal values for one node

    In `(a * b).relu()` with `a = 2` and `b = 3` the product and the result both hold 6. A set of
    nodes already seen then takes the product for the result and skips it, so `a` stays at 0 instead
    of 3. What makes two nodes of a graph the same node?
    """

    def __eq__(self, other):
        return self.data == other.data

    def __hash__(self):
        return hash(self.data)


class RemembersValuesNotNodes:
    """`backward` remembers the values it has seen, not the nodes

    In `(a * b).relu()` with `a = 2` and `b = 3` the product and the result both hold 6. When the
    walk comes to the product, 6 has been seen already, so the product is skipped and `a` stays at 0
    instead of 3. What belongs to one node only?
    """

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if node.data not in seen:
                seen.add(node.data)
                for child in node._prev:
                    visit(child)
                order.append(node)

        visit(self)
        self.grad = 1
        for node in reversed(order):
            node._backward()


class EqualNodesAreOneNode:
    """`backward` takes two nodes that were made alike for one node

    In `a * b + a * b` with `b = 3` there are two products. They hold the same number and have the
    same inputs, but each has to send its own gradient; here the second is mistaken for the first
    and skipped, and `a` gets 3 where 6 is right. Where `==` compares what two nodes hold (a
    dataclass does that), `node in nodes` and sets do so too. What makes two nodes of a graph the
    same node?
    """

    def backward(self):
        order, places, made = [], {}, {}

        def visit(node):
            if id(node) not in places:
                inputs = tuple(visit(child) for child in node._prev)
                likeness = (node._op, node.data, inputs)
                if likeness not in made:
                    made[likeness] = len(order)
                    order.append(node)
                places[id(node)] = made[likeness]
            return places[id(node)]

        visit(self)
        self.grad = 1
        for node in reversed(order):
            node._backward()


class OrdersByValue:
    """`backward` goes from the largest value to the smallest

    With positive numbers a sum is larger than its terms, so large before small looks like result
    before inputs. In `(a + b) * c` with `a = 2`, `b = 3` and `c = -1` the sum is 5 and the result
    -5: the sum has its turn first, with a gradient of 0, and `a` stays at 0. What puts one node
    before another, if not its value?
    """

    def backward(self):
        nodes, seen = [self], {self}
        for node in nodes:
            for child in node._prev:
                if child not in seen:
                    seen.add(child)
                    nodes.append(child)
        self.grad = 1
        for node in sorted(nodes, key=lambda node: node.data, reverse=True):
            node._backward()


class CountsUsesElsewhere:
    """`backward` waits for uses that lie outside its graph

    Each node counts how often it is used and waits for that many contributions. With `b = a * 2`,
    an unused `b * 5` and the result `b + 1`, `b` waits for the unused product, which never sends
    anything, and `a` stays at 0 instead of 2. Which uses of `b` does the result depend on?
    """

    def __init__(self, data, _children=(), _op=""):
        self.data = data
        self.grad = 0
        self._backward = lambda: None
        self._prev = tuple(_children)
        self._op = _op
        self._uses = 0
        for child in self._prev:
            child._uses += 1

    def backward(self):
        self.grad = 1
        ready = [self]
        for node in ready:
            node._backward()
            for child in node._prev:
                child._uses -= 1
                if child._uses == 0:
                    ready.append(child)


class RemembersOneUserOnly:
    """`__init__` lets a node remember only the last node that uses it

    A node with two users keeps the second and forgets the first, so only one contribution arrives:
    with `u = a * 2` and `u + u * 3` the node `u` gets 1 from the sum, and the 3 from the product is
    lost, so `a` gets 2 where 8 is right. How many nodes can use one value?
    """

    def __init__(self, data, _children=(), _op=""):
        self.data = data
        self.grad = 0
        self._backward = lambda: None
        self._prev = tuple(_children)
        self._op = _op
        for child in self._prev:
            child._parent = self

    def backward(self):
        self.grad = 1
        nodes = [self]
        for node in nodes:
            for child in set(node._prev):
                if child._parent is node:
                    child.grad += node._slope(child) * node.grad
                    nodes.append(child)

    def _slope(self, child):
        if self._op == "*":
            left, right = self._prev
            return left.data if child is right else right.data
        return 1 if self._op == "+" or child.data > 0 else 0


class UnpacksASet:
    """`__init__` keeps the inputs in a set and `backward` unpacks two of them

    A set holds each object once. For `a + b` two inputs come out of it, but `a + a` has put only
    one in, and unpacking it into two names stops with a ValueError. Which kind of collection keeps
    a node that is there twice?
    """

    def __init__(self, data, _children=(), _op=""):
        self.data = data
        self.grad = 0
        self._prev = set(_children)
        self._op = _op

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for child in node._prev:
                    visit(child)
                order.append(node)

        visit(self)
        self.grad = 1
        for node in reversed(order):
            if node._op in ("+", "*"):
                left, right = node._prev
                left.grad += node.grad * (right.data if node._op == "*" else 1)
                right.grad += node.grad * (left.data if node._op == "*" else 1)
            elif node._prev and node.data > 0:
                (child,) = node._prev
                child.grad += node.grad


class ErasesBeforeEachStep:
    """`backward` sets the gradients of the inputs to 0 before each step

    In `(a + b) + a` the outer sum sends 1 to `a`. Before the inner sum sends, the gradients of its
    inputs are set to 0, and `a` is one of them: it ends at 1 where 2 is right. What is lost when a
    node used twice is set to 0 in between?
    """

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for child in node._prev:
                    visit(child)
                order.append(node)

        visit(self)
        self.grad = 1
        for node in reversed(order):
            for child in node._prev:
                child.grad = 0
            node._backward()


class ErasesWholeGraphFirst:
    """`backward` first sets every gradient in its graph to 0

    When two results share an input, what the first `backward` brought to it is lost: after `(a +
    b).backward()` and `(a + c).backward()`, `a` holds 1 where 2 is right. Setting gradients back to
    0 is for the person who trains, once the sum has been used. Which contributions should `a` keep?
    """

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for child in node._prev:
                    visit(child)
                order.append(node)

        visit(self)
        for node in order:
            node.grad = 0
        self.grad = 1
        for node in reversed(order):
            node._backward()


class AssignsEveryGradient:
    """Every gradient that arrives replaces the one before, in all operations

    In `a * a` with `a = 3` two contributions of 3 arrive at `a.grad`; the second wipes out the
    first, and 3 is left where 6 is right. It is the same for sums and for `relu`. Whether
    `backward` writes all gradients in one loop or each operation writes its own: what should happen
    to the number already in `a.grad` when another contribution arrives?
    """

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other), "+")
        out._slopes = (1, 1)
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other), "*")
        out._slopes = (other.data, self.data)
        return out

    def relu(self):
        out = Value(self.data if self.data > 0 else 0, (self,), "relu")
        out._slopes = (1 if self.data > 0 else 0,)
        return out

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for child in node._prev:
                    visit(child)
                order.append(node)

        visit(self)
        self.grad = 1
        for node in reversed(order):
            if node._prev:
                for child, slope in zip(node._prev, node._slopes, strict=True):
                    child.grad = slope * node.grad


class LeavesOutArrivingGradient:
    """Each input receives the slope alone, in all operations

    In `(a * b) * c` with `b = 3` and `c = 5` the inner product receives a gradient of 5, so `a`
    should get 3 times 5; it gets 3. It is the same for sums and for `relu`. Whether `backward` adds
    up all gradients in one loop or each operation adds its own: where does the inner product keep
    the 5 that arrived?
    """

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other), "+")
        out._slopes = (1, 1)
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other), "*")
        out._slopes = (other.data, self.data)
        return out

    def relu(self):
        out = Value(self.data if self.data > 0 else 0, (self,), "relu")
        out._slopes = (1 if self.data > 0 else 0,)
        return out

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for child in node._prev:
                    visit(child)
                order.append(node)

        visit(self)
        self.grad = 1
        for node in reversed(order):
            if node._prev:
                for child, slope in zip(node._prev, node._slopes, strict=True):
                    child.grad += slope


class KeepsListBetweenCalls:
    """A second `backward` runs the operations of the first one again

    After `(a * b).backward()` with `b = 3`, `a` holds 3; then `(c * d).backward()` runs the first
    product again, and `a` holds 6. A list outlives the call when it is a default such as
    `order=[]`, which is made once for all calls, or belongs to the class, or stands outside of it.
    When should a new list begin?
    """

    def backward(self, order=[], seen=set()):
        def visit(node):
            if node not in seen:
                seen.add(node)
                for child in node._prev:
                    visit(child)
                order.append(node)

        visit(self)
        self.grad = 1
        for node in reversed(order):
            node._backward()


class KeepsGradientsOfLeavesOnly:
    """`backward` erases the gradients of all nodes but the leaves

    A leaf is a node that was made from a number and not by an operation. In `(a + b) * c` with
    `c = 5` the gradients of `a`, `b` and `c` are right, but the sum holds 0 where 5 is right, and
    the result 0 where 1 is right. Some libraries do this to save memory; which nodes does this task
    ask for?
    """

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for child in node._prev:
                    visit(child)
                order.append(node)

        visit(self)
        self.grad = 1
        for node in reversed(order):
            node._backward()
            if node._prev:
                node.grad = 0


class SkipsResultWithoutInputs:
    """`backward` does nothing when the result has no inputs

    After `Value(3.0).backward()` the gradient is 0 where 1 is right. There is nothing to pass on,
    but the result still follows itself. When the value rises by 1, how much does the value rise?
    """

    def backward(self):
        if not self._prev:
            return
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for child in node._prev:
                    visit(child)
                order.append(node)

        visit(self)
        self.grad = 1
        for node in reversed(order):
            node._backward()


class TakesALearningStep:
    """`backward` changes the values as well

    The gradients are right, but then each value is moved a little against its gradient, which is
    what training does afterwards: for `a = 2` and `b = 3`, `a + b` leaves `a` at 1.99. Finding out
    how a result depends on its inputs is one step, changing them another. Which of the two should
    `backward` do?
    """

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for child in node._prev:
                    visit(child)
                order.append(node)

        visit(self)
        self.grad = 1
        for node in reversed(order):
            node._backward()
            node.data -= 0.01 * node.grad
