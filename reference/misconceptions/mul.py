"""Known mistakes in `__mul__`, common ones first.

Each class holds only the methods that differ from the reference. They run among its names, where
`Value` is the class that they are set on.
"""


class ReplacesGradient:
    """`__mul__` replaces the gradient instead of adding to it

    In `a * a` with `a = 3` the same node is both factors, so two contributions of 3 arrive at
    `a.grad`. With `=`, or with `=+`, the second wipes out the first, and 3 is left where 6 is
    right. What should happen to the number already in `a.grad` when another contribution arrives?
    """

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other), "*")

        def _backward():
            self.grad = other.data * out.grad
            other.grad = self.data * out.grad

        out._backward = _backward
        return out


class ReplacesLeftGradient:
    """`__mul__` replaces the left input's gradient instead of adding to it

    The right input is added to, the left one is not (`=+` replaces too). In `(a * b) * a` with `a =
    2` and `b = 3` the outer product sends 6 to `a`; then the inner product, with `a` on its left,
    writes its own 6 over it, and 6 is left where 12 is right. What should happen to the number
    already in `a.grad` when another contribution arrives?
    """

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other), "*")

        def _backward():
            self.grad = other.data * out.grad
            other.grad += self.data * out.grad

        out._backward = _backward
        return out


class ReplacesRightGradient:
    """`__mul__` replaces the right input's gradient instead of adding to it

    The left input is added to, the right one is not (`=+` replaces too). In `a * a` with `a = 3`
    the same node is both factors: the left line brings 3, the right line writes its own 3 over it,
    and 3 is left where 6 is right. What should happen to the number already in `a.grad` when
    another contribution arrives?
    """

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other), "*")

        def _backward():
            self.grad += other.data * out.grad
            other.grad = self.data * out.grad

        out._backward = _backward
        return out


class AcceptsValuesOnly:
    """`__mul__` works only with a Value on the right

    In `a * 4.0` the right side is a plain number. A plain number has no `.data`, so Python stops
    with an AttributeError before there is a product. What could 4.0 become first, so that it has
    everything a node has?
    """

    def __mul__(self, other):
        out = Value(self.data * other.data, (self, other), "*")

        def _backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out._backward = _backward
        return out


class IgnoresIncomingGradient:
    """`__mul__` leaves out the gradient that arrives

    Each input receives the other's value and nothing more. In `(a * b) * c` with `b = 3` and
    `c = 5` the inner product receives a gradient of 5, so `a` should get 3 times 5; it gets 3.
    Where does the inner product keep the 5 that arrived?
    """

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other), "*")

        def _backward():
            self.grad += other.data
            other.grad += self.data

        out._backward = _backward
        return out


class IgnoresIncomingOnLeft:
    """`__mul__` leaves out the arriving gradient for its left input

    The right input receives a slope times the gradient that arrives, the left one only the slope.
    In `(a * b) * c` with `b = 3` and `c = 5` the inner product receives a gradient of 5, so `a`
    should get 3 times 5; it gets 3. Compare the two lines: what does only one of them use?
    """

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other), "*")

        def _backward():
            self.grad += other.data
            other.grad += self.data * out.grad

        out._backward = _backward
        return out


class IgnoresIncomingOnRight:
    """`__mul__` leaves out the arriving gradient for its right input

    The left input receives a slope times the gradient that arrives, the right one only the slope.
    In `(a * b) * c` with `a = 2` and `c = 5` the inner product receives a gradient of 5, so `b`
    should get 2 times 5; it gets 2. Compare the two lines: what does only one of them use?
    """

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other), "*")

        def _backward():
            self.grad += other.data * out.grad
            other.grad += self.data

        out._backward = _backward
        return out


