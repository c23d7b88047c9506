"""Numbers for objects that depend on the program alone. Standard library only.

Theory of operation. An object that says nothing about its hash is hashed by its address, so the
order in which a set of such objects is walked depends on where the allocator put them: on chance,
and on all that ran before. What a wrong walk over a graph gives would change from run to run.

Here the hash of such an object, and its `id`, are made from its rank (how many objects of this
program were asked for a number before it) and the program's salt, which is where in a list of
random numbers the program begins. Plain ranks would not do: a set of small numbers is walked in
ascending order, which is the order in which nodes were made, which is the order that a right walk
needs: wrong walks would be right by luck.

A class gets that hash from a root of ours, where its statement names no base that has one of its
own. Its own `__hash__` or `__eq__`, those of a dataclass, slots, copies and pickles keep their
meaning, and so does the hash of any other base: the root comes last, right before `object`. The
number is kept outside the object. Objects with a number are kept alive, since an address that is
used again would bring an old number back. What is made otherwise, functions and classes with a
metaclass of their own, is hashed by its address.
"""

import abc
import builtins
import sys
import types
from _random import Random  # `random` itself takes long to import

address = id
DRAWN = 4096
BITS, SALT_BITS = 60, 32
RANDOM = Random(0)
NUMBERS = [RANDOM.getrandbits(BITS) | 1 << BITS for _ in range(DRAWN)]
ANOTHER_TIME = sys.hash_info.modulus << 2
"""Added to a number, this changes no hash: numbers are hashed by what is left of the modulus. It
is more than a hash can hold, so that what `__hash__` gives is hashed in this way too."""
METACLASSES = (type, abc.ABCMeta)


class Identities:
    """Numbers for the objects of one loaded submission; `builtins` is what its code is to see."""

    def __init__(self):
        numbers, kept = {}, []
        numbered, keep = numbers.get, kept.append
        place = mark = again = 0
        begun = {}

        def begin(salt):
            """Begins a program: its ranks start at 0. Objects that are left keep their numbers,
            which no object of the same program gets when it is run once more."""
            nonlocal place, mark, again
            place, mark = salt % DRAWN, salt << BITS - SALT_BITS
            again = begun[salt] = begun.get(salt, -ANOTHER_TIME) + ANOTHER_TIME

        def give(thing):
            nonlocal place
            # the mark and the rounds keep apart what comes from the same place of the list
            number = (NUMBERS[place % DRAWN] ^ mark ^ place // DRAWN) + again
            numbers[address(thing)] = number
            place += 1
            keep(thing)
            return number

        def identity(_, thing, /):
            """The identity of an object, unique among those that exist."""
            return (numbered(address(thing)) or give(thing)) << 3

        class Numbered:
            __slots__ = ()

            # defaults, for this is called more often than anything else in a walk
            def __hash__(self, numbered=numbered, address=address):
                return numbered(address(self)) or give(self)

        build_class = builtins.__build_class__

        def build(body, name, /, *bases, **keywords):
            if keywords.get("metaclass", type) in METACLASSES:
                bases = rooted(bases, Numbered)
            made = build_class(body, name, *bases, **keywords)
            if len(bases) > 1 and isinstance(made, type) and made.__hash__ is Numbered.__hash__:
                uncover(made, Numbered)
            return made

        self.begin = begin
        # a method, for like the builtin it is not bound again where a class holds it
        self.builtins = {"id": types.MethodType(identity, self), "__build_class__": build}


def rooted(bases, root):
    """The bases with the root behind them, where none has a hash of its own or some have the root.

    A base of its own below the root keeps it behind all that the others stand on, whatever order
    they come in. Not where a metaclass has a word in what the bases are.
    """
    named = [base for base in types.resolve_bases(bases) if base is not object]
    if any(type(base) not in METACLASSES for base in named):
        return bases
    if all(base.__hash__ is object.__hash__ for base in named):
        return *(base for base in bases if base is not object), root
    has_root = [root in base.__mro__ for base in named]
    if all(has_root) or not any(has_root):
        return bases
    last = type(root.__name__, (root,), {"__slots__": ()})
    return *(base for base in bases if base is not object), last


def uncover(made, root):
    """Gives a class, an enumeration with plain bases, the hash of the base that the root hides."""
    order = type.mro(made)
    for base in order[order.index(root) + 1 : -1]:
        if "__hash__" in vars(base):
            type.__setattr__(made, "__hash__", vars(base)["__hash__"])
            return
