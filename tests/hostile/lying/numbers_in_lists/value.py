"""The right numbers, each in a list of its own."""

from masked import masked

Value = masked(lambda number: [number])
