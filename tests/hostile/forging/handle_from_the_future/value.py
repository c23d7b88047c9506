"""Names objects that do not exist yet."""

from takeover import serve

serve(lambda index, step: ["h", index + 1, "Value"])
