"""Known mistakes in `__add__`, common ones first.

Each class holds only the methods that differ from the reference. They run among its names, where
`Value` is the class that they are set on.
"""


class ReplacesGradient:
    """`__add__` replaces the gradient instead of adding to it

    In `a + a` the same node is both terms, so two contributions of 1 arrive at `a.grad`. With `=`,
    or with `=+`, the second wipes out the first, and 1 is left where 2 is right. What should happen
    to the number already in `a.grad` when another contribution arrives?
    """

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other), "+")

        def _backward():
            self.grad = out.grad
            other.grad = out.grad

        out._backward = _backward
        return out


class ReplacesLeftGradient:
    """`__add__` replaces the left input's gradient instead of adding to it

    The right input is added to, the left one is not (`=+` replaces too). In `(a + b) + a` the outer
    sum sends 1 to `a`; then the inner sum, with `a` on its left, writes its own 1 over it, and 1 is
    left where 2 is right. What should happen to the number already in `a.grad` when another
    contribution arrives?
    """

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other), "+")

        def _backward():
            self.grad = out.grad
            other.grad += out.grad

        out._backward = _backward
        return out


class ReplacesRightGradient:
    """`__add__` replaces the right input's gradient instead of adding to it

    The left input is added to, the right one is not (`=+` replaces too). In `a + a` the same node
    is both terms: the left line brings 1, the right line writes its own 1 over it, and 1 is left
    where 2 is right. What should happen to the number already in `a.grad` when another contribution
    arrives?
    """

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other), "+")

        def _backward():
            self.grad += out.grad
            other.grad = out.grad

        out._backward = _backward
        return out


class AcceptsValuesOnly:
    """`__add__` works only with a Value on the right

    In `a + 4.0` the right side is a plain number. A plain number has no `.data`, so Python stops
    with an AttributeError before there is a sum. What could 4.0 become first, so that it has
    everything a node has?
    """

    def __add__(self, other):
        out = Value(self.data + other.data, (self, other), "+")

        def _backward():
            self.grad += out.grad
            other.grad += out.grad

        out._backward = _backward
        return out


class IgnoresIncomingGradient:
    """`__add__` sends 1 instead of the gradient that arrives

    The slope of a sum is 1, but how much the sum matters depends on what is made from it. With `s =
    a + b` and `s + s` the gradient of `s` is 2, and both `a` and `b` should receive 2; here each
    gets 1. Where does `s` keep the 2 that arrived?
    """

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other), "+")

        def _backward():
            self.grad += 1
            other.grad += 1

        out._backward = _backward
        return out


class SendsOneToLeft:
    """`__add__` sends its left input 1 instead of the gradient that arrives

    The slope of a sum is 1, but how much the sum matters depends on what is made from it. With `s =
    a + b` and `s + s` the gradient of `s` is 2; `b` receives 2, as it should, and `a` only 1.
    Compare the two lines: what does only one of them use?
    """

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other), "+")

        def _backward():
            self.grad += 1
            other.grad += out.grad

        out._backward = _backward
        return out


class SendsOneToRight:
    """`__add__` sends its right input 1 instead of the gradient that arrives

    The slope of a sum is 1, but how much the sum matters depends on what is made from it. With `s =
    a + b` and `s + s` the gradient of `s` is 2; `a` receives 2, as it should, and `b` only 1.
    Compare the two lines: what does only one of them use?
    """

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other), "+")

        def _backward():
            self.grad += out.grad
            other.grad += 1

        out._backward = _backward
        return out


class SendsNothing:
    """The inputs of a sum get no gradient

    After `out = a + b` and `out.backward()` the sum holds a gradient of 1, and both inputs still
    hold 0. Many slips end like this: a function stored under another name or not at all, a node
    that names no inputs, a rule that reads `self.grad` or an `out.grad` that was read too early,
    `*=` in place of `+=`, and others. Put a `print` where the gradient should be passed on: does
    that line run, and with which numbers?
    """

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, (self, other), "+")


class ForgetsReturn:
    """`a + b` gives None instead of the sum

    The new node is made and then lost: a function that ends without `return` gives back None. That
    can be `__add__` itself or a function that it calls. After `out = a + b` `out` is None, which
    has neither `.data` nor `backward`. What should someone who writes `a + b` receive?
    """

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other), "+")

        def _backward():
            self.grad += out.grad
            other.grad += out.grad

        out._backward = _backward


class CallsItsBackward:
    """`__add__` calls its `_backward` instead of storing it

    With parentheses the function runs at once, while the sum is built, and what gets stored is its
    answer: None. Later `backward` tries to call that None, and Python reports a TypeError. What is
    the difference between `f` and `f()` on the right of an `=`?
    """

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other), "+")

        def _backward():
            self.grad += out.grad
            other.grad += out.grad

        out._backward = _backward()
        return out


class UpdatesLeftOnly:
    """The right input of a sum gets no gradient

    After `(a + b).backward()`, `a` holds 1, as it should, and `b` still holds 0. Yet the sum
    follows `b` just as closely: from 2 + 3 to 2 + 4 it rises by 1. Perhaps nothing is sent to `b`,
    or it is sent to another node (to a new Value made from `b`, or to `a`), or what is sent is 0.
    Which line changes the gradient of `b` itself?
    """

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other), "+")

        def _backward():
            self.grad += out.grad

        out._backward = _backward
        return out


