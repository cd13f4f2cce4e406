"""SARIF, against the standard's schema and against what code scanning does with it."""

import hashlib
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import sample_report as sample
from trailcheck.report import render
from trailcheck.result import Report
from trailcheck.source import Source
from trailcheck.verdict import Evidence, Severity, When

SCHEMA = (
    Path(__file__).parent.parent
    / ".ci/node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"
)
FORMATS = ("sarif", "sarif-full")


def run(name: str, report: Report) -> dict[str, Any]:
    """Return the only run of a log."""
    (only,) = json.loads(render(name, report))["runs"]
    return only


def instances(count: int) -> Report:
    """Return a report in which one line holds the cause of several findings."""
    verdicts = [
        sample.FAILED._replace(subject=f"group[{n}]", message=f"group[{n}] is short")
        for n in range(count)
    ]
    return sample.CLEAN._replace(verdicts=tuple(verdicts))


@pytest.mark.skipif(not SCHEMA.exists(), reason="npm install --prefix .ci brings the schema")
@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    "report", [sample.FULL, sample.LINTED, sample.CLEAN, sample.EMPTY, instances(3)]
)
def test_logs_follow_the_standard(name: str, report: Report) -> None:
    """Both profiles validate against the schema of SARIF 2.1.0."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8-sig"))
    jsonschema.Draft4Validator(schema).validate(json.loads(render(name, report)))


def test_only_findings_are_uploaded() -> None:
    """A pass would become an alert; an undecided verdict is a note that says so."""
    results = run("sarif", sample.FULL)["results"]
    assert [r["ruleId"] for r in results] == ["short-retention", "unlinked-trail"]
    assert [r["level"] for r in results] == ["error", "note"]
    assert results[1]["message"]["text"].startswith("Undecided: var.arn has no value in code.")
    assert all("kind" not in r and "suppressions" not in r for r in results)
    assert run("sarif", sample.EMPTY)["results"] == []


def test_the_full_profile_holds_every_verdict() -> None:
    """Every verdict is there with its kind, and a level only where it failed."""
    results = run("sarif-full", sample.FULL)["results"]
    assert [(r["kind"], r["level"]) for r in results] == [
        ("fail", "error"),
        ("pass", "none"),
        ("open", "none"),
    ]


@pytest.mark.parametrize("name", FORMATS)
def test_other_linters_have_rules_of_their_own(name: str) -> None:
    """Their ids are told from ours; what one rule finds on one line is one result."""
    log = run(name, sample.LINTED)
    rules = log["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules[-2:]] == ["cfn-lint/E3002", "cfn-lint/W1"]
    both, other = log["results"][-2:]
    assert [rules[r["ruleIndex"]]["id"] for r in (both, other)] == [both["ruleId"], other["ruleId"]]
    assert both["message"]["text"] == "'Kms' was unexpected\\x1b. twice."
    assert both["level"] == "error"
    location = both["locations"][0]
    assert location["physicalLocation"]["region"]["startLine"] == 2
    assert location["logicalLocations"][0]["fullyQualifiedName"] == "Group"
    assert "primaryLocationLineHash" in both["partialFingerprints"]


def test_results_carry_their_identity() -> None:
    """The subject's address is the logical location; root and trail stand beside it."""
    result = run("sarif", sample.FULL)["results"][1]
    (location,) = result["locations"]
    assert location["logicalLocations"][0]["fullyQualifiedName"] == sample.UNDECIDED.subject
    assert result["properties"]["root"] == "infra"
    assert result["properties"]["trail"] == sample.UNDECIDED.trail
    assert result["properties"]["needs"] == ["var.arn"]


@pytest.mark.parametrize("profile", ["sarif", "sarif-full"])
def test_results_say_what_they_turn_on(profile: str) -> None:
    """By outcome; a merged result says it of each of its instances."""
    turning = sample.UNDECIDED._replace(when=When("var.e is a", "var.e is b", ""))
    other = sample.UNDECIDED._replace(subject="other")
    log = run(profile, sample.FULL._replace(verdicts=(turning, other)))
    said = {"pass": "var.e is a", "fail": "var.e is b", "undecided": None}
    first = log["results"][0]["properties"]
    assert first["when"] == said
    for each in first.get("instances", ())[1:]:
        assert "when" not in each


def test_places_are_relative_encoded_and_count_code_points() -> None:
    """Paths are percent-encoded; columns are what columnKind says."""
    log = run("sarif", sample.FULL)
    assert log["columnKind"] == "unicodeCodePoints"
    place = log["results"][1]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "infra/other/a%20b%C3%A9.tf"
    assert place["region"] == {"startLine": 2, "startColumn": 24, "endLine": 2, "endColumn": 31}


