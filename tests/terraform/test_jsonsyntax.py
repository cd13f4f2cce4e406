"""JSON syntax says what native syntax says."""

from __future__ import annotations

import json

import pytest

from terraform.configurations import addresses, graph, shown
from trailcheck.graph import Kind


def _trail(**arguments: object) -> dict[str, object]:
    return {"resource": {"aws_cloudtrail": {"t": {"name": "t", **arguments}}}}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("plain", "plain"),
        ("${1 + 1}", "2"),
        ("a${1}b", "a1b"),
        ("$${x}", "${x}"),
        ("%{ if true }y%{ endif }", "y"),
        (7, "7"),
        (True, "true"),
        (None, None),
        ("a\\nb", "a\\nb"),
        ("\u00e9", "é"),
    ],
)
def test_text_is_a_template(said: object, expected: object) -> None:
    """Strings are templates; other values are what they are."""
    made = graph({"t.tf.json": json.dumps(_trail(s3_bucket_name=said))})
    (trail,) = made.resources(Kind.TRAIL)
    assert shown(trail.get("bucket").value) == expected


@pytest.mark.parametrize("said", ["a.b", "x${1 + 1}", "$${x}", "f(1)"])
def test_a_default_is_plain_text(said: str) -> None:
    """Terraform evaluates defaults with nothing in scope: HCL reads no template in JSON then."""
    code = _trail(s3_bucket_name="${var.a}")
    code["variable"] = {"a": {"type": "string", "default": said}}
    (trail,) = graph({"t.tf.json": json.dumps(code)}).resources(Kind.TRAIL)
    assert shown(trail.get("bucket").value) == said


@pytest.mark.parametrize(
    "said",
    [
        {"resource": {"aws_cloudtrail": {"t": {"name": "t"}}}},
        {"resource": [{"aws_cloudtrail": {"t": {"name": "t"}}}]},
        {"resource": {"aws_cloudtrail": [{"t": {"name": "t"}}]}},
        {"resource": {"aws_cloudtrail": {"t": [{"name": "t"}]}}},
        {"//": "a comment", "resource": {"aws_cloudtrail": {"t": {"//": 1, "name": "t"}}}},
    ],
)
def test_blocks_may_be_objects_or_lists_of_them(said: object) -> None:
    """Each level of a block may be an object or a list, and `//` is a comment."""
    assert addresses(graph({"t.tf.json": json.dumps(said)}), Kind.TRAIL) == ["aws_cloudtrail.t"]


@pytest.mark.parametrize(
    "said",
    [
        {"event_selector": {"read_write_type": "WriteOnly"}},
        {"event_selector": [{"read_write_type": "WriteOnly"}]},
        {
            "dynamic": {
                "event_selector": {
                    "for_each": ["WriteOnly"],
                    "content": {"read_write_type": "${event_selector.value}"},
                }
            }
        },
    ],
)
def test_nested_blocks(said: dict[str, object]) -> None:
    """A nested block is an object, a list of objects, or dynamic."""
    made = graph({"t.tf.json": json.dumps(_trail(**said))})
    (trail,) = made.resources(Kind.TRAIL)
    assert shown(trail.get("event_selectors").value) == [
        {"read_write_type": "WriteOnly", "management_events": True}
    ]


def test_names_of_providers_and_ignored_arguments_are_no_templates() -> None:
    """`provider` and `ignore_changes` hold names, quoted."""
    said = _trail(provider="aws.west", lifecycle={"ignore_changes": ["cloud_watch_logs_group_arn"]})
    said["provider"] = {"aws": [{}, {"alias": "west", "region": "us-west-2"}]}
    (trail,) = graph({"t.tf.json": json.dumps(said)}).resources(Kind.TRAIL)
    assert shown(trail.place.region) == "us-west-2"
    assert trail.ignored_changes == ("log_group_arn",)


@pytest.mark.parametrize("text", ["{", "[5]", "5", '{"resource": NaN}', '{"a": 1} x', "[" * 10_000])
def test_what_is_not_an_object_is_one_diagnostic(text: str) -> None:
    """Broken JSON, or JSON that is no object, is said once with its place."""
    (problem,) = graph({"t.tf.json": text}).unread
    assert problem.path == "t.tf.json"


@pytest.mark.parametrize(
    "said",
    [
        {
            "resource": [1, None, {"aws_cloudtrail": "x"}],
            "locals": [[{"a": 1}]],
            "module": {"m": 5},
        },
        {"variable": None, "output": {"o": []}, "terraform": "x", "provider": {"aws": ["x"]}},
        {"resource": {"aws_cloudtrail": {"t": {"event_selector": 5, "dynamic": "x"}}}},
    ],
)
def test_odd_shapes_do_not_crash(said: object) -> None:
    """Whatever stands where a block should is passed over."""
    made = graph({"t.tf.json": json.dumps(said)})
    for trail in made.resources(Kind.TRAIL):
        assert trail.get("event_selectors").value is not None