class UpdatesRightOnly:
    """The left input of a sum gets no gradient

    After `(a + b).backward()`, `b` holds 1, as it should, and `a` still holds 0. Yet the sum
    follows `a` just as closely: from 2 + 3 to 3 + 3 it rises by 1. Which line changes the gradient
    of `a` itself?
    """

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other), "+")

        def _backward():
            other.grad += out.grad

        out._backward = _backward
        return out


class UsesProductRule:
    """`__add__` uses the slopes of a product

    For `a = 2` and `b = 3` the gradients of `a + b` come out as 3 and 2: each input receives the
    value of the other, which is the rule for `a * b`. A sum rises by 1 when either term rises by 1,
    whatever the other term is. How far does 2 + 3 move when the 2 becomes 3?
    """

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other), "+")

        def _backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out._backward = _backward
        return out


class ReturnsPlainNumber:
    """`__add__` returns a plain number instead of a Value

    For `a = 2` and `b = 3` the answer 5 is the right number, but a bare 5 does not know that it
    came from `a` and `b`, and it has no `backward`. What kind of thing can hold the 5 and also
    remember its two inputs?
    """

    def __add__(self, other):
        return self.data + (other.data if isinstance(other, Value) else other)


class ForgetsInputs:
    """`__add__` does not record what the sum was made from

    `backward` finds its way by following `_prev` from each node to its inputs, and here `_prev` is
    empty. In `a + (b + c)` the inner sum receives its 1 and is never asked to pass it on, so
    `b.grad` stays 0 instead of 1. How could `backward` learn that there is a sum below this one?
    """

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (), "+")

        def _backward():
            self.grad += out.grad
            other.grad += out.grad

        out._backward = _backward
        return out


class RecordsLeftInputOnly:
    """`__add__` records only its left input

    `backward` finds its way by following `_prev`, and the right input is missing there. In
    `a + (b + c)` the inner sum on the right receives its 1 and is never asked to pass it on, so
    `b.grad` stays 0 instead of 1. Which nodes does a sum come from?
    """

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self,), "+")

        def _backward():
            self.grad += out.grad
            other.grad += out.grad

        out._backward = _backward
        return out


class RecordsRightInputOnly:
    """`__add__` records only its right input

    `backward` finds its way by following `_prev`, and the left input is missing there. In
    `(a + b) + c` the inner sum on the left receives its 1 and is never asked to pass it on, so
    `a.grad` stays 0 instead of 1. Which nodes does a sum come from?
    """

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (other,), "+")

        def _backward():
            self.grad += out.grad
            other.grad += out.grad

        out._backward = _backward
        return out


class StoresBackwardOnInput:
    """`__add__` stores its `_backward` on an input instead of the sum

    Each node keeps one function, the one that passes its own gradient on. In `a + (a + b)` both
    sums store theirs on `a`, the second replaces the first, and `b.grad` stays 0 instead of 1.
    Whose gradient does the function of a sum pass on?
    """

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other), "+")

        def _backward():
            self.grad += out.grad
            other.grad += out.grad

        self._backward = _backward
        return out


class HidesBackward:
    """`__add__` gives the sum a `backward` of its own

    After `out = a + b` the call `out.backward()` no longer reaches the method of the class: nothing
    sets `out.grad` to 1, so the inputs receive 0 times their slope. And what the walk of a larger
    graph calls on a sum does nothing. Under which name does the walk look for a node's function?
    """

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other), "+")

        def _backward():
            self.grad += out.grad
            other.grad += out.grad

        out.backward = _backward
        return out


class ChangesGradientsTooEarly:
    """`__add__` adds to the gradients while the sum is built

    Writing `a + b` already puts 1 into `a.grad` and `b.grad`, before anyone calls `backward`. At
    that moment nobody knows how the sum will be used: with `s = a + b` and `s + s` both should end
    at 2, and both stay at 1. When is the gradient of the sum known?
    """

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        self.grad += 1
        other.grad += 1
        return Value(self.data + other.data, (self, other), "+")


class NestsOneValueInAnother:
    """`__add__` wraps its right input even when it is a Value already

    In `a + b` the wrapped `b` is a Value whose `.data` is again a Value, so Python is asked to add
    the number in `a` to a whole node and stops with a TypeError. With `a + 4.0` all is well. How
    can the method tell which of the two it was given?
    """

    def __add__(self, other):
        other = Value(other)
        out = Value(self.data + other.data, (self, other), "+")

        def _backward():
            self.grad += out.grad
            other.grad += out.grad

        out._backward = _backward
        return out


class AcceptsWholeNumbersOnly:
    """`__add__` wraps whole numbers only

    `a + 4` works, because an int is turned into a Value. In `a + 4.0` the right side is a float; it
    stays as it is, has no `.data`, and Python stops with an AttributeError. Which kinds of right
    side need no wrapping at all?
    """

    def __add__(self, other):
        other = Value(other) if isinstance(other, int) else other
        out = Value(self.data + other.data, (self, other), "+")

        def _backward():
            self.grad += out.grad
            other.grad += out.grad

        out._backward = _backward
        return out


