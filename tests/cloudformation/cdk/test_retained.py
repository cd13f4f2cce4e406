"""Log groups that the CDK's LogRetention keeps."""

from __future__ import annotations

import pytest

from cloudformation.templates import attribute, template
from trailcheck.graph import Kind
from trailcheck.value import Choice, Known, Unknown, Value

PROVIDER = "LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8aFD4BFC8A"
KEPT = """\
  Kept%s:
    Type: Custom::LogRetention
    Properties:
      ServiceToken: !GetAtt %s.Arn
      LogGroupName: %s
"""


def groups(kept: str, group: str = "RetentionInDays: 7", sections: str = "") -> dict[str, Value]:
    """Return how long each log group of a template keeps its records."""
    reading = template(
        f"{sections}Resources:\n"
        f"  {PROVIDER}: {{Type: AWS::Lambda::Function, Properties: {{}}}}\n"
        f"  Group: {{Type: AWS::Logs::LogGroup, Properties: {{{group}}}}}\n{kept}"
    )
    assert reading.diagnostics == []
    return {
        found.address: found.get("retention_days").value
        for found in reading.graph.resources(Kind.LOG_GROUP)
    }


def kept(name: str, days: str | None = "400", suffix: str = "", provider: str = PROVIDER) -> str:
    """Return a custom resource that keeps the group of a name."""
    more = "" if days is None else f"      RetentionInDays: {days}\n"
    return KEPT % (suffix, provider, name) + more


@pytest.mark.parametrize(
    ("text", "group", "expected"),
    [
        (kept("!Ref Group"), "RetentionInDays: 7", {"Group": 400}),
        (kept("!Ref Group", '"400"'), "RetentionInDays: 7", {"Group": 400}),
        (kept("!Ref Group", None), "RetentionInDays: 7", {"Group": 0}),
        (kept("/audit"), "LogGroupName: /audit", {"Group": 400}),
        (kept("!Ref Group"), "LogGroupName: /audit, RetentionInDays: 7", {"Group": 400}),
        (kept("/other"), "RetentionInDays: 7", {"Group": 7, "Kept": 400}),
        (kept("/other", None), "RetentionInDays: 7", {"Group": 7, "Kept": 0}),
        (kept("!Ref Group", provider="Own"), "RetentionInDays: 7", {"Group": 7}),
        (
            kept("/o") + "      LogGroupRegion: us-east-1\n",
            "RetentionInDays: 7",
            {"Group": 7},
        ),
    ],
)
def test_what_is_set_counts(text: str, group: str, expected: dict[str, int]) -> None:
    """On a group of the stack by reference or name, and on one that is only named."""
    more = "  Own: {Type: AWS::Lambda::Function, Properties: {}}\n"
    assert groups(text + more, group) == {name: Known(days) for name, days in expected.items()}


def test_two_that_disagree_settle_nothing() -> None:
    """The one that is deployed last wins, and nobody knows which that is."""
    found = groups(kept("!Ref Group") + kept("!Ref Group", "7", "Too"))
    assert isinstance(found["Group"], Unknown)


def test_one_that_may_not_be_there() -> None:
    """Where its condition does not hold, the group's own retention counts."""
    text = kept("!Ref Group") + "    Condition: Long\n"
    sections = "Parameters: {P: {Type: String}}\nConditions: {Long: !Equals [!Ref P, 'yes']}\n"
    found = groups(text, sections=sections)["Group"]
    assert isinstance(found, Choice)
    assert (found.then, found.otherwise) == (Known(400), Known(7))


def test_the_name_that_it_answers() -> None:
    """The CDK builds the group's ARN from it."""
    reading = template(
        "Resources:\n"
        f"  {PROVIDER}: {{Type: AWS::Lambda::Function, Properties: {{}}}}\n"
        "  T:\n    Type: AWS::CloudTrail::Trail\n    Properties:\n      IsLogging: true\n"
        "      S3BucketName: !GetAtt Kept.LogGroupName\n" + kept("/audit")
    )
    assert attribute(reading, "T", "bucket").value == Known("/audit")
    assert reading.graph.assumptions() == ("the log group /audit is as LogRetention makes it",)
