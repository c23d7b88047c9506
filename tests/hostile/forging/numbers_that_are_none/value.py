"""Calls a text a float, with terminal sequences and markup in it."""

from takeover import serve

TEXT = "\x1b[2J\x1b[31m[bold]10/10[/bold] <script>alert(1)</script> " * 60
serve(lambda index, step: ["v", "f", TEXT])
