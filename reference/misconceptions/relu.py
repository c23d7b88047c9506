"""Known mistakes in `relu`, common ones first.

Each class holds only the methods that differ from the reference. They run among its names, where
`Value` is the class that they are set on.
"""


class ReplacesGradient:
    """`relu` replaces the gradient instead of adding to it

    In `x.relu() + x` with `x = 3` two contributions of 1 arrive at `x.grad`: one along each path.
    With `=` the one from `relu` wipes out the other, and 1 is left where 2 is right. What should
    happen to the number already in `x.grad` when another contribution arrives?
    """

    def relu(self):
        out = Value(self.data if self.data > 0 else 0, (self,), "relu")

        def _backward():
            self.grad = out.grad if self.data > 0 else 0

        out._backward = _backward
        return out


class LetsNegativesThrough:
    """`relu` passes the gradient on for negative inputs too

    For `x = -2` the result is 0 and stays 0 when `x` moves a little, so the gradient of `x` is 0;
    here it is 1. The condition may be missing, or be always true (the result is never below 0, so
    `out.data >= 0` is), or look at another number. For which inputs does the code send nothing?
    """

    def relu(self):
        out = Value(self.data if self.data > 0 else 0, (self,), "relu")

        def _backward():
            self.grad += out.grad

        out._backward = _backward
        return out


class IgnoresIncomingGradient:
    """`relu` sends 1 instead of the gradient that arrives

    For a positive input the slope is 1, but how much the result matters depends on what is made
    from it. In `x.relu() * 4` with `x = 3` a gradient of 4 arrives at the relu, and `x` gets 1
    instead of 4. Where does the result of `relu` keep the 4 that arrived?
    """

    def relu(self):
        out = Value(self.data if self.data > 0 else 0, (self,), "relu")

        def _backward():
            if self.data > 0:
                self.grad += 1

        out._backward = _backward
        return out


class PassesGradientAtZero:
    """`relu` passes the gradient on at exactly 0

    To the right of 0 the slope is 1, to the left 0, and at the corner there is none, so a
    convention has to decide. This task takes the slope at 0 to be 0, as most libraries do; here `x
    = 0` receives 1. On which side of the corner does the code put `x = 0`?
    """

    def relu(self):
        out = Value(self.data if self.data > 0 else 0, (self,), "relu")

        def _backward():
            if self.data >= 0:
                self.grad += out.grad

        out._backward = _backward
        return out


class SendsNothing:
    """The input of `relu` gets no gradient

    For `x = 3` the result follows `x` step by step, so `x.grad` should be 1, and it stays 0. Many
    slips end like this: a function stored under another name or not at all, a node that does not
    name its input, a rule that reads `self.grad` or an `out.grad` that was read too early, a
    condition that is never true, the name of an operation spelt in two ways, and others. Put a
    `print` where the gradient should be passed on: does that line run, and with which numbers?
    """

    def relu(self):
        return Value(self.data if self.data > 0 else 0, (self,), "relu")


class ForgetsReturn:
    """`x.relu()` gives None instead of its result

    The new node is made and then lost: a function that ends without `return` gives back None. That
    can be `relu` itself or a function that it calls. After `out = x.relu()` `out` is None, which
    has neither `.data` nor `backward`. What should someone who writes `x.relu()` receive?
    """

    def relu(self):
        out = Value(self.data if self.data > 0 else 0, (self,), "relu")

        def _backward():
            if self.data > 0:
                self.grad += out.grad

        out._backward = _backward


class CallsItsBackward:
    """`relu` calls its `_backward` instead of storing it

    With parentheses the function runs at once, while the node is built, and what gets stored is its
    answer: None. Later `backward` tries to call that None, and Python reports a TypeError. What is
    the difference between `f` and `f()` on the right of an `=`?
    """

    def relu(self):
        out = Value(self.data if self.data > 0 else 0, (self,), "relu")

        def _backward():
            if self.data > 0:
                self.grad += out.grad

        out._backward = _backward()
        return out


class ReturnsPlainNumber:
    """`relu` returns a plain number instead of a Value

    For `x = 3` the answer 3 is the right number, but a bare 3 does not know that it came from `x`,
    and it has no `backward`. What kind of thing can hold the 3 and also remember its input?
    """

    def relu(self):
        return self.data if self.data > 0 else 0


