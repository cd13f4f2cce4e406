"""Branches: what is said of an open parameter is what is said of all that it may be."""

from __future__ import annotations

import json
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from cloudformation.spellings import GROUP_ARN, stack
from terraform.chains import Chain, write
from trailcheck import scan
from trailcheck.config import Config

if TYPE_CHECKING:
    from trailcheck.result import Report

STAGES = ("dev", "test", "prod")
PARAMETERS = {
    "Stage": {"Type": "String", "AllowedValues": [*STAGES]},
    "Flag": {"Type": "String", "AllowedPattern": "^(true|false)$"},
    "Days": {"Type": "Number", "AllowedValues": [30, 400]},
}
OPTIONS = {"Stage": STAGES, "Flag": ("true", "false"), "Days": ("30", "400")}

ATOMS = st.one_of(
    st.sampled_from(STAGES).map(lambda stage: {"Fn::Equals": [{"Ref": "Stage"}, stage]}),
    st.sampled_from(["true", "false"]).map(lambda flag: {"Fn::Equals": [flag, {"Ref": "Flag"}]}),
    st.just({"Fn::Equals": [{"Ref": "Days"}, 30]}),
    st.just({"Fn::Equals": [{"Fn::Sub": "${Stage}-${Flag}"}, "prod-true"]}),
)
FORMULAS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        inner.map(lambda one: {"Fn::Not": [one]}),
        st.lists(inner, min_size=2, max_size=3).map(lambda some: {"Fn::And": some}),
        st.lists(inner, min_size=2, max_size=3).map(lambda some: {"Fn::Or": some}),
    ),
    max_leaves=4,
)
RULES = st.one_of(
    st.none(),
    st.sampled_from(STAGES).map(
        lambda stage: {
            "Assertions": [{"Assert": {"Fn::Contains": [["dev", stage], {"Ref": "Stage"}]}}]
        }
    ),
    st.tuples(FORMULAS, ATOMS).map(
        lambda pair: {"RuleCondition": pair[1], "Assertions": [{"Assert": pair[0]}]}
    ),
)