class UsesOwnValue:
    """`__mul__` gives each input its own value as slope

    For `a = 2` and `b = 3` the gradients of `a * b` come out as 2 and 3; it should be the other way
    round. When `a` rises by 1, 2 * 3 becomes 3 * 3, and the product rises by 3. Which of the two
    numbers decides how strongly the product follows `a`?
    """

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other), "*")

        def _backward():
            self.grad += self.data * out.grad
            other.grad += other.data * out.grad

        out._backward = _backward
        return out


class UsesOwnValueOnLeft:
    """`__mul__` gives its left input its own value as slope

    For `a = 2` and `b = 3` both gradients of `a * b` come out as 2, where `a` should get 3. When
    `a` rises by 1, 2 * 3 becomes 3 * 3, and the product rises by 3. Which of the two numbers
    decides how strongly the product follows `a`?
    """

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other), "*")

        def _backward():
            self.grad += self.data * out.grad
            other.grad += self.data * out.grad

        out._backward = _backward
        return out


class UsesOwnValueOnRight:
    """`__mul__` gives its right input its own value as slope

    For `a = 2` and `b = 3` both gradients of `a * b` come out as 3, where `b` should get 2. When
    `b` rises by 1, 2 * 3 becomes 2 * 4, and the product rises by 2. Which of the two numbers
    decides how strongly the product follows `b`?
    """

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other), "*")

        def _backward():
            self.grad += other.data * out.grad
            other.grad += other.data * out.grad

        out._backward = _backward
        return out


class UsesSumRule:
    """`__mul__` uses the slopes of a sum

    After `(a * b).backward()` both inputs hold 1, as they would for `a + b`. With `a = 2` and
    `b = 3` a product reacts more strongly: when the 2 becomes 3, it goes from 6 to 9. What does the
    size of that step depend on?
    """

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other), "*")

        def _backward():
            self.grad += out.grad
            other.grad += out.grad

        out._backward = _backward
        return out


class SendsNothing:
    """The inputs of a product get no gradient

    After `out = a * b` and `out.backward()` the product holds a gradient of 1, and both inputs
    still hold 0. Many slips end like this: a function stored under another name or not at all, a
    node that names no inputs, a rule that reads `self.grad` or `other.grad`, or an `out.grad` that
    was read too early, `*=` in place of `+=`, and others. Put a `print` where the gradient should
    be passed on: does that line run, and with which numbers?
    """

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, (self, other), "*")


class ForgetsReturn:
    """`a * b` gives None instead of the product

    The new node is made and then lost: a function that ends without `return` gives back None. That
    can be `__mul__` itself or a function that it calls. After `out = a * b` `out` is None, which
    has neither `.data` nor `backward`. What should someone who writes `a * b` receive?
    """

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other), "*")

        def _backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out._backward = _backward


class CallsItsBackward:
    """`__mul__` calls its `_backward` instead of storing it

    With parentheses the function runs at once, while the product is built, and what gets stored is
    its answer: None. Later `backward` tries to call that None, and Python reports a TypeError. What
    is the difference between `f` and `f()` on the right of an `=`?
    """

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other), "*")

        def _backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out._backward = _backward()
        return out


class UpdatesLeftOnly:
    """The right input of a product gets no gradient

    For `a = 2` and `b = 3`, `a` receives 3, as it should, and `b` still holds 0. Yet the product
    follows `b` as well: from 2 * 3 to 2 * 4 it rises by 2. Perhaps nothing is sent to `b`, or it is
    sent to another node (to a new Value made from `b`, for example), or what is sent is 0. Which
    line changes the gradient of `b` itself?
    """

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other), "*")

        def _backward():
            self.grad += other.data * out.grad

        out._backward = _backward
        return out


class UpdatesRightOnly:
    """The left input of a product gets no gradient

    For `a = 2` and `b = 3`, `b` receives 2, as it should, and `a` still holds 0. Yet the product
    follows `a` as well: from 2 * 3 to 3 * 3 it rises by 3. Which line changes the gradient of `a`
    itself?
    """

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other), "*")

        def _backward():
            other.grad += self.data * out.grad

        out._backward = _backward
        return out


