"""The decision on a request, from policies in JSON: facts of IAM's user guide, one a test."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from trailcheck.aws import iam
from trailcheck.aws.answer import Answer
from trailcheck.aws.arn import Opaque, joined
from trailcheck.aws.policy_reader import read
from trailcheck.aws.statement import Request
from trailcheck.source import Source
from trailcheck.value import Known, Piece, Symbol, Text, Unknown
from trailcheck.verdict import Evidence
from trailcheck.world import World

if TYPE_CHECKING:
    from trailcheck.aws.arn import Tokens
    from trailcheck.value import Value

HERE = Evidence("the policy", Source("main.tf", b"policy").span(0, 6))
STREAM: Tokens = (
    "arn:aws:logs:eu-west-1:111122223333:log-group:/audit:log-stream:111122223333_CloudTrail_eu-west-1",
)
KEYS: dict[str, Tokens | None] = {
    "aws:requestedregion": ("eu-west-1",),
    "aws:sourcearn": ("arn:aws:cloudtrail:eu-west-1:111122223333:trail/main",),
    "aws:multifactorauthpresent": None,
}


def policy(value: Value, *, trust: bool = False) -> iam.Policy:
    """Attach a policy document."""
    return iam.Policy("policy", read(value, World().settle, trust=trust), (HERE,))


def statement(**changes: object) -> iam.Policy:
    """Attach a policy of one statement that allows delivery, with changes; `None` leaves out."""
    body = {"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "*", **changes}
    kept = {key: value for key, value in body.items() if value is not None}
    return policy(Known(json.dumps({"Version": "2012-10-17", "Statement": kept})))


def allowed(*policies: iam.Policy) -> Answer:
    """Answer whether the policies allow PutLogEvents on the stream."""
    request = Request("logs:PutLogEvents", (STREAM,), KEYS, lambda tokens: tokens)
    return iam.allows(policies, request).answer


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({}, Answer.YES),
        ({"Action": ["LOGS:put*"]}, Answer.YES),
        ({"Action": "*:*"}, Answer.MAYBE),
        ({"Action": "logs*PutLogEvents"}, Answer.NO),
        ({"Action": None, "NotAction": "s3:*"}, Answer.YES),
        ({"Action": None, "NotAction": "logs:*"}, Answer.NO),
        ({"Resource": None, "NotResource": "arn:aws:logs:*:*:*"}, Answer.NO),
        ({"Resource": "arn:aws:logs:eu-west-1:111122223333:log-group:/audit"}, Answer.NO),
        ({"Resource": "arn:aws:logs:${aws:RequestedRegion}:*:log-group:/audit:*"}, Answer.YES),
        ({"Resource": "arn:aws:logs:*:*:log-group:${aws:PrincipalTag/g}:*"}, Answer.MAYBE),
        ({"Resource": "arn:aws:logs:*:*:log-group:${oidc.example.com/a:sub}:*"}, Answer.MAYBE),
        ({"Resource": "arn:aws:logs:${AWS::Region}:*:log-group:/audit:*"}, Answer.NO),
        ({"Resource": "${aws_cloudwatch_log_group.audit.arn}:*"}, Answer.NO),
        ({"Resource": "${coalesce(var.group, null)}:*"}, Answer.MAYBE),
        ({"Resource": ["*", "arn:aws:s3:::${var.bucket}"]}, Answer.MAYBE),
        ({"Resource": None, "NotResource": "arn:aws:s3:::${var.bucket}"}, Answer.MAYBE),
        ({"Effect": "allow"}, Answer.NO),
        ({"Action": "l*"}, Answer.NO),
        ({"Resource": "/audit"}, Answer.NO),
        ({"Principal": "*"}, Answer.NO),
        ({"Effect": None, "effect": "Allow"}, Answer.MAYBE),
        ({"Sid": ""}, Answer.YES),
        ({"Sid": "Delivery2"}, Answer.YES),
        ({"Sid": "Let CloudTrail write"}, Answer.NO),
        ({"Action": [["logs:PutLogEvents"]]}, Answer.NO),
        ({"Resource": ["*", ["*"]]}, Answer.NO),
    ],
)
def test_statements_cover_what_they_say(changes: dict[str, object], answer: Answer) -> None:
    """Actions ignore case, Not turns a list around, and what IAM refuses grants nothing."""
    assert allowed(statement(**changes)) is answer


def test_statements_of_one_policy_have_names_of_their_own() -> None:
    """IAM refuses a policy that uses a Sid twice; without a name there may be many."""
    body = {"Effect": "Allow", "Action": "logs:*", "Resource": "*"}
    for names, answer in (
        (("A", "A"), Answer.NO),
        (("A", "B"), Answer.YES),
        (("", ""), Answer.YES),
    ):
        statements = [{**body, "Sid": name} for name in names]
        assert allowed(policy(Known(json.dumps({"Statement": statements})))) is answer


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        ({"StringEquals": {"aws:RequestedRegion": ["us-east-1", "eu-west-1"]}}, Answer.YES),
        ({"StringEquals": {"aws:RequestedRegion": "eu-*"}}, Answer.NO),
        ({"StringLike": {"aws:RequestedRegion": "eu-*"}}, Answer.YES),
        ({"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}}, Answer.NO),
        ({"Bool": {"aws:MultiFactorAuthPresent": "true"}}, Answer.NO),
        ({"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}}, Answer.YES),
        ({"Null": {"aws:MultiFactorAuthPresent": "true"}}, Answer.YES),
        ({"Null": {"aws:RequestedRegion": True}}, Answer.NO),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:cloudtrail:*:*:trail/main"}}, Answer.YES),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:cloudtrail:*:trail/main"}}, Answer.NO),
        ({"StringLike": {"aws:SourceArn": "arn:aws:cloudtrail:*:trail/main"}}, Answer.YES),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-example"}}, Answer.MAYBE),
        ({"NumericLessThan": {"aws:RequestedRegion": "1"}}, Answer.MAYBE),
    ],
)
def test_conditions_hold_as_documented(condition: object, answer: Answer) -> None:
    """Missing keys, IfExists, Null and the ARN operators; a key that code does not tell is open."""
    assert allowed(statement(Condition=condition)) is answer


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"Resource": "${module.group.arn}:*"}, Answer.MAYBE),
        ({"Condition": {"StringEquals": {"aws:SourceAccount": "${AWS::AccountId}"}}}, Answer.MAYBE),
        ({"Action": "s3:*", "Resource": "arn:aws:s3:::${var.bucket}"}, Answer.NO),
        ({"Resource": "arn:aws:s3:::bucket"}, Answer.NO),
    ],
)
def test_a_deny_that_nobody_renders_is_open(changes: dict[str, object], answer: Answer) -> None:
    """A variable that IAM does not have may be refused, or deny nothing."""
    request = Request("logs:PutLogEvents", (STREAM,), KEYS, lambda tokens: tokens)
    assert iam.denies((statement(Effect="Deny", **changes),), request).answer is answer


def test_what_leaves_a_condition_open_is_said() -> None:
    """One asterisk may match an ARN or not: the reason says so."""
    request = Request("logs:PutLogEvents", (STREAM,), KEYS, lambda tokens: tokens)
    found = statement(Condition={"ArnLike": {"aws:SourceArn": "*"}})
    decision = iam.allows((found,), request)
    assert decision.answer is Answer.MAYBE
    assert decision.reason == "IAM does not document what `*` alone says of ARNs"


def test_a_doubtful_policy_is_no_grant_and_no_refusal() -> None:
    """What cannot be read may allow; it takes nothing from what surely allows."""
    unknown = policy(Unknown("var.policy", "var.policy has no default"))
    assert allowed(unknown) is Answer.MAYBE
    assert allowed(unknown, statement()) is Answer.YES


def test_unknown_text_inside_json_stays_where_it_is() -> None:
    """A hole in a heredoc leaves the rest of the document readable."""
    unknown = Unknown("var.group", "var.group has no default")
    head = '{"Statement": [{"Effect": "Allow", "Action": "logs:*", "Resource": "'
    found = policy(Text((Piece(head), unknown, Piece('"}]}'))))
    assert allowed(found) is Answer.MAYBE
    assert found.document.refused == ""


def test_what_the_deployment_says_is_not_asked_for() -> None:
    """Symbols that are known are no doubt; a pattern that IAM leaves open is named."""
    target: Tokens = ("arn:aws:logs:eu-west-1:", Opaque(Symbol("account")), STREAM[0][36:])
    found = statement(Resource="arn:aws:logs:*:*:*:log-stream:*")

    def resolve(tokens: Tokens) -> Tokens:
        return joined("111122223333" if isinstance(t, Opaque) else t for t in tokens)

    decision = iam.allows((found,), Request("logs:PutLogEvents", (target,), KEYS, resolve))
    assert decision.answer is Answer.MAYBE
    assert decision.needs == ()
    assert "arn:aws:logs:*:*:*:log-stream:*" in decision.reason


def test_every_service_principal_is_named_in_full() -> None:
    """The trust policy names cloudtrail.amazonaws.com; `*` may or may not admit a service."""
    for principal, answer in (
        ({"Service": ["ec2.amazonaws.com", "cloudtrail.amazonaws.com"]}, Answer.YES),
        ({"Service": "ec2.amazonaws.com"}, Answer.NO),
        ({"AWS": "*"}, Answer.MAYBE),
        ("*", Answer.MAYBE),
    ):
        body = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
        found = policy(Known(json.dumps({"Statement": [body]})), trust=True)
        request = Request("sts:AssumeRole", (), KEYS, lambda t: t, iam.CLOUDTRAIL)
        assert iam.allows((found,), request).answer is answer
