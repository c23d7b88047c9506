"""Defines names that are nearly right, made of markup and terminal sequences."""

globals()["[red]Value[/red]"] = 1
globals()["Valu\x1b[31m\u202e"] = 2
globals()["Value\n10/10"] = 3
globals()["\ud800Value"] = 4
