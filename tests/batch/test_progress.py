"""How a batch goes on is told: a bar on a terminal, plain lines now and then elsewhere."""

import io
import time

from rich.console import Console

from grader.render.terminal import progress
from grader.render.terminal.progress import Progress, Rate, clock


def shown(terminal, act, monkeypatch, every=0.0):
    monkeypatch.setattr(progress, "EVERY_S", every)
    monkeypatch.setattr(progress, "REDRAW_S", 0.0)
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=terminal, width=100, color_system=None)
    with Progress(console, "cs101.zip") as told:
        act(told)
    return stream.getvalue()


def a_batch(told):
    told.read(120)
    told.begin(312, 200)
    for number in range(112):
        told.count("full" if number % 2 else "refused", cached=True)
    for left in range(199, 149, -1):
        told.count("partial", cached=False)
        time.sleep(0.001)
        told.tick(left)


def test_plain_lines_where_there_is_no_terminal(monkeypatch):
    lines = shown(False, a_batch, monkeypatch).splitlines()
    assert lines[0] == "reading cs101.zip: 120 so far"
    assert "\x1b" not in "".join(lines)
    assert lines[-1].startswith("162 / 312 · ")
    assert "/s · 0:00:0" in lines[-1]
    assert "full marks 56 · partial 50 · zero 0 · refused 56 · from the gradebook 112" in lines[-1]


def test_plain_lines_are_few(monkeypatch):
    assert shown(False, a_batch, monkeypatch, every=60.0) == ""


def test_a_bar_on_a_terminal(monkeypatch):
    text = shown(True, a_batch, monkeypatch)
    assert "Reading cs101.zip" in text
    assert "Grading cs101.zip" in text
    assert "━" in text
    assert "162 / 312" in text


def test_the_rate_follows_the_present():
    rate = Rate()
    assert rate.per_second() is None
    for second in range(100):
        rate.add(float(second), 10 * second if second < 50 else 500 + 2 * (second - 50))
    assert rate.per_second() == 2.0
    assert len(rate.samples) < 30


def test_clock():
    assert clock(7.4) == "0:00:07"
    assert clock(3725) == "1:02:05"
