"""Names objects before the first."""

from takeover import serve

serve(lambda index, step: ["h", -1, "Value"])
