"""JSON syntax says what native syntax says."""

from __future__ import annotations

import json

import pytest

from terraform.configurations import addresses, graph, shown
from trailcheck.graph import Kind
from trailcheck.value import Unknown


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


@pytest.mark.parametrize(
    "selector",
    [
        {"data_resource": {"type": "T", "values": ["a"]}},
        {"data_resource": [{"type": "T", "values": ["a"]}]},
        {
            "dynamic": {
                "data_resource": [
                    {
                        "for_each": '${[{ t = "T", v = ["a"] }]}',
                        "content": {
                            "type": "${data_resource.value.t}",
                            "values": "${data_resource.value.v}",
                        },
                    }
                ]
            }
        },
    ],
)
def test_blocks_within_blocks(selector: object) -> None:
    """A block within a block is an object, a list of objects, or dynamic as well."""
    made = graph({"t.tf.json": json.dumps(_trail(event_selector=selector))})
    (trail,) = made.resources(Kind.TRAIL)
    (found,) = shown(trail.get("event_selectors").value)  # type: ignore[misc]
    assert found["data_resources"] == [{"type": "T", "values": ["a"]}]


@pytest.mark.parametrize("selector", ["x", "${var.x}", 1, [True], [{}, "x"]])
def test_no_block_is_a_scalar(selector: object) -> None:
    """Terraform refuses text where a block belongs; null is no block."""
    made = graph({"t.tf.json": json.dumps(_trail(event_selector=selector, insight_selector=None))})
    (trail,) = made.resources(Kind.TRAIL)
    value = trail.get("event_selectors").value
    assert isinstance(value, Unknown)
    assert value.refused
    assert "event_selector is a block" in value.reason
    assert shown(trail.get("insight_selectors").value) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"event_selector": {"data_resource": 5}}, "data_resource"),
        ({"event_selector": [{"data_resource": "${[]}"}]}, "data_resource"),
        ({"event_selector": {"data_resource": [True]}}, "data_resource"),
        ({"advanced_event_selector": {"name": "n", "field_selector": "x"}}, "field_selector"),
        ({"lifecycle": 5}, "lifecycle"),
        ({"lifecycle": {"precondition": 5}}, "precondition"),
        ({"connection": "x"}, "connection"),
        ({"dynamic": {"event_selector": 5}}, "dynamic"),
        ({"provisioner": [{"local-exec": ["x"]}]}, "provisioner"),
        ({"provisioner": {"local-exec": {"command": "x", "connection": 5}}}, "connection"),
        ({"event_selector": {"data_resource": None}}, ""),
        ({"event_selector": {"data_resource": []}}, ""),
        ({"lifecycle": None}, ""),
        ({"connection": None}, ""),
        ({"dynamic": {"event_selector": None}}, ""),
        ({"provisioner": {"local-exec": []}}, ""),
        ({"lifecycle": [{"prevent_destroy": True}]}, ""),
    ],
)
def test_no_block_in_a_block_is_a_scalar(arguments: dict[str, object], said: str) -> None:
    """Terraform 1.11 refused those that are named here, and planned the others."""
    text = json.dumps(_trail(**arguments))
    found = [(d.summary, d.span is not None) for d in graph({"t.tf.json": text}).unread]
    assert found == ([(f"{said} is a block, and no value", True)] if said else [])


@pytest.mark.parametrize("name", ["dynamic", "provisioner"])
@pytest.mark.parametrize("held", [5, "x", None, [], {}, [5]], ids=str)
def test_a_block_with_a_label_has_one(name: str, held: object) -> None:
    """Terraform 1.11 refused each of these."""
    text = json.dumps(_trail(**{name: held}))
    found = [d.summary for d in graph({"t.tf.json": text}).unread]
    assert found == [f"{name} has no label"]


@pytest.mark.parametrize("principals", [{"type": "Service", "identifiers": ["a"]}, "dynamic"])
def test_blocks_of_a_policy_document(principals: object) -> None:
    """The document is the same, however its blocks are written."""
    statement: dict[str, object] = {"actions": ["b"], "principals": principals}
    if principals == "dynamic":
        content = {"type": "Service", "identifiers": "${principals.value}"}
        del statement["principals"]
        statement["dynamic"] = {"principals": {"for_each": [["a"]], "content": content}}
    said = {
        "resource": {
            **_trail()["resource"],  # type: ignore[dict-item]
            "aws_iam_role": {"r": {"assume_role_policy": "${data.aws_iam_policy_document.d.json}"}},
        },
        "data": {"aws_iam_policy_document": {"d": {"statement": statement}}},
    }
    (role,) = graph({"t.tf.json": json.dumps(said)}).resources(Kind.ROLE)
    assert shown(role.get("trust_policy").value) == {
        "json": {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": ["b"], "Principal": {"Service": ["a"]}}],
        }
    }