@st.composite
def stacks(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a chain whose every part may turn on the parameters."""
    template = stack(Chain())
    template["Parameters"] = PARAMETERS
    template["Conditions"] = {name: draw(FORMULAS) for name in "ABCD"}
    rule = draw(RULES)
    if rule is not None:
        template["Rules"] = {"R": rule}
    template["Mappings"] = {
        "M": {stage: {"days": draw(st.sampled_from([7, 400]))} for stage in reversed(STAGES)}
    }
    resources = template["Resources"]
    days = st.sampled_from(
        [400, {"Ref": "Days"}, {"Fn::FindInMap": ["M", {"Ref": "Stage"}, "days"]}]
    )
    trail = resources["Trail"]["Properties"]
    resources["Group"]["Properties"]["RetentionInDays"] = _either(draw, "A", draw(days), draw(days))
    trail["CloudWatchLogsLogGroupArn"] = _either(draw, "B", GROUP_ARN, {"Ref": "AWS::NoValue"})
    trail["IsLogging"] = draw(st.sampled_from([True, {"Ref": "Flag"}]))
    if draw(st.booleans()):
        resources["Trail"]["Condition"] = "C"
    if draw(st.booleans()):
        (policy,) = resources["Role"]["Properties"].pop("Policies")
        roles = {"Roles": [{"Ref": "Role"}]}
        resources["Policy"] = {"Type": "AWS::IAM::Policy", "Properties": {**policy, **roles}}
        resources["Policy"]["Condition"] = "D"
    return template


def _either(draw: st.DrawFn, condition: str, then: object, otherwise: object) -> object:
    way = draw(st.integers(0, 2))
    if way == 0:
        return then
    pair = [then, otherwise] if way == 1 else [otherwise, then]
    return {"Fn::If": [condition, *pair]}


def judged(path: str, **given: str) -> Report:
    """Scan with some parameters given."""
    return scan([path], Config(parameters=tuple(given.items())))


def refused(report: Report) -> bool:
    """Tell whether CloudFormation would deploy nothing."""
    return any("refuses these parameters" in problem.summary for problem in report.diagnostics)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
)
@given(template=stacks())
def test_an_open_stack_is_the_sum_of_its_closings(
    tmp_path_factory: pytest.TempPathFactory, template: dict[str, Any]
) -> None:
    """A verdict stands where it stands for each combination that is deployed, and only there."""
    path = write(tmp_path_factory.mktemp("stack"), {"t.json": json.dumps(template)})
    closed = [
        report
        for values in product(*OPTIONS.values())
        if not refused(report := judged(path, **dict(zip(OPTIONS, values, strict=True))))
    ]
    answers = {trail.integrated for report in closed for trail in report.trails}
    assume(answers)
    report = judged(path)
    (trail,) = report.trails
    assert trail.integrated == (answers.pop() if len(answers) == 1 else None)
    found: dict[str, set[str]] = {}
    for each in closed:
        for verdict in each.verdicts:
            found.setdefault(verdict.rule, set()).add(verdict.outcome.value)
    said = {verdict.rule: verdict.outcome.value for verdict in report.verdicts}
    assert said == {r: o.pop() if len(o) == 1 else "undecided" for r, o in found.items()}


BASE = json.dumps(stack(Chain()))


def chain(**sections: object) -> dict[str, Any]:
    """Return the sound chain with more sections, and a retention of `days` if given."""
    template = json.loads(BASE)
    days = sections.pop("days", None)
    if days is not None:
        template["Resources"]["Group"]["Properties"]["RetentionInDays"] = days
    return {**template, **sections}


def outcome(folder: pytest.TempPathFactory, template: dict[str, Any], **given: str) -> Report:
    """Scan a template."""
    return judged(write(folder.mktemp("t"), {"t.json": json.dumps(template)}), **given)


@pytest.mark.parametrize(
    ("parameter", "integrated"),
    [
        ({"Type": "Number", "MinValue": 365}, True),
        ({"Type": "Number", "MinValue": "30"}, None),
        ({"Type": "Number", "MaxValue": 364}, False),
        (
            {"Type": "Number", "AllowedValues": [365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922]},
            True,
        ),
        ({"Type": "String", "AllowedPattern": "365|400"}, True),
        ({"Type": "String", "AllowedPattern": "[0-9]+"}, None),
        ({"Type": "Number", "AllowedValues": [7, 400], "MinValue": 30}, True),
    ],
)
def test_limits_decide_comparisons(
    tmp_path_factory: pytest.TempPathFactory, parameter: object, *, integrated: bool | None
) -> None:
    """A number that may only be large enough is large enough, whatever it is."""
    template = chain(Parameters={"D": parameter}, days={"Ref": "D"})
    (trail,) = outcome(tmp_path_factory, template).trails
    assert trail.integrated is integrated


@pytest.mark.parametrize(
    ("parameter", "value", "why"),
    [
        ({"Type": "String", "AllowedValues": ["a"]}, "b", "is none of its AllowedValues"),
        ({"Type": "Number", "MinValue": 5}, "4", "is less than its MinValue"),
        ({"Type": "Number", "MaxValue": 5}, "6", "is more than its MaxValue"),
        ({"Type": "Number"}, "six", "is no number"),
        ({"Type": "String", "MinLength": 3}, "ab", "is shorter than its MinLength"),
        ({"Type": "String", "MaxLength": 3}, "abcd", "is longer than its MaxLength"),
        ({"Type": "String", "AllowedPattern": "[a-z]+"}, "a1", "does not match its AllowedPattern"),
        ({"Type": "CommaDelimitedList", "AllowedValues": ["a"]}, "a,b", "is none of its"),
    ],
)
def test_values_that_a_parameter_refuses(
    tmp_path_factory: pytest.TempPathFactory, parameter: dict[str, Any], value: str, why: str
) -> None:
    """Such a default and such a given value are told, and nothing passes."""
    for report in (
        outcome(tmp_path_factory, chain(Parameters={"P": {**parameter, "Default": value}})),
        outcome(tmp_path_factory, chain(Parameters={"P": parameter}), P=value),
    ):
        (problem,) = report.diagnostics
        assert why in problem.detail
        assert not [v for v in report.verdicts if v.outcome.value == "pass"]
        assert report.trails[0].integrated is None


def test_patterns_that_may_take_for_ever_object_to_nothing(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Hostile patterns, and those of another dialect, are not run."""
    hostile = ("(a+)+b", "(a|a)*b", "a*a*a*a*a*b", "a?" * 90 + "b", "(a|a)" * 35, "((a|aa){9}){9}b")
    for pattern in (*hostile, r"\p{Alpha}+", "[a-z&&[^b]]", "("):
        parameter = {"Type": "String", "AllowedPattern": pattern, "Default": "a" * 100}
        report = outcome(tmp_path_factory, chain(Parameters={"P": parameter}))
        assert (report.diagnostics, report.trails[0].integrated) == ((), True), pattern


def test_a_rule_that_does_not_hold_deploys_nothing(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """The rule is named, nothing passes, and nothing is said to fail for it."""
    rule = {"Assertions": [{"Assert": {"Fn::EachMemberIn": [["a"], ["b"]]}}]}
    report = outcome(tmp_path_factory, chain(Rules={"Mine": rule}))
    assert [problem.summary for problem in report.diagnostics] == [
        "The rule Mine refuses these parameters"
    ]
    assert {verdict.outcome.value for verdict in report.verdicts} <= {"undecided", "fail"}
    assert report.trails[0].integrated is None


def test_what_a_rule_asks_of_the_account_demands_nothing(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Functions that look at the account's own things leave every world open."""
    wanted = {"Fn::EachMemberIn": [{"Fn::ValueOfAll": ["AWS::EC2::VPC::Id", "Tags"]}, ["a"]]}
    report = outcome(tmp_path_factory, chain(Rules={"R": {"Assertions": [{"Assert": wanted}]}}))
    assert (report.diagnostics, report.trails[0].integrated) == ((), True)


def test_a_verdict_says_on_which_values_it_turns(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """The message names the values, also those that are left over."""
    template = chain(
        Parameters={"Stage": PARAMETERS["Stage"]},
        Conditions={"Prod": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}},
        days={"Fn::If": ["Prod", 400, 7]},
    )
    report = outcome(tmp_path_factory, template)
    (verdict,) = [v for v in report.verdicts if v.rule == "short-retention"]
    assert verdict.message.startswith("when parameter Stage is dev or test, Group keeps")
    assert verdict.needs == ("parameter Stage",)


@pytest.mark.parametrize(
    ("more", "summary"),
    [
        ({"Group": {"DependsOn": "Trail"}}, "Circular dependency between resources: Group, Trail"),
        ({"Role": {"DependsOn": ["Nowhere"]}}, "Nowhere is not declared"),
        (
            {
                "P": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Ref": "Q"}}},
                "Q": {
                    "Type": "AWS::SNS::Topic",
                    "Properties": {"TopicName": {"Fn::Sub": "${P.TopicName}"}},
                },
            },
            "Circular dependency between resources: P, Q",
        ),
        (
            {
                "P": {
                    "Type": "AWS::SNS::Topic",
                    "Properties": {"TopicName": {"Fn::GetAtt": "P.TopicName"}},
                }
            },
            "Circular dependency between resources: P",
        ),
        (
            {"P": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Ref": "Gone"}}}},
            "Gone is not declared",
        ),
    ],
)
def test_resources_that_cannot_be_put_in_order(
    tmp_path_factory: pytest.TempPathFactory, more: dict[str, Any], summary: str
) -> None:
    """CloudFormation refuses the whole template, so that nothing in it passes."""
    template = chain()
    for name, body in more.items():
        template["Resources"].setdefault(name, {}).update(body)
    report = outcome(tmp_path_factory, template)
    assert [problem.summary for problem in report.diagnostics] == [summary]
    assert not [v for v in report.verdicts if v.outcome.value == "pass"]


def test_no_circle_over_what_is_not_there(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A branch that is not taken, a resource that may not exist, and own names close no circle."""
    template = chain(
        Parameters={"P": {"Type": "String"}},
        Conditions={
            "No": {"Fn::Equals": ["a", "b"]},
            "Open": {"Fn::Equals": [{"Ref": "P"}, "b"]},
        },
    )
    name = {"Fn::If": ["No", {"Ref": "Trail"}, {"Fn::If": ["Open", {"Ref": "Trail"}, "x"]}]}
    value = {"Fn::Sub": ["${Trail}${x}${!Trail}", {"Trail": "a", "x": "b"}]}
    template["Resources"]["Group"]["Properties"]["Tags"] = [{"Key": "k", "Value": value}]
    template["Resources"]["T"] = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": name}}
    template["Resources"]["Trail"]["DependsOn"] = "T"
    report = outcome(tmp_path_factory, template)
    assert (report.diagnostics, report.trails[0].integrated) == ((), True)


@pytest.mark.parametrize(
    ("spot", "value", "needs"),
    [
        (("Group", "RetentionInDays"), {"Fn::Sub": "3${P}"}, ("parameter P",)),
        (("Trail", "IsLogging"), {"Fn::Sub": "${P}x"}, ("parameter P",)),
        (("Group", "RetentionInDays"), {"Fn::Select": [5, ["1"]]}, ("t.json:1, put right",)),
        (
            ("Group", "RetentionInDays"),
            {"Fn::Transform": {"Name": "M"}},
            ("the value at t.json:1",),
        ),
        (
            ("Group", "RetentionInDays"),
            {"Fn::FindInMap": ["M", {"Ref": "S"}, "v"]},
            ("parameter S",),
        ),
    ],
)
def test_what_is_undecided_names_what_would_settle_it(
    tmp_path_factory: pytest.TempPathFactory,
    spot: tuple[str, str],
    value: object,
    needs: tuple[str, ...],
) -> None:
    """A person can look it up: a parameter, or a place."""
    template = chain(
        Parameters={
            "P": {"Type": "String"},
            "S": {"Type": "String", "AllowedValues": ["a", "b", "c"]},
        },
        Mappings={"M": {"a": {"v": 400}, "b": {"v": 7}}},
    )
    template["Resources"][spot[0]]["Properties"][spot[1]] = value
    report = outcome(tmp_path_factory, template)
    rule = "short-retention" if spot[0] == "Group" else "disabled-trail"
    (verdict,) = [v for v in report.verdicts if v.rule == rule]
    assert verdict.outcome.value == "undecided"
    assert {need for need in verdict.needs if not need.startswith("what is")} == set(needs)
