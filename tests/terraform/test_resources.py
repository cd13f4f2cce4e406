"""The table of Terraform: every name of the vocabulary, defaults, conversions."""

from __future__ import annotations

import pytest

from terraform.configurations import graph, shown
from trailcheck.graph import VOCABULARY, Kind
from trailcheck.terraform.resources import TYPES

NOT_STATED = {
    "logging": True,
    "multi_region": False,
    "global_events": True,
    "organization": False,
    "validation": False,
    "kms_key": None,
    "log_group_arn": None,
    "role_arn": None,
    "event_selectors": [],
    "advanced_event_selectors": [],
}


def test_every_type_speaks_the_vocabulary_of_its_kind() -> None:
    """A type has exactly the attributes that its kind has."""
    for name, type_ in TYPES.items():
        assert set(type_.attributes) == set(VOCABULARY[type_.kind]), name


@pytest.mark.parametrize("name", NOT_STATED)
@pytest.mark.parametrize("said", ["absent", "null"])
def test_defaults_of_a_trail(name: str, said: str) -> None:
    """What is absent or null is the provider's default, and not stated."""
    theirs = getattr(TYPES["aws_cloudtrail"].attributes[name], "name", "")
    stated = f"{theirs} = null" if said == "null" and "selector" not in theirs else ""
    (trail,) = graph(f'resource "aws_cloudtrail" "t" {{\n  {stated}\n}}\n').resources(Kind.TRAIL)
    attribute = trail.get(name)
    assert shown(attribute.value) == NOT_STATED[name]
    assert not attribute.stated


@pytest.mark.parametrize(
    ("stated", "name", "expected"),
    [
        ('enable_logging = "false"', "logging", False),
        ("enable_logging = 1", "logging", "!"),
        ("name = 5", "name", "5"),
        ("name = []", "name", "!"),
    ],
)
def test_arguments_take_the_type_of_the_provider(stated: str, name: str, expected: object) -> None:
    """Text converts to booleans and numbers, and what does not convert is refused."""
    made = graph(f'resource "aws_cloudtrail" "t" {{\n  {stated}\n}}\n')
    (trail,) = made.resources(Kind.TRAIL)
    assert shown(trail.get(name).value) == expected
    assert bool(made.unread) is (expected == "!")


def test_a_choice_of_null_falls_back_to_the_default() -> None:
    """`var.e ? true : null` is the default where the condition does not hold."""
    text = (
        'variable "e" {\n  type = bool\n}\nresource "aws_cloudtrail" "t" {\n'
        "  enable_logging        = var.e ? false : null\n"
        "  is_multi_region_trail = var.e ? false : null\n}\n"
    )
    (trail,) = graph(text).resources(Kind.TRAIL)
    assert shown(trail.get("logging").value) == ("var.e", False, True)
    assert shown(trail.get("multi_region").value) is False


def test_retention_of_a_group() -> None:
    """Retention is a number of days, zero for ever."""
    text = "".join(
        f'resource "aws_cloudwatch_log_group" "g{n}" {{\n  {said}\n}}\n'
        for n, said in enumerate(["", 'retention_in_days = "400"', "retention_in_days = 0"])
    )
    groups = graph(text).resources(Kind.LOG_GROUP)
    assert [shown(group.get("retention_days").value) for group in groups] == [0, 400, 0]
