"""What AWS SAM makes of serverless resources, in place of them and at their places."""

from __future__ import annotations

import sys

import pytest

from cloudformation.templates import attribute, template
from trailcheck.errors import Impact
from trailcheck.graph import Kind
from trailcheck.value import Choice, Known, Mapping, Reference, Sequence, Text, Unknown

FUNCTION = """\
Transform: AWS::Serverless-2016-10-31
Globals:
  Function: {Runtime: python3.12, CodeUri: ./src}
Parameters:
  Env: {Type: String}
  Alias: {Type: String, Default: live}
  Layers: {Type: CommaDelimitedList, Default: "a,b"}
Resources:
  Trail:
    Type: AWS::CloudTrail::Trail
    Properties: {IsLogging: true, S3BucketName: b, CloudWatchLogsRoleArn: !GetAtt FnRole.Arn}
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
      AutoPublishAlias: !Ref Alias
      Layers: !Ref Layers
      Policies:
        - Version: "2012-10-17"
          Statement:
            - Effect: Allow
              Action: logs:PutLogEvents
              Resource: !Sub "arn:aws:logs:${AWS::Region}:1:log-group:/x/${Env}:*"
      Events:
        SignIn: {Type: EventBridgeRule, Properties: {Pattern: {source: [!Ref Env]}}}
"""


def test_the_role_of_a_function_is_declared_at_the_function() -> None:
    """The role that a function gets stands in the graph, and so does what refers to it."""
    reading = template(FUNCTION)
    role = reading.graph.resource("FnRole")
    assert role is not None
    assert role.kind is Kind.ROLE
    assert role.span.text == "Fn"
    assert attribute(reading, "Trail", "role_arn").value == Reference("FnRole", "arn")
    assert reading.diagnostics == []


def test_policies_keep_their_own_places() -> None:
    """A policy that the template spells out is found at its own lines, not at the function."""
    reading = template(FUNCTION)
    policies = attribute(reading, "FnRole", "inline_policies").value
    assert isinstance(policies, Sequence)
    (policy,) = policies.items
    assert isinstance(policy, Mapping)
    document = policy.items["policy"]
    assert document.span is not None
    assert document.span.first.line == 19
    assert isinstance(document, Mapping)
    (statement,) = document.items["Statement"].items  # type: ignore[union-attr]
    assert isinstance(statement.items["Resource"], Text)


def test_parameters_are_evaluated_here() -> None:
    """A parameter in what was made is the parameter, with its name and what would settle it."""
    reading = template(FUNCTION)
    pattern = attribute(reading, "FnSignIn", "event_pattern").value
    assert isinstance(pattern, Mapping)
    assert pattern.items["source"] == Sequence([Unknown("parameter Env", "")])
    given = template(FUNCTION, {"Env": "prod"})
    pattern = attribute(given, "FnSignIn", "event_pattern").value
    assert isinstance(pattern, Mapping)
    assert pattern.items["source"] == Sequence([Known("prod")])


def test_a_condition_goes_on_to_what_is_made() -> None:
    """A function that is not created has no role."""
    said = FUNCTION.replace(
        "    Type: AWS::Serverless::Function",
        "    Type: AWS::Serverless::Function\n    Condition: Never",
    ).replace("Resources:", 'Conditions: {Never: !Equals ["a", "b"]}\nResources:')
    reading = template(said)
    assert reading.graph.resource("FnRole") is None
    value = attribute(reading, "Trail", "role_arn").value
    assert isinstance(value, Unknown)
    assert value.refused


def test_what_sam_refuses_is_reported_at_the_resource() -> None:
    """A function without a runtime is no function."""
    reading = template(FUNCTION.replace("Handler: a.b", "Handlr: a.b"))
    (problem,) = reading.diagnostics
    assert problem.summary == "The serverless transform refuses this template"
    assert "Handlr" in problem.detail
    assert problem.span is not None
    assert problem.span.text == "Fn"
    assert problem.impact is Impact.UNREAD