class SendsBothToLeft:
    """`__mul__` sends both contributions to its left input

    For `a = 2` and `b = 3`, `a` ends with 5, which is its own 3 and the 2 meant for `b`, and `b`
    ends with 0. The two lines differ in what they send but not in where they send it. To which node
    does the second contribution belong?
    """

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other), "*")

        def _backward():
            self.grad += other.data * out.grad
            self.grad += self.data * out.grad

        out._backward = _backward
        return out


class UsesResultAsSlope:
    """`__mul__` uses the product itself as the slope

    For `a = 2` and `b = 3` both gradients come out as 6, which is the value of the product. When
    `a` rises by 1, the product goes from 6 to 9. Which of the two inputs is as large as that step?
    """

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other), "*")

        def _backward():
            self.grad += out.data * out.grad
            other.grad += out.data * out.grad

        out._backward = _backward
        return out


class ReusesLeftGradient:
    """`__mul__` passes the left input's gradient on to the right input

    The gradient that arrives is in `out.grad`; `self.grad` has just been changed by the line above.
    For `a = 2` and `b = 3`, `b` receives 2 times 3, where 2 times 1 is right. Which number is the
    same for both inputs of the product?
    """

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other), "*")

        def _backward():
            self.grad += other.data * out.grad
            other.grad += self.data * self.grad

        out._backward = _backward
        return out


class CountsSquareOnce:
    """`__mul__` counts only one use in `a * a`

    When both factors are the same node the second contribution is left out, and for `a = 3` its
    gradient is 3. But 3 * 3 becomes 9.61 when `a` is 3.1, a step about six times as large as 0.1.
    How many times does `a` stand in `a * a`?
    """

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other), "*")

        def _backward():
            self.grad += other.data * out.grad
            if other is not self:
                other.grad += self.data * out.grad

        out._backward = _backward
        return out


class TakesEqualFactorsForOne:
    """`__mul__` takes two factors of equal value for one node

    For `a * a` one node receives both contributions, and here the same happens for `a = 3` and `b =
    3`: `a` ends with 6 and `b` with 0, where 3 and 3 are right. Two nodes can hold the same number
    and still be two. What tells whether both factors are the same node?
    """

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other), "*")

        def _backward():
            if self.data == other.data:
                self.grad += 2 * self.data * out.grad
            else:
                self.grad += other.data * out.grad
                other.grad += self.data * out.grad

        out._backward = _backward
        return out


class ReturnsPlainNumber:
    """`__mul__` returns a plain number instead of a Value

    For `a = 2` and `b = 3` the answer 6 is the right number, but a bare 6 does not know that it
    came from `a` and `b`, and it has no `backward`. What kind of thing can hold the 6 and also
    remember its two inputs?
    """

    def __mul__(self, other):
        return self.data * (other.data if isinstance(other, Value) else other)


class ForgetsInputs:
    """`__mul__` does not record what the product was made from

    `backward` finds its way by following `_prev` from each node to its inputs, and here `_prev` is
    empty. In `(a * b) * c` with `b = 3` and `c = 5` the inner product receives its 5 and is never
    asked to pass it on, so `a.grad` stays 0 instead of 15. How could `backward` learn that there is
    a product below this one?
    """

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (), "*")

        def _backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out._backward = _backward
        return out


class RecordsLeftInputOnly:
    """`__mul__` records only its left input

    `backward` finds its way by following `_prev`, and the right input is missing there. In
    `c * (a * b)` with `b = 3` and `c = 5` the inner product receives its 5 and is never asked to
    pass it on, so `a.grad` stays 0 instead of 15. Which nodes does a product come from?
    """

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self,), "*")

        def _backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out._backward = _backward
        return out


class RecordsRightInputOnly:
    """`__mul__` records only its right input

    `backward` finds its way by following `_prev`, and the left input is missing there. In
    `(a * b) * c` with `b = 3` and `c = 5` the inner product receives its 5 and is never asked to
    pass it on, so `a.grad` stays 0 instead of 15. Which nodes does a product come from?
    """

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (other,), "*")

        def _backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out._backward = _backward
        return out


