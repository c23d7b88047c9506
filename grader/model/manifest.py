"""tasks.yaml as it is written, in either format."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from grader.model.exercise import Limits, Parts, Task


class OneClass(Struct, frozen=True, forbid_unknown_fields=True, rename={"class_name": "class"}):
    """What the submission must provide: a module, its class, the attributes that are graded."""

    module: str
    class_name: str
    requires: tuple[str, ...] = ()


class Graded(Struct, frozen=True, forbid_unknown_fields=True):
    """What the submission must provide: modules, in them classes and functions, and the attributes
    that objects of the classes have."""

    modules: Annotated[tuple[str, ...], Meta(min_length=1, max_length=20)]
    objects: Annotated[tuple[str, ...], Meta(min_length=1, max_length=50)]
    requires: dict[str, tuple[str, ...]] = {}


class Manifest(Struct, frozen=True, forbid_unknown_fields=True):
    """tasks.yaml, format 1: what an exercise is, and the tasks in the order they are met."""

    format: Literal[1]
    id: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_-]*$")]
    title: str
    submission: OneClass
    tasks: Annotated[tuple[Task, ...], Meta(min_length=1)]
    parts: Parts = Parts()
    limits: Limits = Limits()
    packages: tuple[str, ...] = ()
    handout: tuple[str, ...] = ()


class Manifest2(Manifest, frozen=True, forbid_unknown_fields=True):
    """tasks.yaml, format 2: what an exercise is, and the tasks in the order they are met."""

    format: Literal[2]  # type: ignore[assignment]
    submission: Graded  # type: ignore[assignment]
