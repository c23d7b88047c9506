"""Walks through all the memory of its own process, of which nobody gives it a list.

Travels with a hostile submission. From each page a byte is written to the output, so the kernel
says whether there is such a page, and nothing dies of one that is not there.
"""

import ctypes
import fcntl
import os

OUTPUT, PAGE, PART, OVERLAP = 1, 4096, 16, 200
HEAP, MAPPED, STACK = 16 << 20, 96 << 20, 1 << 20
MASK = bytes((byte + 1) % 256 for byte in range(256))
BACK = bytes((byte - 1) % 256 for byte in range(256))
libc = ctypes.CDLL(None, use_errno=True)
libc.write.argtypes = (ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t)
libc.sbrk.restype = ctypes.c_void_p


def spans():
    """Where memory can lie: the heap, what is mapped below and beside the C library, the stack."""
    heap, library = libc.sbrk(0), ctypes.cast(libc.read, ctypes.c_void_p).value
    stack = ctypes.c_void_p.in_dll(libc, "__libc_stack_end").value
    for start, end in (
        (heap - HEAP, heap),
        (library - MAPPED, library + HEAP),
        (stack - STACK, stack + STACK),
    ):
        yield max(0, start) // PAGE * PAGE, end


def there(address):
    os.lseek(OUTPUT, 0, os.SEEK_SET)
    return libc.write(OUTPUT, address, 1) == 1


def parts():
    """Everything that can be read, in parts that overlap."""
    flags = fcntl.fcntl(OUTPUT, fcntl.F_GETFL)
    fcntl.fcntl(OUTPUT, fcntl.F_SETFL, flags & ~os.O_APPEND)
    for start, end in spans():
        first, tail = start, b""
        for page in range(start, end + PAGE, PAGE):
            known = there(page)
            if not known or page - first == PART * PAGE:
                if page > first:
                    held = tail + ctypes.string_at(first, page - first)
                    yield held
                tail = held[-OVERLAP:] if known else b""
                first = page if known else page + PAGE
    os.lseek(OUTPUT, 0, os.SEEK_SET)
    os.write(OUTPUT, b"\n")


def found(disguised):
    """Each of the needles that is there, with what stands around it.

    They are given disguised, and each part is disguised before it is searched, so that none is
    found for being looked for: a part that was disguised twice is like nothing.
    """
    seen = {}
    for part in parts():
        masked = part.translate(MASK)
        for needle in disguised:
            at = masked.find(needle)
            if at >= 0 and needle not in seen:
                seen[needle] = part[max(0, at - 60) : at + len(needle) + 30]
    return {needle.translate(BACK).decode(): around for needle, around in seen.items()}
