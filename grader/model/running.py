"""Which Python grades."""

from __future__ import annotations

import platform

PYTHON = ".".join(platform.python_version_tuple()[:2])
"""`3.11`: what is learnt of a submission holds under this version."""
