HEAD

def can_drop_uid(readable: Iterable[str], uid: int = NOBODY) -> tuple[bool, str]:
    """Whether a worker can become `uid` and still read all this; if not, why."""
    if os.geteuid() != 0:
        return False, "not started as root: the submission runs under this user's own uid"
    status = Path("/proc/self/status").read_text()
    effective = int(status.partition("CapEff:")[2].split()[0], 16)
    if effective >> 6 & 3 != 3:  # CAP_SETGID, CAP_SETUID
        return False, "root may not change its uid here (a container without CAP_SETUID)"
    for kind in ("uid", "gid"):
        rows = Path(f"/proc/self/{kind}_map").read_text().splitlines()
        spans = [[int(field) for field in row.split()] for row in rows]
        if not any(start <= uid < start + count for start, _, count in spans):
            return False, f"this user namespace has no {kind} {uid}"
    if Path("/proc/self/setgroups").read_text().strip() != "allow":
        return False, "this user namespace may not drop its groups"
    closed = _first_closed(readable)
    if closed:
        return False, f"{closed} is closed to other users, and Python's own files need it"
    return True, ""


def _first_closed(paths: Iterable[str]) -> str:
    """The first of the paths, or of the folders above them, that an unrelated user cannot read."""
    looked_at = set()
    for path in paths:
        real = os.path.realpath(path)
        for place in (*reversed(PurePosixPath(real).parents), PurePosixPath(real)):
            if place in looked_at:
                continue
            looked_at.add(place)
            mode = os.stat(place).st_mode
            needed = stat.S_IXOTH if stat.S_ISDIR(mode) else stat.S_IROTH
            if os.fspath(place) == real:
                needed |= stat.S_IROTH
            if mode & needed != needed:
                return os.fspath(place)
    return ""


def kernel_plan(
    *,
    readable: Sequence[str],
    memory_bytes: int,
    cpu_seconds: int,
    seccomp: bytes | None,
    drop_uid: int | None,
    imports: Mapping[str, Mapping[str, str]] | None = None,
    landlock: bool = True,
    output_bytes: int = 64 * 1024,
    open_files: int = 32,
    demanded: Sequence[str] = (),
    absent: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Everything `grader.inside.confine` needs, as JSON-able data.

    `demanded` names layers (`uid`, `landlock`, `seccomp`) without which a worker must not start;
    `absent` gives the reason for each layer that is left out on purpose.
    """
    left_out = {
        layer: "left out of the plan"
        for layer, there in (
            ("uid", drop_uid is not None),
            ("landlock", landlock),
            ("seccomp", seccomp is not None),
        )
        if not there
    }
    limits = {
        "RLIMIT_AS": memory_bytes,
        "RLIMIT_CPU": cpu_seconds,
        "RLIMIT_FSIZE": output_bytes,
        "RLIMIT_NOFILE": open_files,
        "RLIMIT_STACK": 8 * 1024 * 1024,
        **dict.fromkeys(("RLIMIT_CORE", "RLIMIT_MEMLOCK", "RLIMIT_NPROC", "RLIMIT_MSGQUEUE"), 0),
    }
    # one second more in the hard limit: the softer signal names the cause in the wait status
    ceilings = {"RLIMIT_CPU": cpu_seconds + 1}
    return {
        "rlimits": {name: [value, ceilings.get(name, value)] for name, value in limits.items()},
        "uid": drop_uid,
        "gid": drop_uid,
        "landlock": list(readable) if landlock else None,
        "seccomp": None if seccomp is None else base64.b64encode(seccomp).decode("ascii"),
        "imports": {folder: dict(files) for folder, files in (imports or {}).items()},
        "demanded": list(demanded),
        "absent": left_out | dict(absent or {}),
    }