@pytest.mark.parametrize(
    ("first", "over"),
    [
        ("main.tf", "main_override.tf.json"),
        ("main.tf.json", "override.tf"),
        ("main.tf.json", "override.tf.json"),
    ],
)
def test_blocks_of_an_override_replace_those_of_their_type(first: str, over: str) -> None:
    """Whichever of the two files is JSON."""
    native = (
        'resource "aws_cloudtrail" "t" {\n  name = "%s"\n'
        '  event_selector {\n    read_write_type = "%s"\n  }\n}\n'
    )

    def text(name: str, said: str) -> str:
        selector = {"read_write_type": said}
        code = {"resource": {"aws_cloudtrail": {"t": {"name": said, "event_selector": selector}}}}
        return json.dumps(code) if name.endswith(".json") else native % (said, said)

    made = graph({first: text(first, "All"), over: text(over, "WriteOnly")})
    (trail,) = made.resources(Kind.TRAIL)
    assert shown(trail.get("name").value) == "WriteOnly"
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
    """Whatever stands where a block should makes no block."""
    made = graph({"t.tf.json": json.dumps(said)})
    for trail in made.resources(Kind.TRAIL):
        assert trail.get("event_selectors").value is not None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"locals": {"a": 1, "a": 2}}', ['21: argument "a" is set twice']),
        ('{"locals": {"a": {}, "a": {}}}', ['22: argument "a" is set twice']),
        ('{"locals": {"//": 1, "//": 2}}', []),
        ('{"output": {"o": {"value": 1, "value": 2}}}', ['31: argument "value" is set twice']),
        ('{"locals": 1}', ["12: expected an object"]),
        ('{"locals": [[{"a": 1}]]}', ["13: expected an object"]),
        ('{"locals": null}', []),
        ('{"output": {"o": 1}}', ["18: expected an object"]),
        ('{"output": {"o": null}}', []),
        ('{"output": {}}', ['12: "output" has no name']),
        ('{"resource": {"a": []}}', ['20: "resource" has no name']),
        ('{"resource": [{"a": {"b": {}}}, 5]}', ["33: resource blocks have two labels, not 0"]),
        ('{"locals": {"a": "${"}}', ["18: this ${ is never closed"]),
        ('{"locals": {"a": [{"%{if true}x": 1}]}}', ["20: this %{ if } is never ended"]),
        ('{"module": {"m": {"source": "./${"}}}', []),
        ('{"variable": {"v": {"default": "${"}}}', []),
        ('{"output": {"o": {"value": 1, "description": "${"}}}', []),
        ('{"resource": {"r": {"a": {"lifecycle": {"ignore_changes": ["${"]}}}}}', []),
        ('{"locals": {"a b": 1}}', ['13: "a b" cannot be the name of a local value']),
    ],
)
def test_what_terraform_refuses_of_the_json(text: str, expected: list[str]) -> None:
    """Native syntax could not say it, or would not be read; asked of Terraform 1.11."""
    found = graph({"t.tf.json": text}).unread
    assert [f"{p.span.first.column}: {p.summary}" for p in found if p.span] == expected


def test_what_terraform_refuses_of_values_in_json() -> None:
    """Equal keys, and a list."""
    for text, expected in (('{"a": 1, "a": 2}', "set twice"), ("[]", "expected an object")):
        found = graph({"t.tf": 'variable "a" {}\n', "terraform.tfvars.json": text}).unread
        assert [expected in p.summary for p in found] == [True]


def test_blocks_of_equal_keys_all_count() -> None:
    """Equal keys are no argument, but may be blocks of one type."""
    code = json.dumps(_trail(x={"read_write_type": "All"}, y={"read_write_type": "WriteOnly"}))
    text = code.replace('"x"', '"event_selector"').replace('"y"', '"event_selector"')
    (trail,) = graph({"t.tf.json": text}).resources(Kind.TRAIL)
    found = shown(trail.get("event_selectors").value)
    assert isinstance(found, list)
    assert [s["read_write_type"] for s in found] == ["All", "WriteOnly"]


def test_equal_keys_are_no_value() -> None:
    """The last of equal keys does not win, as it would in native syntax."""
    code = json.dumps({**_trail(s3_bucket_name="${local.v.k}"), "locals": {"v": {"k": "a"}}})
    text = code.replace('"k": "a"', '"k": "a", "k": "b"')
    (trail,) = graph({"t.tf.json": text}).resources(Kind.TRAIL)
    assert shown(trail.get("bucket").value) not in {"a", "b"}
