"""The limits of a worker without a zygote and without kernel layers. Standard library only."""

import resource


def prepare(plan):
    return None


def confine(plan, prepared=None):
    """Lowers what this system lets us lower: (layers applied, missing layer -> reason)."""
    missing = dict(plan["absent"])
    for name, wanted in plan["rlimits"].items():
        which = getattr(resource, name, None)
        if which is None:
            continue
        ceiling = resource.getrlimit(which)[1]
        if ceiling != resource.RLIM_INFINITY:
            wanted = [min(value, ceiling) for value in wanted]
        try:
            resource.setrlimit(which, tuple(wanted))
        except (OSError, ValueError) as error:
            missing[name] = str(error)
    return ["rlimits"], missing
