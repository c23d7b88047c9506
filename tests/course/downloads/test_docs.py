"""The page for graders: a heading for each platform, and examples that are recognised as told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from grader.course.downloads import FORMATS
from tests.course.downloads.kit import GOOD, opened

PAGE = Path(__file__).parents[3] / "docs" / "howto-downloads.md"
NAMES = [platform.NAME for platform in FORMATS.values()]


@pytest.mark.parametrize("name", NAMES)
def test_every_platform_has_a_section_whose_example_is_its_own(tmp_path: Path, name: str) -> None:
    text = PAGE.read_text(encoding="utf-8")
    section = re.search(rf"^## {name}\n(.*?)(?=^## )", text, re.MULTILINE | re.DOTALL | re.I)
    assert section is not None
    example = re.search(r"```text\n(.*?)```", section[1], re.DOTALL)
    assert example is not None
    files = dict.fromkeys(example[1].splitlines(), GOOD)
    with opened(tmp_path, files, as_zip=True) as download:
        assert download.platform == name
    assert f"| {name} |" in text
