"""The right numbers, as text."""

from masked import masked

Value = masked(str)
