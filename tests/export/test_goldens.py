"""Every format on eight reports: texts accepted by a person, and valid where a schema exists."""

import json
from pathlib import Path

import jsonschema
import pytest
import xmlschema

from tests.export.samples import FORMATS, NAMES, SAMPLES, SUFFIXES, UNIMPORTABLE, exported

GOLDEN = Path(__file__).parent / "golden"
SCHEMAS = Path(__file__).parent / "schemas"
CTRF = jsonschema.Draft7Validator(
    json.loads((SCHEMAS / "ctrf.schema.json").read_text("utf-8")),
    format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER,
)
JUNIT = xmlschema.XMLSchema(SCHEMAS / "junit-10.xsd")


def golden(name, sample):
    return GOLDEN / name / f"{sample}.{SUFFIXES.get(name, 'json')}"


@pytest.mark.parametrize("sample", NAMES)
@pytest.mark.parametrize("name", FORMATS)
def test_a_format_is_as_accepted(name, sample, accept_golden):
    text, file = exported(name, SAMPLES[sample]), golden(name, sample)
    if accept_golden:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="")
    assert text.encode() == file.read_bytes()


def test_there_is_no_golden_file_without_a_test():
    expected = {golden(name, sample) for name in FORMATS for sample in NAMES}
    assert {file for file in GOLDEN.rglob("*") if file.is_file()} == expected


@pytest.mark.parametrize("sample", NAMES)
def test_ctrf_validates(sample):
    CTRF.validate(json.loads(golden("ctrf", sample).read_bytes()))


@pytest.mark.parametrize("sample", NAMES)
def test_junit_validates(sample):
    JUNIT.validate(golden("junit", sample).read_text("utf-8"))


def test_a_submission_that_cannot_be_imported_validates_too():
    CTRF.validate(json.loads(exported("ctrf", UNIMPORTABLE)))
    JUNIT.validate(exported("junit", UNIMPORTABLE))


def test_the_schemas_would_notice():
    document = json.loads(golden("ctrf", "full").read_bytes())
    del document["results"]["summary"]["start"]
    assert not CTRF.is_valid(document)
    assert not JUNIT.is_valid("<testsuites><testcase/></testsuites>")


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_gives_equal_bytes_for_equal_reports(name):
    for made in SAMPLES.values():
        assert exported(name, made) == exported(name, made)


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_survives_the_journey_through_the_report_file(name):
    from grader.report import wire

    made = SAMPLES["partial"]
    assert exported(name, wire.decode(wire.encode(made))) == exported(name, made)