class ComparesNodeWithNumber:
    """`relu` compares the node itself with 0

    The node is a Value, the number is inside it. Python does not know whether a Value is larger
    than 0, and says so with a TypeError. Which part of the node can be compared?
    """

    def relu(self):
        out = Value(self.data if self > 0 else 0, (self,), "relu")

        def _backward():
            if self > 0:
                self.grad += out.grad

        out._backward = _backward
        return out


class GatesOnIncomingGradient:
    """`relu` decides by the sign of the arriving gradient

    In `x.relu() * -1` with `x = 3` the gradient that arrives is -1 and `x` should get all of it,
    but it gets 0, because -1 is negative. In `x.relu()` with `x = -2` the gradient that arrives is
    1, and `x` gets it where 0 is right. Which number decides whether the result moves when `x`
    moves?
    """

    def relu(self):
        out = Value(self.data if self.data > 0 else 0, (self,), "relu")

        def _backward():
            if out.grad > 0:
                self.grad += out.grad

        out._backward = _backward
        return out


class ClipsGradient:
    """`relu` cuts negative gradients off

    The condition looks at the input, as it should, but then the gradient itself is cut off at 0
    too. In `x.relu() * -1` with `x = 3` the gradient that arrives is -1 and `x` should get all of
    it; here `x` gets 0. What does a negative gradient say about `x` and the final result?
    """

    def relu(self):
        out = Value(self.data if self.data > 0 else 0, (self,), "relu")

        def _backward():
            if self.data > 0:
                self.grad += max(0, out.grad)

        out._backward = _backward
        return out


class UsesValueAsSlope:
    """`relu` uses its value as the slope

    For `x = 3` the gradient comes out as 3, the value of the result. For positive numbers `relu` is
    the line `out = x`: from 3 to 4 it rises by 1, and so it does from 10 to 11. What is the slope
    of that line?
    """

    def relu(self):
        out = Value(self.data if self.data > 0 else 0, (self,), "relu")

        def _backward():
            self.grad += out.data * out.grad

        out._backward = _backward
        return out


class SendsItsValue:
    """`relu` sends its value instead of its gradient

    For `x = 3` the result is 3, and 3 is what `x` receives as gradient, whatever arrives at the
    result; 1 is right. How large the result is does not tell how much depends on it. Which of the
    two numbers on `out` does?
    """

    def relu(self):
        out = Value(self.data if self.data > 0 else 0, (self,), "relu")

        def _backward():
            self.grad += out.data

        out._backward = _backward
        return out


class ComparesProductWithZero:
    """`relu` compares the product with 0 instead of multiplying by the comparison

    Python multiplies before it compares, so `g * x > 0` asks whether `g * x` is positive and
    answers True or False, which count as 1 and 0. In `x.relu() * 4` with `x = 3`, `x` gets that 1
    instead of the 4. Which of the two should happen first?
    """

    def relu(self):
        out = Value(self.data if self.data > 0 else 0, (self,), "relu")

        def _backward():
            self.grad += out.grad * self.data > 0

        out._backward = _backward
        return out


class DoesNotClamp:
    """`relu` leaves negative values as they are

    For `x = -2` the result holds -2, where 0 is right; the gradient there is 0, as it should be.
    What does `relu` make of every negative number?
    """

    def relu(self):
        out = Value(self.data, (self,), "relu")

        def _backward():
            if self.data > 0:
                self.grad += out.grad

        out._backward = _backward
        return out


class ReturnsItsInput:
    """`relu` gives back its input, whatever its sign

    For `x = 3` that is right: the result is `x`, and may even be the same node. For `x = -2` the
    result holds -2, where 0 is right, and `x` receives a gradient of 1, where 0 is right. What
    should come back when the input is negative?
    """

    def relu(self):
        return self


class TurnsGateAround:
    """`relu` passes the gradient on for negative inputs and stops it for positive ones

    For `x = 3` the result follows `x`, yet `x.grad` is 0; for `x = -2` the result stays at 0, yet
    `x.grad` is 1. For which of the two inputs does a small step of `x` change the result?
    """

    def relu(self):
        out = Value(self.data if self.data > 0 else 0, (self,), "relu")

        def _backward():
            if self.data <= 0:
                self.grad += out.grad

        out._backward = _backward
        return out


