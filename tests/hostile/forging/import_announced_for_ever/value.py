"""Takes too long, and then announces the same statement for ever."""

from takeover import send

while True:
    try:
        import nothing_of_that_name
    except ImportError:
        pass
    else:
        break
    send([1, [7, 7, 7], [], 0, [], {}])