class StoresBackwardOnInput:
    """`__mul__` stores its `_backward` on an input instead of the product

    Each node keeps one function, the one that passes its own gradient on. In `a * (a * b)` with
    `a = 2` both products store theirs on `a`, the second replaces the first, and `b.grad` stays 0
    instead of 4. Whose gradient does the function of a product pass on?
    """

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other), "*")

        def _backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        self._backward = _backward
        return out


class HidesBackward:
    """`__mul__` gives the product a `backward` of its own

    After `out = a * b` the call `out.backward()` no longer reaches the method of the class: nothing
    sets `out.grad` to 1, so the inputs receive 0 times their slope. And what the walk of a larger
    graph calls on a product does nothing. Under which name does the walk look for a node's
    function?
    """

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other), "*")

        def _backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out.backward = _backward
        return out


class ChangesGradientsTooEarly:
    """`__mul__` adds to the gradients while the product is built

    Writing `a * b` with `a = 2` and `b = 3` already puts 3 into `a.grad` and 2 into `b.grad`,
    before anyone calls `backward`. At that moment nobody knows how the product will be used: in
    `(a * b) * c` with `c = 5`, `a` should end at 15, and it stays at 3. When is the gradient of the
    product known?
    """

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        self.grad += other.data
        other.grad += self.data
        return Value(self.data * other.data, (self, other), "*")


class NestsOneValueInAnother:
    """`__mul__` wraps its right input even when it is a Value already

    In `a * b` the wrapped `b` is a Value whose `.data` is again a Value, so Python is asked to
    multiply the number in `a` by a whole node and stops with a TypeError. With `a * 4.0` all is
    well. How can the method tell which of the two it was given?
    """

    def __mul__(self, other):
        other = Value(other)
        out = Value(self.data * other.data, (self, other), "*")

        def _backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out._backward = _backward
        return out


class AcceptsWholeNumbersOnly:
    """`__mul__` wraps whole numbers only

    `a * 4` works, because an int is turned into a Value. In `a * 4.0` the right side is a float; it
    stays as it is, has no `.data`, and Python stops with an AttributeError. Which kinds of right
    side need no wrapping at all?
    """

    def __mul__(self, other):
        other = Value(other) if isinstance(other, int) else other
        out = Value(self.data * other.data, (self, other), "*")

        def _backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out._backward = _backward
        return out


class ChangesItsInput:
    """`__mul__` writes the product into its left input

    After `a * b` with `a = 2` and `b = 3`, `a` itself holds 6 and is handed back as the result. The
    2 is gone, and no new node remembers `b`, so `b.grad` stays 0. What should `a` hold after
    `out = a * b`?
    """

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        self.data = self.data * other.data
        return self


class ChangesLeftValue:
    """`__mul__` writes the product into its left input as well

    After `a * b` with `a = 2` and `b = 3` the product holds 6, as it should, and so does `a`: `*=`
    writes into the node on its left. Whatever uses `a` next takes 6 for 2, and `b` receives 6 as
    its slope. Which numbers may change while a product is built?
    """

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        self.data *= other.data
        out = Value(self.data, (self, other), "*")

        def _backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out._backward = _backward
        return out


class DividesResult:
    """`__mul__` finds the slope by dividing the product by the input

    The slope for `a` is written as `a * b` divided by `a`. That equals `b` only while `a` is not 0:
    in `a * b` with `a = 0` and `b = 3` Python stops with a ZeroDivisionError, although the slope is
    3 there too. Which node holds the number that the division is meant to bring back?
    """

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other), "*")

        def _backward():
            self.grad += out.data / self.data * out.grad
            other.grad += out.data / other.data * out.grad

        out._backward = _backward
        return out