class ChangesItsInput:
    """`relu` writes 0 into its negative input

    After `x.relu()` with `x = -2`, `x` itself holds 0. Whatever uses `x` later then computes with
    the wrong number: `x.relu() + x` gives 0 instead of -2. What should `x` hold after
    `out = x.relu()`?
    """

    def relu(self):
        if self.data < 0:
            self.data = 0
        out = Value(self.data, (self,), "relu")

        def _backward():
            if self.data > 0:
                self.grad += out.grad

        out._backward = _backward
        return out


class TurnsItsInputToZero:
    """`relu` writes 0 into its negative input and gives that back

    After `x.relu()` with `x = -2`, `x` itself holds 0 and is the result as well, so the gradient of
    the result stands in `x.grad`: 1, where 0 is right. Whatever uses `x` later computes with the
    wrong number too. What should `x` hold after `out = x.relu()`?
    """

    def relu(self):
        if self.data < 0:
            self.data = 0
        return self


class ForgetsInput:
    """`relu` does not record what it was made from

    `backward` finds its way by following `_prev` from each node to its inputs, and here `_prev` is
    empty. In `(a * b).relu()` with `a = 2` and `b = 3` the product receives its 1 and is never
    asked to pass it on, so `a.grad` stays 0 instead of 3. How could `backward` learn that there is
    a product below?
    """

    def relu(self):
        out = Value(self.data if self.data > 0 else 0, (), "relu")

        def _backward():
            if self.data > 0:
                self.grad += out.grad

        out._backward = _backward
        return out


class StoresBackwardOnInput:
    """`relu` stores its `_backward` on its input instead of its result

    Each node keeps one function, the one that passes its own gradient on. In `(a * b).relu()` the
    function of the relu takes the place of the product's, so nothing passes the product's gradient
    on, and `a.grad` stays 0. Whose gradient does the function of `relu` pass on?
    """

    def relu(self):
        out = Value(self.data if self.data > 0 else 0, (self,), "relu")

        def _backward():
            if self.data > 0:
                self.grad += out.grad

        self._backward = _backward
        return out


class HidesBackward:
    """`relu` gives its result a `backward` of its own

    After `out = x.relu()` the call `out.backward()` no longer reaches the method of the class:
    nothing sets `out.grad` to 1, so `x` receives 0. And what the walk of a larger graph calls on a
    relu does nothing. Under which name does the walk look for a node's function?
    """

    def relu(self):
        out = Value(self.data if self.data > 0 else 0, (self,), "relu")

        def _backward():
            if self.data > 0:
                self.grad += out.grad

        out.backward = _backward
        return out


class ErasesWhenInactive:
    """`relu` erases the gradient of a negative input

    For a negative input `relu` contributes nothing, and that is not the same as setting `x.grad` to
    0. In `x.relu() + x` with `x = -2` the sum sends 1 straight to `x`, and then the relu wipes it
    out. Which number can be added to `x.grad` without changing it?
    """

    def relu(self):
        out = Value(self.data if self.data > 0 else 0, (self,), "relu")

        def _backward():
            if self.data > 0:
                self.grad += out.grad
            else:
                self.grad = 0

        out._backward = _backward
        return out


class GatesOnOwnGradient:
    """`relu` decides by its input's gradient instead of its value

    In `x.relu()` with `x = 3` the gradient of `x` is still 0 when the condition looks at it, so
    nothing is sent and `x.grad` stays 0 instead of 1. Which of the two numbers on `x` decides
    whether the result moves when `x` moves?
    """

    def relu(self):
        out = Value(self.data if self.data > 0 else 0, (self,), "relu")

        def _backward():
            if self.grad > 0:
                self.grad += out.grad

        out._backward = _backward
        return out


class OpensAtOne:
    """`relu` passes the gradient on from 1 up, not from just above 0

    For inputs of 2 and more this does not show. For `x = 0.5` the result is 0.5 and follows `x`, so
    `x.grad` should be 1; it stays 0. Where does the flat part of `relu` end?
    """

    def relu(self):
        out = Value(self.data if self.data > 0 else 0, (self,), "relu")

        def _backward():
            if self.data >= 1:
                self.grad += out.grad

        out._backward = _backward
        return out


