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
ATTRIBUTE = "__identities__"
"""Under which a module of the grading process keeps its `Identities`."""
DRAWN = 4096
BITS, SALT_BITS = 60, 32
RANDOM = Random(0)
# twice, so that as many follow wherever a program begins; none is 0
NUMBERS = [RANDOM.getrandbits(BITS) | 1 << BITS for _ in range(DRAWN)] * 2
ANOTHER_TIME = sys.hash_info.modulus << 2
"""Added to a number, this does not change its hash, which is what is left of the modulus."""
METACLASSES = (type, abc.ABCMeta)


class Identities:
    """Numbers for the objects of one loaded submission; `builtins` is what its code is to see."""

    def __init__(self):
        hashes, identities, kept = {}, {}, []
        hashed, identified, keep = hashes.get, identities.get, kept.append
        draw, mark, again = iter(NUMBERS).__next__, 0, 0
        begun = {}

        def begin(salt):
            """Begins a program: its ranks start at 0. Objects that are left keep their numbers."""
            nonlocal draw, mark, again
            numbers = iter(NUMBERS)
            numbers.__setstate__(salt % DRAWN)  # type: ignore[attr-defined]
            draw, mark = numbers.__next__, salt << BITS - SALT_BITS
            again = begun[salt] = begun.get(salt, -ANOTHER_TIME) + ANOTHER_TIME

        def give(thing):
            nonlocal draw, mark
            try:
                number = draw()
            except StopIteration:
                draw, mark = iter(NUMBERS).__next__, mark + 1
                number = draw()
            hashes[address(thing)] = number
            keep(thing)
            return number

        def identity(_, thing, /):
            """The identity of an object, unique among those that exist."""
            place = address(thing)
            known = identified(place)
            if known is None:
                # hashes may meet: this keeps apart what other programs draw, or this one again
                number = (hashed(place) or give(thing)) ^ mark
                known = identities[place] = (number + again) << 3
            return known

        class Numbered:
            __slots__ = ()

            # defaults, for this is called more often than anything else in a walk
            def __hash__(self, hashed=hashed, address=address):
                return hashed(address(self)) or give(self)

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
