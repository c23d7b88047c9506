"""What stands in for a module that is not there. Runs in the box; standard library only.

Many a file imports what its graded part does not need. Attributes and submodules of a stand-in are
placeholders: classes, so that they serve in an annotation, in `isinstance` (nothing is an instance
of them) and with `|`. While the submission is imported, a call, an operator or an item of one
gives one again, and nothing happens; what must give a number or several things raises ImportError.
In graded code all of it does, for a made-up value would be judged.
"""

import importlib.util
import sys
import types

IN_A_NOTEBOOK = {"get_ipython": "IPython", "display": "IPython"}
"""Functions that Jupyter and Colab put among the builtins, and the package they are of."""

OPERATIONS = (
    "call getitem setitem delitem enter exit bool format round "
    "add sub mul truediv floordiv mod pow matmul and xor lshift rshift "
    "radd rsub rmul rtruediv rfloordiv rmod rpow rmatmul rand rxor rlshift rrshift "
    "lt le gt ge neg pos abs invert"
).split()
"""`or` stays as it is: in `float | np.floating` it makes a type."""
DEFINITE = "float int index complex len iter next contains".split()
"""They have to give a number or several things, and there are none."""
HARMLESS = {"bool": False, "format": ""}
"""What must be of one kind."""

state = types.SimpleNamespace(importing=True)
"""Whether the submission is still being imported."""


class Placeholder(type):
    """The metaclass of all placeholders, and of the classes that are made of them."""

    def __new__(meta, name, bases, namespace, **keywords):
        return type.__new__(meta, name, bases, namespace)

    def __init__(cls, name, bases, namespace, **keywords):
        type.__init__(cls, name, bases, namespace)

    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        made = placeholder(cls.__module__, f"{cls.__qualname__}.{name}")
        type.__setattr__(cls, name, made)
        return made

    def __instancecheck__(cls, thing):
        return False


def placeholder(module, qualname):
    """A placeholder of that name in a module that is not there."""
    name = qualname.rpartition(".")[2]
    return Placeholder(name, (), {"__module__": module, "__qualname__": qualname})


def package(cls):
    """The package that a placeholder would come from, or that a class needs that is made of one."""
    bases = [base for base in type.__dict__["__mro__"].__get__(cls) if type(base) is Placeholder]
    return str(bases[-1].__module__).partition(".")[0]


def refuse(cls):
    """Raises ImportError: graded code uses what is not there."""
    needed = package(cls)
    raise ImportError(
        f"{needed} is not installed here, only the standard library is: "
        f"`{cls.__module__}.{cls.__qualname__}` cannot be used",
        name=needed,
    )


def operation(name):
    """A special method of placeholders: harmless while importing, an ImportError afterwards.

    A function alone is given back: as a decorator most of them change nothing of what it computes.
    """

    def operate(cls, *operands, **keywords):
        if not state.importing:
            refuse(cls)
        if name == "call" and [type(one) for one in operands] == [types.FunctionType]:
            return operands[0]
        return HARMLESS.get(name, cls)

    return operate


def definite(cls, *operands):
    """A special method of placeholders that gives nothing at any time."""
    refuse(cls)


for one in OPERATIONS:
    setattr(Placeholder, f"__{one}__", operation(one))
for one in DEFINITE:
    setattr(Placeholder, f"__{one}__", definite)


class StandIn(types.ModuleType):
    """A module that is not there."""

    __all__ = ()

    def __getattr__(self, name):
        if name.startswith("__") and name != "__version__":
            raise AttributeError(name)
        made = placeholder(self.__name__, name)
        setattr(self, name, made)
        return made


MADE_UP = (Placeholder, StandIn)
"""The types of what is not the submission's own."""


class StandIns:
    """Finds the modules of those names, and whatever is asked for below them."""

    def __init__(self, names):
        self.names = frozenset(names)

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in self.names:
            return None
        return importlib.util.spec_from_loader(name, self, is_package=True)

    def create_module(self, spec):
        return StandIn(spec.name)

    def exec_module(self, module):
        """There is nothing to run."""


def install(modules, names, namespace):
    """Makes the modules importable where nothing else has them, and a notebook's names known."""
    if modules:
        sys.meta_path.append(StandIns(modules))
    for name in names:
        namespace[name] = placeholder(IN_A_NOTEBOOK[name], name)
