"""The wildcard match: as IAM makes it on plain text, and sound on text with symbolic parts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trailcheck.aws.answer import Answer
from trailcheck.aws.arn import NAME, Opaque, Tokens, joined, opaque
from trailcheck.aws.wildcard import matches, resource_matches
from trailcheck.value import Reference, Symbol, Unknown

ACCOUNT = Opaque(Symbol("account"), "[0-9]", filled=True)
REGION = Opaque(Symbol("region"), "[a-z0-9-]", filled=True)
PREFIX = Opaque(Unknown("var.prefix", "var.prefix has no default"), NAME)
ANYTHING = Opaque(Unknown("var.anything", "var.anything has no default"))
NAMED = Opaque(Reference("aws_cloudwatch_log_group.a", "name"), NAME, filled=True)
STREAM: Tokens = joined(
    ("arn:aws:logs:", REGION, ":", ACCOUNT, ":log-group:/audit/", PREFIX, ":log-stream:", ACCOUNT)
)
PLAIN = (
    "arn:aws:logs:us-east-1:123456789012:log-group:/ct/prod"
    ":log-stream:123456789012_CloudTrail_us-east-1"
)

letters = st.text("ab:/", max_size=6)
patterns = st.text("ab:/*?", max_size=7)
opaques = st.sampled_from([ACCOUNT, REGION, PREFIX, ANYTHING, NAMED])
tokens = st.lists(st.one_of(letters, opaques), max_size=4).map(joined)
pattern_tokens = st.lists(st.one_of(patterns, opaques), max_size=4).map(joined)
FILLINGS = {
    ACCOUNT: ("1", "22"),
    REGION: ("a", "b-1"),
    PREFIX: ("", "a", "b/"),
    ANYTHING: ("", "a:b", "*", "?a"),
    NAMED: ("a", "b/a"),
}


def naive(pattern: str, target: str) -> bool:
    """Match as the definition of the two wildcards says, without any cleverness."""
    if not pattern:
        return not target
    if pattern[0] == "*":
        return naive(pattern[1:], target) or (bool(target) and naive(pattern, target[1:]))
    return bool(target) and pattern[0] in ("?", target[0]) and naive(pattern[1:], target[1:])


def filled(text: Tokens, chosen: dict[Opaque, str]) -> str:
    """Return the text in a world where every unknown is known."""
    return "".join(chosen[t] if isinstance(t, Opaque) else t for t in text)


@given(patterns, letters)
def test_plain_text_matches_as_the_wildcards_are_defined(pattern: str, target: str) -> None:
    """`*` is any text and `?` is one character."""
    said = matches(joined((pattern,)), joined((target,)))
    assert said is (Answer.YES if naive(pattern, target) else Answer.NO)


@given(tokens)
def test_every_text_matches_itself(text: Tokens) -> None:
    """The same unknowns around the same literals are the same text, whatever the unknowns are."""
    assert matches(text, text) is Answer.YES


@given(pattern_tokens, tokens, st.data())
def test_certain_answers_hold_whatever_the_unknowns_are(
    pattern: Tokens, target: Tokens, data: st.DataObject
) -> None:
    """YES and NO are true in every world; only MAYBE leaves it open."""
    chosen = {o: data.draw(st.sampled_from(texts)) for o, texts in FILLINGS.items()}
    truth = naive(filled(pattern, chosen), filled(target, chosen))
    said = matches(pattern, target)
    assert said is Answer.MAYBE or (said is Answer.YES) is truth


def test_a_long_pattern_of_wildcards_takes_no_time() -> None:
    """Hostile patterns cost no more than their length times the target's."""
    assert matches(("a*" * 2000 + "b",), ("a" * 4000,)) is Answer.NO


