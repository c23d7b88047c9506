"""Says of every step that it was not run."""

from takeover import serve

serve(lambda index, step: ["s"])
