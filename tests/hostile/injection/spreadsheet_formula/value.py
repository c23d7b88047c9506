"""Fails in words that a spreadsheet would compute."""

raise type("=1+1", (Exception,), {})("@SUM(1+1)*cmd|' /C calc'!A0")