@pytest.mark.parametrize(
    ("pattern", "answer"),
    [
        ("*", Answer.YES),
        ("arn:aws:logs:*", Answer.YES),
        ("arn:aws:logs:*:*:*", Answer.YES),
        ("arn:aws:logs:us-east-1:123456789012:log-group:/ct/prod:*", Answer.YES),
        ("arn:aws:logs:us-east-1:123456789012:log-group:/ct/prod*", Answer.YES),
        ("arn:aws:logs:us-east-1:123456789012:log-group:/ct/prod:log-stream:*", Answer.YES),
        ("arn:*:logs:*:*:log-group:/ct/*", Answer.YES),
        ("arn:aws:logs:us-east-1:12345678901?:log-group:/ct/prod:*", Answer.YES),
        ("arn:aws:logs:us-east-1:123456789012:log-group:/ct/prod", Answer.NO),
        ("arn:aws:logs:*:*:log-group:/CT/prod:*", Answer.NO),
        ("arn:aws:logs:us-east-1::log-group:/ct/prod:*", Answer.NO),
        ("/ct/prod", Answer.NO),
        ("arn:aws:logs:*:log-group:/ct/prod:*", Answer.MAYBE),
        ("arn:aws:logs:*:*:*:*", Answer.MAYBE),
    ],
)
def test_resources_match_field_by_field(pattern: str, answer: Answer) -> None:
    """Answers of an IAM simulator; where it differs from IAM's reference, nothing is certain."""
    assert resource_matches((pattern,), (PLAIN,)) is answer


def test_the_same_unknown_name_is_the_same_group() -> None:
    """A policy that spells the group's ARN with the same variable covers its streams."""
    same_name = joined(("arn:aws:logs:*:*:log-group:/audit/", PREFIX, ":*"))
    other_name = joined(("arn:aws:logs:*:*:log-group:/audit/", ANYTHING, ":*"))
    assert resource_matches(same_name, STREAM) is Answer.YES
    assert resource_matches(other_name, STREAM) is Answer.MAYBE
    assert resource_matches(("arn:aws:logs:*:*:log-group:/other:*",), STREAM) is Answer.NO


@pytest.mark.parametrize("rest", ["/*", "", "x:*", ":log-stream:app-*", "*x"])
def test_what_follows_the_same_unknown_name_decides(rest: str) -> None:
    """The unknown is one text on both sides, so that it cannot make up for what differs."""
    spelled = joined(("arn:aws:logs:", REGION, ":", ACCOUNT, ":log-group:/audit/", PREFIX, rest))
    assert resource_matches(spelled, STREAM) is Answer.NO


@pytest.mark.parametrize(
    ("pattern", "target", "answer"),
    [
        ("-Other-*", "-Group", Answer.NO),
        ("-Group*", "-Group", Answer.YES),
        ("-*", "-Group", Answer.YES),
        ("*", "-Group", Answer.YES),
        ("-Group", "-Group-2", Answer.NO),
        ("", "-Group", Answer.NO),
        ("?Group", "-Group", Answer.YES),
    ],
)
def test_what_follows_the_same_unknown_decides(pattern: str, target: str, answer: Answer) -> None:
    """Both have the same text before it, whatever that is."""
    stack = opaque(Unknown("AWS::StackName", "later"))
    whole = joined(("log-group:", stack, target))
    assert matches(joined(("log-group:", stack, pattern)), whole) is answer


def test_an_unknown_that_may_be_a_wildcard_decides_nothing() -> None:
    """As a part of a name it is no wildcard, so that it decides again."""
    loose, name = opaque(PREFIX.value), opaque(PREFIX.value, name=True)
    assert matches((loose, "a*"), (loose, "b-a")) is Answer.MAYBE
    assert matches((loose, "a*"), (name, "b-a")) is Answer.NO


def test_an_account_is_twelve_digits() -> None:
    """The account's symbol may be a literal account, and is never a name."""
    assert matches(("123456789012",), (ACCOUNT,)) is Answer.MAYBE
    assert matches(("production",), (ACCOUNT,)) is Answer.NO
    assert matches(("*",), (ACCOUNT,)) is Answer.YES


@pytest.mark.parametrize(
    ("one", "other", "answer"),
    [
        ("Own", "Own", Answer.YES),
        ("Own", "Other", Answer.NO),
        ("logs//Own", "Other", Answer.NO),
        ("logs//Own", "Own", Answer.MAYBE),
        ("app//logs//Own", "logs//Own", Answer.MAYBE),
    ],
)
def test_names_that_are_made_up_for_two_resources_differ(
    one: str, other: str, answer: Answer
) -> None:
    """Nobody knows them beforehand, but no two log groups have one; roots may know one by two."""
    front = "arn:aws:logs:eu-west-1:111122223333:log-group:"
    pattern, target = (
        (front, opaque(Reference(address, "generated_name"), name=True)) for address in (one, other)
    )
    assert resource_matches((*pattern, ":*"), (*target, ":log-stream:x")) is answer