class LeaksBelowZero:
    """`relu` lets a little of a negative input through

    For `x = -2` the result is -0.02 and the gradient 0.01. That is the leaky variant of `relu`; the
    plain one, asked for here, is flat below 0. What are value and slope of a flat line at height 0?
    """

    def relu(self):
        out = Value(self.data if self.data > 0 else 0.01 * self.data, (self,), "relu")

        def _backward():
            self.grad += out.grad if self.data > 0 else 0.01 * out.grad

        out._backward = _backward
        return out


class TakesAbsoluteValue:
    """`relu` turns negative numbers into positive ones

    For `x = -2` the result holds 2, the absolute value, and the gradient is passed on as well.
    `relu` keeps positive numbers and replaces all others by 0. What should `x = -2` become?
    """

    def relu(self):
        out = Value(abs(self.data), (self,), "relu")

        def _backward():
            if out.data > 0:
                self.grad += out.grad

        out._backward = _backward
        return out


class SlopesDownBelowZero:
    """`relu` has slope -1 for negative inputs

    For `x = -2` the value 0 is right, but `x.grad` is -1. A slope of -1 would mean that the result
    falls when `x` rises from -2 to -1. What does the result do between those two points?
    """

    def relu(self):
        out = Value(self.data if self.data > 0 else 0, (self,), "relu")

        def _backward():
            self.grad += out.grad if self.data > 0 else -out.grad

        out._backward = _backward
        return out


class TakesHalfAtZero:
    """`relu` passes half of the gradient on at exactly 0

    To the right of 0 the slope is 1, to the left 0, and at the corner there is none, so a
    convention has to decide. Half of 1 is a fair choice, but this task takes the slope at 0 to be
    0, as most libraries do. Which two of the three cases, below, at and above 0, are then alike?
    """

    def relu(self):
        out = Value(self.data if self.data > 0 else 0, (self,), "relu")

        def _backward():
            if self.data > 0:
                self.grad += out.grad
            elif self.data == 0:
                self.grad += 0.5 * out.grad

        out._backward = _backward
        return out


class StepsToOne:
    """`relu` gives 1 for every positive number

    For `x = 3` the result holds 1, where 3 is right: that is a step function, which only tells
    whether `x` is positive. `relu` keeps a positive number as it is. What should 3 become, and what
    0.5?
    """

    def relu(self):
        out = Value(1 if self.data > 0 else 0, (self,), "relu")

        def _backward():
            if self.data > 0:
                self.grad += out.grad

        out._backward = _backward
        return out


class TakesTheSmaller:
    """`relu` keeps the smaller of `x` and 0 instead of the larger

    For `x = 3` the result holds 0, and for `x = -2` it holds -2: the values are the wrong way
    round, while the gradients are right. Which of the two numbers, `x` and 0, should `relu` keep?
    """

    def relu(self):
        out = Value(min(self.data, 0), (self,), "relu")

        def _backward():
            if self.data > 0:
                self.grad += out.grad

        out._backward = _backward
        return out


class CutsFractions:
    """`relu` cuts its result down to a whole number

    For `x = 0.5` the result holds 0, because `int` throws away what comes after the decimal point.
    With whole numbers nothing is lost, so it does not show there. What should `relu` make of 0.5?
    """

    def relu(self):
        out = Value(int(self.data) if self.data > 0 else 0, (self,), "relu")

        def _backward():
            if self.data > 0:
                self.grad += out.grad

        out._backward = _backward
        return out


class ChangesGradientTooEarly:
    """`relu` adds to the gradient while its node is built

    Writing `x.relu()` with `x = 3` already puts 1 into `x.grad`, before anyone calls `backward`. At
    that moment nobody knows how the result will be used: in `x.relu() * 4`, `x` should end at 4,
    and it stays at 1. When is the gradient of the result known?
    """

    def relu(self):
        if self.data > 0:
            self.grad += 1
        return Value(self.data if self.data > 0 else 0, (self,), "relu")


class ErasesGradient:
    """`relu` sets the gradient of its input to 0 while its node is built

    After one `backward`, `x` holds a gradient, and then merely writing `x.relu()` sets it back to
    0. Building an expression asks for its value and nothing else. Which numbers may change while a
    node is built?
    """

    def relu(self):
        self.grad = 0
        out = Value(self.data if self.data > 0 else 0, (self,), "relu")

        def _backward():
            if self.data > 0:
                self.grad += out.grad

        out._backward = _backward
        return out
