"""Numbers for objects that depend on the program alone. Standard library only.

Theory of operation. An object that says nothing about its hash is hashed by its address, so the
order in which a set of such objects is walked depends on where the allocator put them: on chance,
and on all that ran before. What a wrong walk over a graph gives would change from run to run.

Here the hash of such an object, and its `id`, are made from its rank (how many objects of this
program were asked for a number before it) and the program's salt, which is where in a list of
random numbers the program begins. Plain ranks would not do: a set of small numbers is walked in
ascending order, which is the order in which nodes were made, which is the order that a right walk
needs: wrong walks would be right by luck.

A class gets that hash from a root of ours that is put under it where its statement names no base.
Its own `__hash__` or `__eq__`, those of a dataclass, slots, copies and pickles keep their meaning.
The number is kept outside the object. Objects with a number are kept alive, since an address that
is used again would bring an old number back. What is made otherwise, functions and classes with a
metaclass of their own, is hashed by its address, which is the same in every worker.
"""

import abc
import builtins
from _random import Random  # `random` itself takes long to import

address = id
DRAWN = 4096
BITS, SALT_BITS = 60, 32
RANDOM = Random(0)
NUMBERS = [RANDOM.getrandbits(BITS) | 1 << BITS for _ in range(DRAWN)]
PLAIN = ((), (object,), (abc.ABC,))
METACLASSES = (type, abc.ABCMeta)


class Identities:
    """Numbers for the objects of one loaded submission; `builtins` is what its code is to see."""

    def __init__(self):
        numbers, kept = {}, []
        numbered, keep = numbers.get, kept.append
        place = mark = 0

        def begin(salt):
            """Begins a program: its ranks start at 0. Objects that are left keep their numbers."""
            nonlocal place, mark
            place, mark = salt % DRAWN, salt << BITS - SALT_BITS

        def give(thing):
            nonlocal place
            # the mark and the rounds keep apart what comes from the same place of the list
            number = NUMBERS[place % DRAWN] ^ mark ^ place // DRAWN
            numbers[address(thing)] = number
            place += 1
            keep(thing)
            return number

        def identity(thing, /):
            """The identity of an object, unique among those that exist."""
            return (numbered(address(thing)) or give(thing)) << 3

        class Numbered:
            __slots__ = ()

            # defaults, for this is called more often than anything else in a walk
            def __hash__(self, numbered=numbered, address=address):
                return numbered(address(self)) or give(self)

        build_class = builtins.__build_class__

        def build(body, name, /, *bases, **keywords):
            if bases in PLAIN and keywords.get("metaclass", type) in METACLASSES:
                bases = (*(base for base in bases if base is not object), Numbered)
            return build_class(body, name, *bases, **keywords)

        self.begin = begin
        self.builtins = {"id": identity, "__build_class__": build}
