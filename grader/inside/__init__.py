"""What runs in the box: standard library only, imports nothing of ours.

The texts of these modules are sent to the jailed interpreter as messages; no file of the
project is ever readable there. The one exception is `evaluate`, which the in-process target
imports too, so that a replay and a boxed run mean the same by construction.
"""
