"""Answers every question with well-formed results that mean nothing, by a seed."""

import random

from takeover import serve

TEXTS = ("", "1.0", "Value", "\u202e\x1b[31m", "[bold]x[/bold]", "<b>", "x" * 300, "\n\n", "é" * 90)
NUMBERS = ("0.0", "1.0", "-3.5", "nan", "inf", "-inf", "1e308", "5e-324", "2.0", "6")
INTEGERS = ("0", "1", "-1", "9" * 400, "10", "3")


class Liar:
    """Results at random; `kinds` are the tags it gives for a step that is no reading."""

    def __init__(self, seed, kinds):
        self.random = random.Random(seed)
        self.kinds = kinds

    def plain(self):
        kind = self.random.choice("nbifs")
        texts = {"n": ("",), "b": ("0", "1"), "i": INTEGERS, "f": NUMBERS, "s": TEXTS}
        return ["v", kind, self.random.choice(texts[kind])]

    def handle(self, index):
        return ["h", self.random.randint(0, index), self.random.choice(TEXTS)[:200]]

    def raised(self):
        choose = self.random.choice
        name = choose(("ValueError", "NotImplementedError", "MemoryError", "SystemExit", *TEXTS))
        return [
            "e",
            name[:200],
            choose(TEXTS),
            choose((None, 1, 7, 1_000_000)),
            "f",
            "value.py",
            1,
            "",
        ]

    def value(self, index):
        loose = (self.random.uniform(-9, 9), self.random.randint(-9, 9), 1, 1.0)
        makers = (self.plain, lambda: self.handle(index), lambda: self.random.choice(loose))
        return self.random.choice(makers)()

    def result(self, index, step):
        kind = self.random.choice(self.kinds)
        if kind == "e":
            return self.raised()
        if kind == "s":
            return ["s"]
        if step[0] == "read":
            wanted = len(step[1].split()) * len(step[2])
            return ["m", [self.value(index) for _ in range(wanted)]]
        return self.plain() if kind == "v" else self.handle(index)


def lie(seed, kinds):
    """Takes the channel over for good."""
    serve(Liar(seed, kinds).result)