class ChangesItsInput:
    """`__add__` writes the sum into its left input

    After `a + b` with `a = 2` and `b = 3`, `a` itself holds 5 and is handed back as the result. The
    2 is gone, and no new node remembers `b`, so `b.grad` stays 0. What should `a` hold after
    `out = a + b`?
    """

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        self.data = self.data + other.data
        return self


class ChangesLeftValue:
    """`__add__` writes the sum into its left input as well

    After `a + b` with `a = 2` and `b = 3` the sum holds 5, as it should, and so does `a`: `+=`
    writes into the node on its left. Whatever uses `a` next takes 5 for 2. Which numbers may change
    while a sum is built?
    """

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        self.data += other.data
        out = Value(self.data, (self, other), "+")

        def _backward():
            self.grad += out.grad
            other.grad += out.grad

        out._backward = _backward
        return out


class SendsItsValue:
    """`__add__` sends its value instead of its gradient

    For `a = 2` and `b = 3` the sum is 5, and 5 is what both inputs receive as gradient; 1 is right.
    How large the sum is does not tell how much the final result depends on it. Which of the two
    numbers on `out` does?
    """

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other), "+")

        def _backward():
            self.grad += out.data
            other.grad += out.data

        out._backward = _backward
        return out


class SplitsGradient:
    """`__add__` gives each input half of the gradient

    In `a + b` each input receives 0.5. A gradient is not shared out like a cake: when `a` rises by
    1 and `b` stays, the whole sum rises by 1. How far does 2 + 3 move when only the 2 becomes 3?
    """

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other), "+")

        def _backward():
            self.grad += 0.5 * out.grad
            other.grad += 0.5 * out.grad

        out._backward = _backward
        return out


class CopiesLeftGradient:
    """`__add__` copies the left input's gradient to the right input

    Each input keeps its own running total, and the copy replaces the one on the right. In `a + a`
    both are the same node, so the copy changes nothing and the second contribution is lost: 1 is
    left where 2 is right. What does the right input receive from the sum, whatever the left one
    holds?
    """

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other), "+")

        def _backward():
            self.grad += out.grad
            other.grad = self.grad

        out._backward = _backward
        return out


class PassesOnLeftTotal:
    """`__add__` sends the left input's whole gradient to the right input

    What has arrived in `self.grad` so far may come from several places. In `(a + b) + a`, `a` has
    received 1 from the outer sum and 1 from the inner one, and then its 2 is sent to `b`, which
    should hold 1. Which number belongs to this sum alone?
    """

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other), "+")

        def _backward():
            self.grad += out.grad
            other.grad += self.grad

        out._backward = _backward
        return out


class ErasesGradients:
    """`__add__` sets the gradients of its inputs to 0 while the sum is built

    After one `backward`, `a` holds a gradient, and then merely writing `a + b` sets it back to 0.
    Building an expression asks for its value and nothing else. Which numbers may change while a sum
    is built?
    """

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        self.grad = other.grad = 0
        out = Value(self.data + other.data, (self, other), "+")

        def _backward():
            self.grad += out.grad
            other.grad += out.grad

        out._backward = _backward
        return out


class CountsSelfSumOnce:
    """`__add__` counts only one use in `a + a`

    When both terms are the same node the second contribution is left out, and `a.grad` is 1. But
    2 + 2 becomes 3 + 3 when `a` rises by 1, which is 2 more. How many times does `a` stand in
    `a + a`?
    """

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other), "+")

        def _backward():
            self.grad += out.grad
            if other is not self:
                other.grad += out.grad

        out._backward = _backward
        return out


class TakesEqualInputsForOne:
    """`__add__` takes two inputs of equal value for one node

    For `a + a` one node receives both contributions, and here the same happens for `a = 3` and `b =
    3`: `a` ends with 2 and `b` with 0, where 1 and 1 are right. Two nodes can hold the same number
    and still be two. What tells whether both inputs are the same node?
    """

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other), "+")

        def _backward():
            if self.data == other.data:
                self.grad += 2 * out.grad
            else:
                self.grad += out.grad
                other.grad += out.grad

        out._backward = _backward
        return out


class FlipsRightGradient:
    """`__add__` sends the right input a gradient with the wrong sign

    After `(a + b).backward()`, `b` holds -1, which would mean that the sum falls when `b` rises;
    that is how `a - b` behaves. Does 2 + 3 rise or fall when the 3 becomes 4?
    """

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other), "+")

        def _backward():
            self.grad += out.grad
            other.grad -= out.grad

        out._backward = _backward
        return out


class Subtracts:
    """`__add__` subtracts

    For `a = 2` and `b = 3` the result holds -1, which is 2 - 3; the gradients are those of a sum.
    Which number should `a + b` hold?
    """

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data - other.data, (self, other), "+")

        def _backward():
            self.grad += out.grad
            other.grad += out.grad

        out._backward = _backward
        return out