def test_a_name_cannot_pretend_to_be_a_scheme() -> None:
    """A colon in a file's name does not make an absolute URI."""
    source = Source("git:/x#y?z.tf", b"a = 1\n")
    verdict = sample.FAILED._replace(evidence=(Evidence("a", source.span(0, 5)),))
    (result,) = run("sarif", sample.CLEAN._replace(verdicts=(verdict,)))["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "git%3A/x%23y%3Fz.tf"


def test_the_chain_is_a_code_flow_with_links() -> None:
    """Every place is a step of the flow; the places after the first are linked in the message."""
    result = run("sarif", sample.FULL)["results"][1]
    (flow,) = result["codeFlows"]
    steps = flow["threadFlows"][0]["locations"]
    assert [s["location"]["message"]["text"] for s in steps] == [
        "no value",
        "the trail",
        "called here",
    ]
    assert [p["id"] for p in result["relatedLocations"]] == [1, 2]
    assert "[the trail](1), [called here](2)" in result["message"]["text"]


def test_messages_cannot_make_links_of_their_own() -> None:
    """A name from scanned code is text, never a link or a control sequence."""
    verdict = sample.FAILED._replace(message="[click](http://e.example) \x1b[1m", evidence=())
    (result,) = run("sarif", sample.CLEAN._replace(verdicts=(verdict,)))["results"]
    assert result["message"]["text"] == "[click] (http://e.example) \\x1b[1m."


def test_findings_of_one_rule_on_one_line_are_one_result() -> None:
    """Code scanning would keep one of them; all are named in it instead."""
    (result,) = run("sarif", instances(3))["results"]
    assert all(f"group[{n}] is short." in result["message"]["text"] for n in range(3))
    names = [x["fullyQualifiedName"] for x in result["locations"][0]["logicalLocations"]]
    assert names == ["group[0]", "group[1]", "group[2]"]
    assert len(result["properties"]["instances"]) == 3
    assert len(run("sarif-full", instances(3))["results"]) == 3


def test_fingerprints_tell_equal_lines_apart() -> None:
    """Two equal lines differ in the counter; our own key does not depend on lines."""
    source = Source("t.tf", b"retention = 7\n" * 200)
    found = []
    for at in (0, 14):
        evidence = (Evidence("short", source.span(at, at + 13)),)
        verdict = sample.FAILED._replace(evidence=evidence, subject=f"g{at}")
        (result,) = run("sarif", sample.CLEAN._replace(verdicts=(verdict,)))["results"]
        found.append(result["partialFingerprints"])
    first, second = (f["primaryLocationLineHash"] for f in found)
    assert first.endswith(":1")
    assert second == first[:-1] + "2"
    assert found[0]["identity/v1"] != found[1]["identity/v1"]


def test_rules_are_described_whatever_was_found() -> None:
    """The list of rules does not depend on the findings, and weighs each as a string."""
    rules = run("sarif", sample.EMPTY)["tool"]["driver"]["rules"]
    assert [r["id"] for r in rules] == ["short-retention", "unlinked-trail"]
    assert [r["properties"]["security-severity"] for r in rules] == ["8.0", "9.5"]
    assert rules[0]["name"] == "ShortRetention"
    assert rules[0]["fullDescription"]["text"] == "Records must outlive an inspection."
    assert "## Fix" in rules[0]["help"]["markdown"]
    assert "`" not in rules[0]["help"]["text"]
    assert "security" in rules[0]["properties"]["tags"]


def test_the_severity_of_the_finding_sets_its_level() -> None:
    """A rule whose severity depends on the finding is shown as severe as the finding."""
    verdict = sample.FAILED._replace(severity=Severity.LOW)
    (result,) = run("sarif", sample.CLEAN._replace(verdicts=(verdict,)))["results"]
    assert result["level"] == "note"


def test_unread_code_is_a_notification() -> None:
    """What was not read is in every log, with its place, and the run counts as incomplete."""
    for name in FORMATS:
        log = run(name, sample.FULL)
        (invocation,) = log["invocations"]
        assert not invocation["executionSuccessful"]
        unread, notice = invocation["toolExecutionNotifications"]
        assert unread["level"] == "error"
        assert unread["locations"][0]["physicalLocation"]["region"]["startLine"] == 12
        assert notice["level"] == "note"
        known = log["tool"]["driver"]["notifications"]
        assert known[unread["descriptor"]["index"]]["id"] == unread["descriptor"]["id"]
        assert known[notice["descriptor"]["index"]]["id"] == notice["descriptor"]["id"]


def test_auditors_get_the_regulation_and_the_inputs() -> None:
    """Taxa lead to clauses of 21 CFR Part 11; every file read is there with its digest."""
    log = run("sarif-full", sample.FULL)
    (taxonomy,) = log["taxonomies"]
    for taxon in log["results"][0]["taxa"]:
        assert taxonomy["taxa"][taxon["index"]]["id"] == taxon["id"]
    related = log["tool"]["driver"]["rules"][1]["relationships"]
    assert [r["target"]["id"] for r in related] == ["11.10(e)", "11.10(k)", "11.300(d)"]
    digest = hashlib.sha256(sample.MAIN.data).hexdigest()
    assert log["artifacts"][0]["hashes"]["sha-256"] == digest


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_bytes_on_every_run(name: str) -> None:
    """No clock, no random value, no order of a set."""
    assert render(name, sample.FULL) == render(name, sample.FULL)
    assert "Utc" not in render(name, sample.FULL)


def test_more_results_than_are_accepted() -> None:
    """The most severe are kept, and the log says how many were left out."""
    source = Source("t.tf", b"x\n" * 25_010)
    verdicts = [
        sample.FAILED._replace(
            severity=Severity.LOW if n < 20 else Severity.HIGH,
            evidence=(Evidence("x", source.span(2 * n, 2 * n + 1)),),
        )
        for n in range(25_010)
    ]
    log = run("sarif", sample.CLEAN._replace(verdicts=tuple(verdicts)))
    assert len(log["results"]) == 25_000
    assert sum(r["level"] == "note" for r in log["results"]) == 10
    (notice,) = log["invocations"][0]["toolExecutionNotifications"]
    assert notice["message"]["text"].startswith("10 results over the limit")
