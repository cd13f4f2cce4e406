"""What Terraform says about the blocks of a module before it looks inside them."""

from __future__ import annotations

import pytest

from terraform.configurations import graph
from trailcheck.graph import Kind
from trailcheck.value import Sequence, Unknown


@pytest.mark.parametrize(
    ("text", "summary", "detail"),
    [
        (
            'resorce "a" "b" {\n}\n',
            'there are no "resorce" blocks in a module',
            'Did you mean "resource"? The block was not read.',
        ),
        ("xyz {\n}\n", 'there are no "xyz" blocks in a module', "The block was not read."),
        (
            'resource "a" {\n}\n',
            "resource blocks have two labels, not 1",
            'Write resource "type" "name" { ... }. The block was not read.',
        ),
        (
            'data "a" "b" "c" {\n}\n',
            "data blocks have two labels, not 3",
            'Write data "type" "name" { ... }. The block was not read.',
        ),
        (
            "variable {\n}\n",
            "variable blocks have one label, not 0",
            'Write variable "name" { ... }. The block was not read.',
        ),
        (
            'locals "a" {\n}\n',
            "locals blocks have no label, not 1",
            "Write locals { ... }. The block was not read.",
        ),
        (
            'output "a" {\n}\n\noutput "a" {\n}\n',
            "output a is declared twice",
            "Line 1 declares it already, and only that was read.",
        ),
        (
            "locals {\n  a = 1\n}\nlocals {\n  a = 2\n}\n",
            "local.a is declared twice",
            "Line 2 declares it already, and only that was read.",
        ),
        (
            "terraform {\n  a = 1\n  a = 2\n}\n",
            'argument "a" is set twice',
            "It was already set on line 2; each argument may be set once.",
        ),
        (
            'resource "9a" "b" {\n}\n',
            '"9a" cannot be the type of a resource',
            "Names have letters, digits, _ and -, and start with a letter or _.",
        ),
        (
            'module "a b" {\n  source = "./x"\n}\n',
            '"a b" cannot be the name of a module',
            "Names have letters, digits, _ and -, and start with a letter or _.",
        ),
        (
            'variable "count" {\n}\n',
            'no variable can be called "count"',
            "Arguments of module calls have this name; choose another.",
        ),
    ],
)
def test_wrong_declarations_are_explained(text: str, summary: str, detail: str) -> None:
    """The words name the block, and say how it is written."""
    said = [(d.summary, d.detail) for d in graph(text).unread]
    assert (summary, detail) in said


def test_the_first_declaration_is_named_with_its_file() -> None:
    """Where the first stands in another file, the words say in which."""
    files = {"a.tf": 'variable "v" {\n}\n', "b.tf": '\nvariable "v" {\n}\n'}
    (problem,) = graph(files).unread
    assert problem.path == "b.tf"
    assert problem.detail == "Line 1 of a.tf declares it already, and only that was read."


@pytest.mark.parametrize(
    "text",
    [
        'ephemeral "a" "b" {\n}\n',
        'action "a" "b" {\n}\n',
        'check "a" {\n  assert {\n    condition = true\n  }\n}\n',
        "moved {\n  from = a.b\n  to   = a.c\n}\n",
        "import {\n  to = a.b\n  id = 1\n}\n",
        "removed {\n  from = a.b\n}\n",
        "resource a b-c {\n}\n",
        'resource "é" "_" {\n}\n',
    ],
)
def test_blocks_of_a_module_are_known(text: str) -> None:
    """Every block that Terraform has in a module is read without a word."""
    assert not graph(text).unread


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        ('{"widget": {}}', 'there are no "widget" blocks in a module'),
        ('{"resource": {"a": 1}}', "resource blocks have two labels, not 1"),
        ('{"variable": "v"}', "variable blocks have one label, not 0"),
        ('[{"//": "a"}, {"outptu": {}}]', 'there are no "outptu" blocks in a module'),
    ],
)
def test_json_is_held_to_the_same(text: str, summary: str) -> None:
    """What stands where a block should is no less wrong in JSON."""
    assert summary in [d.summary for d in graph({"main.tf.json": text}).unread]


def test_a_list_of_objects_is_a_configuration() -> None:
    """JSON syntax allows a list at the top, so that a key can come twice."""
    text = '[{"locals": {"a": 1}}, {"locals": {"b": 2}}]'
    assert not graph({"main.tf.json": text}).unread


@pytest.mark.parametrize(
    ("written", "attribute", "reason"),
    [
        (
            'event_selector = [{ read_write_type = "All" }]',
            "event_selectors",
            "event_selector is a block, not an argument: write event_selector { ... } without =",
        ),
        (
            "s3_bucket_name {\n  }",
            "bucket",
            "s3_bucket_name is an argument, not a block: write s3_bucket_name = and its value",
        ),
    ],
)
def test_blocks_and_arguments_do_not_stand_for_each_other(
    written: str, attribute: str, reason: str
) -> None:
    """Terraform refuses both, so that nothing is known of the attribute."""
    text = f'resource "aws_cloudtrail" "t" {{\n  {written}\n}}\n'
    (trail,) = graph(text).resources(Kind.TRAIL)
    value = trail.get(attribute).value
    assert isinstance(value, Unknown)
    assert value.refused
    assert value.reason == reason


def test_json_writes_blocks_and_arguments_alike() -> None:
    """In JSON a list of objects is a list of blocks."""
    said = (
        '{"resource": {"aws_cloudtrail": {"t": {"event_selector": [{"read_write_type": "All"}]}}}}'
    )
    (trail,) = graph({"main.tf.json": said}).resources(Kind.TRAIL)
    assert isinstance(trail.get("event_selectors").value, Sequence)
