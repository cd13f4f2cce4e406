"""The JSON report and its schema."""

import json
from pathlib import Path

import jsonschema
import pytest

import sample_report as sample
import trailcheck.report
from trailcheck.report import render
from trailcheck.result import Report
from trailcheck.verdict import When

SCHEMA = json.loads((Path(trailcheck.report.__file__).parent / "report.schema.json").read_text())


@pytest.mark.parametrize("report", [sample.FULL, sample.LINTED, sample.CLEAN, sample.EMPTY])
def test_reports_follow_the_schema(report: Report) -> None:
    """Every report is what the published schema says."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(json.loads(render("json", report)), SCHEMA)


def test_the_schema_names_every_member() -> None:
    """What the report holds is described; nothing is written that the schema does not know."""

    def known(value: object, schema: dict) -> None:
        schema = SCHEMA["$defs"][schema["$ref"].split("/")[-1]] if "$ref" in schema else schema
        if isinstance(value, dict):
            assert set(value) == set(schema["properties"])
            for key, item in value.items():
                known(item, schema["properties"][key])
        elif isinstance(value, list):
            for item in value:
                known(item, schema["items"])

    known(json.loads(render("json", sample.LINTED)), SCHEMA)


def test_evidence_holds_places_and_code() -> None:
    """Lines and columns count from 1, columns in code points, the end exclusive."""
    document = json.loads(render("json", sample.FULL))
    assert document["verdicts"][2]["evidence"][0] == {
        "file": "infra/other/a bé.tf",
        "line": 2,
        "column": 24,
        "end_line": 2,
        "end_column": 31,
        "note": "no value",
        "expression": "var.arn",
    }
    assert document["verdicts"][2]["needs"] == ["var.arn"]
    assert document["trails"][1]["integrated"] is None
    assert document["trails"][1]["exists"] is None
    assert document["trails"][1]["when"] == "var.enabled"


def test_a_verdict_says_by_outcome_when_it_comes_out_so() -> None:
    """All three outcomes are there, null where it never has one; null as a whole for the others."""
    turning = sample.UNDECIDED._replace(when=When("var.e is a", "", "var.e is b"))
    document = json.loads(render("json", sample.FULL._replace(verdicts=(turning, sample.PASSED))))
    jsonschema.validate(document, SCHEMA)
    assert [verdict["when"] for verdict in document["verdicts"]] == [
        {"pass": "var.e is a", "fail": None, "undecided": "var.e is b"},
        None,
    ]


def test_output_is_plain_ascii_and_can_be_decoded() -> None:
    """Neither a terminal nor a strict decoder can be tricked, lone surrogates included."""
    verdict = sample.FAILED._replace(message="\ud800 \x1b \u202e \\ud800")
    text = render("json", sample.CLEAN._replace(verdicts=(verdict,)))
    assert text.isascii()
    assert "\x1b" not in text
    assert json.loads(text)["verdicts"][0]["message"] == "? \x1b \u202e \\ud800"
