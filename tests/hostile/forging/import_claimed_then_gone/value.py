"""Claims that the import went well and leaves with exit code 0."""

from takeover import claim_import, os

claim_import()
os._exit(0)