class WritesToResult:
    """`__mul__` sends the right input's contribution to the product itself

    For `a = 2` and `b = 3`, `a` receives 3, as it should, but the 2 for `b` is added to the
    gradient of the product, which grows from 1 to 3, and `b` stays at 0. Gradients flow from the
    result to the inputs. Which node should receive the second contribution?
    """

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other), "*")

        def _backward():
            self.grad += other.data * out.grad
            out.grad += self.data * out.grad

        out._backward = _backward
        return out


class AddsSlopeToGradient:
    """`__mul__` adds slope and incoming gradient instead of multiplying them

    For `a = 2` and `b = 3`, `a` receives 3 + 1 = 4, where 3 * 1 is right. Along a chain the effects
    multiply: if the product moves 3 steps for one step of `a`, and the result moves 5 for one step
    of the product, how far does the result move for one step of `a`?
    """

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other), "*")

        def _backward():
            self.grad += other.data + out.grad
            other.grad += self.data + out.grad

        out._backward = _backward
        return out


class SubtractsGradient:
    """`__mul__` subtracts the contributions instead of adding them

    For `a = 2` and `b = 3` the gradients come out as -3 and -2, where 3 and 2 are right. Training
    takes a step against the gradient later, and changes the values; a gradient itself only says how
    the product moves. Does 2 * 3 rise or fall when the 2 becomes 3?
    """

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other), "*")

        def _backward():
            self.grad -= other.data * out.grad
            other.grad -= self.data * out.grad

        out._backward = _backward
        return out


class UsesIncomingGradientTwice:
    """`__mul__` multiplies by the incoming gradient twice

    While the gradient that arrives is 1, this does not show, because 1 * 1 is 1. In `(a * b) * c`
    with `b = 3` and `c = 5` a gradient of 5 arrives at the inner product, and `a` gets 3 * 5 * 5 =
    75 instead of 15. How many times does each link appear in the chain?
    """

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other), "*")

        def _backward():
            self.grad += other.data * out.grad * out.grad
            other.grad += self.data * out.grad * out.grad

        out._backward = _backward
        return out


class ErasesGradients:
    """`__mul__` sets the gradients of its inputs to 0 while the product is built

    After one `backward`, `a` holds a gradient, and then merely writing `a * b` sets it back to 0.
    Building an expression asks for its value and nothing else. Which numbers may change while a
    product is built?
    """

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        self.grad = other.grad = 0
        out = Value(self.data * other.data, (self, other), "*")

        def _backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out._backward = _backward
        return out


class DropsSign:
    """`__mul__` drops the sign of the slopes

    For `a = -2` and `b = 3` the gradient of `b` comes out as 2. But -2 * 3 is -6 and -2 * 4 is -8:
    when `b` rises, the product falls. Which sign says that?
    """

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other), "*")

        def _backward():
            self.grad += abs(other.data) * out.grad
            other.grad += abs(self.data) * out.grad

        out._backward = _backward
        return out


class CutsFractions:
    """`__mul__` cuts the product down to a whole number

    0.5 * 0.5 is 0.25, but the result holds 0, because `int` throws away what comes after the
    decimal point. With whole numbers nothing is lost, so it does not show there. What should `a *
    b` hold for `a = 0.5` and `b = 0.5`?
    """

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(int(self.data * other.data), (self, other), "*")

        def _backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out._backward = _backward
        return out


class Adds:
    """`__mul__` adds the values instead of multiplying them

    For `a = 2` and `b = 3` the result holds 5, which is 2 + 3; the gradients are those of a
    product. Which number should `a * b` hold?
    """

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other), "*")

        def _backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out._backward = _backward
        return out


class RaisesToPower:
    """`__mul__` raises to a power instead of multiplying

    For `a = 2` and `b = 3` the result holds 8, which is 2 * 2 * 2; the gradients are those of a
    product. What does a second `*` make of the first one?
    """

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data**other.data, (self, other), "*")

        def _backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out._backward = _backward
        return out