def test_without_the_translator_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the template spells out is read all the same; the rest is unknown."""
    monkeypatch.setitem(sys.modules, "samtranslator.parser.parser", None)
    reading = template(FUNCTION)
    (problem,) = reading.diagnostics
    assert problem.impact is Impact.NOTICE
    assert "trailcheck[cfn]" in problem.detail
    value = attribute(reading, "Trail", "role_arn").value
    assert isinstance(value, Unknown)
    assert not value.refused


def test_aliases_that_grow_without_end_are_not_written_out() -> None:
    """Aliases of aliases would be gigabytes in the form that the translator reads."""
    bomb = "A: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"B{n}: &a{n + 1} [*a{n}, *a{n}, *a{n}, *a{n}, *a{n}, *a{n}, *a{n}, *a{n}, *a{n}]\n"
        for n in range(9)
    )
    said = FUNCTION.replace("Handler: a.b", "Handler: a.b\n      Tags: {X: *a9}")
    reading = template("Metadata:\n  " + bomb.replace("\n", "\n  ").rstrip() + "\n" + said)
    (problem,) = [p for p in reading.diagnostics if p.impact is not Impact.NOTICE]
    assert "too large" in problem.detail


@pytest.mark.parametrize("written", ["[]", "3", "{Fn: {Type: AWS::Serverless::Function}}", "{}"])
def test_odd_shapes_do_not_crash(written: str) -> None:
    """Whatever the translator makes of nonsense, it ends as a diagnostic."""
    said = FUNCTION.replace("Globals:\n  Function: {Runtime: python3.12, CodeUri: ./src}", "")
    start, _, _ = said.partition("      Handler: a.b")
    template(start + f"      Policies: {written}\n      Events: {written}\n")


@pytest.mark.parametrize(
    "code",
    [
        "PackageType: Image",
        "Handler: a.b, Runtime: python3.12",
        'Handler: a.b, Runtime: python3.12, CodeUri: !Sub "s3://b-${AWS::Region}/a.zip"',
    ],
)
def test_code_that_only_the_build_knows_is_no_trouble(code: str) -> None:
    """`sam build` makes images, and `sam package` takes the template's own folder."""
    reading = template(
        "Transform: AWS::Serverless-2016-10-31\n"
        f"Resources:\n  Fn: {{Type: AWS::Serverless::Function, Properties: {{{code}}}}}\n"
    )
    assert reading.diagnostics == []
    assert reading.graph.resource("FnRole") is not None


def test_conditions_that_the_transform_adds_are_declared() -> None:
    """Deployment preferences that turn on different conditions make one that joins them."""
    function = (
        "{Type: AWS::Serverless::Function, Condition: %s, Properties: {Handler: a.b, "
        "Runtime: python3.12, AutoPublishAlias: live, "
        "DeploymentPreference: {Type: AllAtOnce, PassthroughCondition: true}}}"
    )
    reading = template(
        "Transform: AWS::Serverless-2016-10-31\n"
        "Parameters: {P: {Type: String}}\n"
        "Conditions: {A: !Equals [!Ref P, a], B: !Equals [!Ref P, b]}\n"
        f"Resources:\n  F: {function % 'A'}\n  G: {function % 'B'}\n"
    )
    role = reading.graph.resource("CodeDeployServiceRole")
    assert role is not None
    assert isinstance(role.exists, Choice)
    assert reading.diagnostics == []


def test_parameters_may_name_what_is_made() -> None:
    """An alias by parameter is part of an id; the state machine's role is made all the same."""
    machine = """\
  Flow:
    Type: AWS::Serverless::StateMachine
    Properties:
      AutoPublishAlias: !Ref Alias
      Definition: {StartAt: A, States: {A: {Type: Pass, End: true}}}
      Policies: [!Ref Env]
"""
    reading = template(FUNCTION + machine)
    assert reading.diagnostics == []
    assert reading.graph.resource("FlowRole") is not None
    arns = attribute(reading, "FlowRole", "managed_policy_arns").value
    assert arns == Sequence([Unknown("parameter Env", "")])
