"""Circles of references, which Terraform refuses; each case was compared with Terraform 1.11."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

import trailcheck
from trailcheck.config import Config

if TYPE_CHECKING:
    from pathlib import Path

CHAIN = """
resource "aws_cloudtrail" "t" {
  name                       = "t"
  s3_bucket_name             = "b"
  cloud_watch_logs_group_arn = "${aws_cloudwatch_log_group.g.arn}:*"
  cloud_watch_logs_role_arn  = ROLE
  # TRAIL
}
resource "aws_cloudwatch_log_group" "g" {
  name = "g"
}
resource "aws_iam_role" "r" {
  assume_role_policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sts:AssumeRole",
    Principal = { Service = "cloudtrail.amazonaws.com" } }] })
  # IN_ROLE
}
resource "aws_iam_role_policy" "p" {
  role   = aws_iam_role.r.id
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "logs:*", Resource = "*" }] })
  # IN_POLICY
}
"""
CALL = 'module "m" {\n  source = "./m"\n  %s\n}\n'
PASSED = (
    'variable "trail" {\n  default = ""\n}\nvariable "role" {\n  default = ""\n}\n'
    'output "role" {\n  value = var.role\n}\noutput "trail" {\n  value = var.trail\n}\n'
)
CREATED = PASSED + (
    'resource "aws_iam_role" "x" {\n  assume_role_policy = jsonencode({ Statement = [] })\n'
    "  description = var.trail\n}\n"
)
BOTH = CALL % "trail = aws_cloudtrail.t.arn\n  role = aws_iam_role.r.arn"
NAME = "description = aws_cloudtrail.t.name"
ALL_OF_IT = "Cycle: module.m.var.trail (expand), module.m (close), aws_iam_role.r, aws_cloudtrail.t"
ROLE_AND_TRAIL = ["Cycle: aws_iam_role.r, aws_cloudtrail.t"]
TOPIC = 'resource "aws_sns_topic" "s" {\n  %s\n}\n'
ALT = 'provider["registry.terraform.io/hashicorp/alt"]'
AWS = 'provider["registry.terraform.io/hashicorp/aws"]'


def _scan(folder: Path, text: str, role: str = "aws_iam_role.r.arn", m: str = "") -> list[str]:
    (folder / "main.tf").write_text(text.replace("ROLE", role, 1), encoding="utf-8")
    if m:
        (folder / "m").mkdir()
        (folder / "m" / "main.tf").write_text(m, encoding="utf-8")
    report = trailcheck.scan([str(folder)], Config(profile="all"))
    (trail,) = report.trails
    circles = [d.summary.partition("refuse this: ")[2] for d in report.diagnostics]
    assert circles == ([trail.when] if trail.when else [])
    assert bool(circles) is (trail.integrated is not True)
    assert not circles or all(v.outcome.value != "pass" for v in report.verdicts)
    return circles


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (CHAIN, []),
        (CHAIN.replace("# IN_ROLE", NAME), ["Cycle: aws_iam_role.r, aws_cloudtrail.t"]),
        (
            CHAIN.replace("# IN_ROLE", "depends_on = [aws_cloudtrail.t]"),
            ["Cycle: aws_iam_role.r, aws_cloudtrail.t"],
        ),
        (CHAIN.replace("# IN_POLICY", "name = aws_cloudtrail.t.name"), []),
        (CHAIN.replace("# TRAIL", "depends_on = [aws_iam_role_policy.p]"), []),
        (
            CHAIN.replace("# TRAIL", "depends_on = [aws_iam_role_policy.p]").replace(
                "# IN_POLICY", "name = aws_cloudtrail.t.name"
            ),
            ["Cycle: aws_iam_role_policy.p, aws_cloudtrail.t"],
        ),
        (
            CHAIN.replace("# IN_ROLE", "description = local.a")
            + "locals {\n  a = local.b\n  b = aws_cloudtrail.t.name\n}\n",
            ["Cycle: local.b (expand), local.a (expand), aws_iam_role.r, aws_cloudtrail.t"],
        ),
        (
            CHAIN.replace("# IN_ROLE", "description = data.aws_iam_policy_document.d.json")
            + 'data "aws_iam_policy_document" "d" {\n'
            "  statement {\n    resources = [aws_cloudtrail.t.arn]\n  }\n}\n",
            ["Cycle: data.aws_iam_policy_document.d, aws_iam_role.r, aws_cloudtrail.t"],
        ),
        (CHAIN.replace("# IN_ROLE", "lifecycle {\n ignore_changes = [description]\n}"), []),
        (
            CHAIN.replace(
                "# IN_ROLE", "lifecycle {\n replace_triggered_by = [aws_cloudtrail.t]\n}"
            ),
            ["Cycle: aws_iam_role.r, aws_cloudtrail.t"],
        ),
        (
            CHAIN.replace("# IN_ROLE", "description = aws_iam_role.r.name"),
            ["aws_iam_role.r refers to itself"],
        ),
        (CHAIN + "locals {\n  a = [for t in [1] : t]\n  t = local.a\n}\n", []),
        (
            CHAIN.replace("# IN_ROLE", "description = resource.aws_cloudtrail.t.name"),
            ROLE_AND_TRAIL,
        ),
        (CHAIN.replace("# IN_ROLE", "description = (aws_cloudtrail\n .t.name)"), ROLE_AND_TRAIL),
        (
            CHAIN.replace("# IN_ROLE", "description = (aws_cloudtrail /* */ .t.name)"),
            ROLE_AND_TRAIL,
        ),
        (CHAIN.replace("# IN_ROLE", 'description = "aws_cloudtrail.t" # aws_cloudtrail.t'), []),
        (CHAIN.replace("# IN_ROLE", "depends_on = [aws_iam_role.r]"), []),
    ],
)
def test_circles_of_blocks(tmp_path: Path, text: str, expected: list[str]) -> None:
    """Terraform orders whole blocks: `depends_on` and `count` count, ignored changes do not."""
    assert _scan(tmp_path, text) == expected


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ('lifecycle {\n postcondition {\n condition = COND\n error_message = ""\n }\n }', True),
        ('provisioner "local-exec" {\n command = aws_cloudtrail.t.name\n }', True),
        ("connection {\n host = aws_cloudtrail.t.name\n }", True),
        ('provisioner "local-exec" {\n command = aws_iam_role.r.name\n }', False),
        ("dynamic B {\n for_each = [aws_cloudtrail.t.name]\n content {}\n }", True),
        ("dynamic B {\n for_each = [1]\n content {\n name = aws_cloudtrail.t.name\n }\n }", True),
        (
            (
                "dynamic B {\n for_each = []\n iterator = aws_cloudtrail\n"
                " content {\n name = aws_cloudtrail.t.name\n }\n }"
            ),
            False,
        ),
        ('description = join("", [for aws_cloudtrail in [{ t = "" }] : aws_cloudtrail.t])', False),
        ('description = join("", [for aws_cloudtrail in [aws_cloudtrail.t] : ""])', True),
    ],
)
def test_circles_of_what_is_in_a_block(tmp_path: Path, inside: str, *, expected: bool) -> None:
    """All of a block counts but what a name of its own hides, and what runs when it is there."""
    said = inside.replace("COND", 'aws_cloudtrail.t.name != ""').replace(" B ", ' "tags" ')
    found = _scan(tmp_path, CHAIN.replace("# IN_ROLE", said))
    assert found == (ROLE_AND_TRAIL if expected else [])


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (
            "locals {\n  a = local.b\n  b = local.a\n}\n",
            ["Cycle: local.b (expand), local.a (expand)"],
        ),
        ("locals {\n  a = [local.a]\n}\n", ["local.a (expand) refers to itself"]),
        (TOPIC % "name = aws_sns_topic.s.arn", ["aws_sns_topic.s refers to itself"]),
        (TOPIC % "count = 0\n  name = aws_sns_topic.s[0].arn", []),
        (
            TOPIC % "count = 0\n  name = local.a" + "locals {\n  a = aws_sns_topic.s[*].arn\n}\n",
            ["Cycle: local.a (expand), aws_sns_topic.s"],
        ),
        (
            TOPIC % "count = 0\n  name = data.aws_iam_role.d.arn"
            + 'data "aws_iam_role" "d" {\n  name = aws_sns_topic.s[0].arn\n}\n',
            ["Cycle: data.aws_iam_role.d, aws_sns_topic.s"],
        ),
    ],
)
def test_a_circle_anywhere_refuses_the_root(tmp_path: Path, more: str, expected: list[str]) -> None:
    """Terraform plans a configuration as a whole or not at all, whatever it creates."""
    assert _scan(tmp_path, CHAIN + more) == expected


CHECK = (
    'check "c" {\n  data "alt_thing" "d" {\n    name = aws_cloudtrail.t.name\n  }\n'
    '  assert {\n    condition = data.alt_thing.d.arn != ""\n    error_message = "."\n  }\n}\n'
)
VARIABLE = (
    'variable "v" {\n  default = ""\n  validation {\n    condition = var.v != COND\n'
    '    error_message = ""\n  }\n}\n'
)


@pytest.mark.parametrize(
    ("in_role", "more", "expected"),
    [
        ("description = var.v", VARIABLE.replace("COND", '"x"'), []),
        ("", VARIABLE.replace("COND", "aws_cloudtrail.t.name"), []),
        (
            "description = var.v",
            VARIABLE.replace("COND", "aws_cloudtrail.t.name"),
            ["Cycle: var.v (validation), aws_iam_role.r, aws_cloudtrail.t"],
        ),
        (
            "",
            VARIABLE.replace("COND", "local.v") + "locals {\n  v = var.v\n}\n",
            ["Cycle: var.v (validation), local.v (expand)"],
        ),
        ("", "import {\n  to = aws_iam_role.r\n  id = aws_cloudtrail.t.name\n}\n", ROLE_AND_TRAIL),
        (
            "description = module.m[0].x",
            CALL % "count = 1"
            + "import {\n  to = module.m[0].aws_sns_topic.s\n  id = aws_cloudtrail.t.name\n}\n",
            [
                (
                    "Cycle: module.m.aws_sns_topic.s, module.m.output.x (expand), aws_iam_role.r, "
                    "aws_cloudtrail.t"
                )
            ],
        ),
        (
            "description = data.alt_thing.d.arn",
            CHECK,
            ["Cycle: data.alt_thing.d, aws_iam_role.r, aws_cloudtrail.t"],
        ),
    ],
)
def test_circles_of_blocks_that_create_nothing(
    tmp_path: Path, in_role: str, more: str, expected: list[str]
) -> None:
    """Who reads a variable waits for its validation, and what is imported for its id."""
    m = TOPIC % "" + 'output "x" {\n  value = aws_sns_topic.s.arn\n}\n'
    assert _scan(tmp_path, CHAIN.replace("# IN_ROLE", in_role) + more, m=m) == expected


@pytest.mark.parametrize(
    ("role", "call", "m", "in_trail", "expected"),
    [
        ("module.m.role", BOTH, PASSED, "", []),
        (
            "values(module.m)[0]",
            BOTH,
            PASSED,
            "",
            ["Cycle: module.m.var.trail (expand), module.m (close), aws_cloudtrail.t"],
        ),
        (
            "module.m.role",
            CALL % "role = aws_iam_role.r.arn\n  depends_on = [aws_cloudtrail.t]",
            PASSED,
            "",
            ["Cycle: module.m (expand), module.m.output.role (expand), aws_cloudtrail.t"],
        ),
        (
            "module.m[0].role",
            CALL % "role = aws_iam_role.r.arn\n  count = length([aws_cloudtrail.t.name])",
            PASSED,
            "",
            ["Cycle: module.m (expand), module.m.output.role (expand), aws_cloudtrail.t"],
        ),
        ("aws_iam_role.r.arn", BOTH, CREATED, "", []),
        (
            "aws_iam_role.r.arn",
            BOTH,
            CREATED,
            "depends_on = [module.m]",
            ["Cycle: module.m.var.trail (expand), module.m (close), aws_cloudtrail.t"],
        ),
        (
            "aws_iam_role.r.arn",
            CALL % "role = aws_iam_role.r.arn",
            CREATED,
            "depends_on = [module.m]",
            [],
        ),
    ],
)
def test_circles_through_modules(  # noqa: PLR0913, PLR0917 - the parts of a configuration
    tmp_path: Path, role: str, call: str, m: str, in_trail: str, expected: list[str]
) -> None:
    """What goes into a module and out of it is ordered one by one; `depends_on` waits for all."""
    text = CHAIN.replace("# TRAIL", in_trail) + call
    assert _scan(tmp_path, text, role, m) == expected


@pytest.mark.parametrize(
    ("said", "how", "expected"),
    [
        ("module.m.role", "", False),
        ("module.m[0].role", "count = 1", False),
        ('module.m["0"].role', "count = 1", False),
        ("module.m.0.role", "count = 1", False),
        ('module.m["a.b"].role', 'for_each = toset(["a.b"])', False),
        ('try(module.m.role, "")', "", False),
        ("module.m[*].role", "count = 1", True),
        ("module.m.*.role", "count = 1", True),
        ("module.m[1 - 1].role", "count = 1", True),
        ("module.m[(0)].role", "count = 1", True),
        ('module.m["${"k"}"].role', 'for_each = toset(["k"])', True),
        ("[for m in module.m : m.role]", 'for_each = toset(["k"])', True),
        ('module.m["role"]', "", True),
        ("(module.m).role", "", True),
        ("module.m[*].role", "count = 0", True),
    ],
)
def test_all_of_a_module_or_one_output(
    tmp_path: Path, said: str, how: str, *, expected: bool
) -> None:
    """Only `module.m.x`, with no key but a constant, is less than all of the module."""
    text = CHAIN.replace("# IN_ROLE", f"description = jsonencode([{said}])")
    call = CALL % f"trail = aws_cloudtrail.t.arn\n  {how}"
    assert _scan(tmp_path, text + call, m=PASSED) == ([ALL_OF_IT] if expected else [])


@pytest.mark.parametrize(
    ("call", "m", "before", "expected"),
    [
        ("trail = aws_cloudtrail.t.arn", 'variable "trail" {\n}\n', "module.m", [ALL_OF_IT]),
        ("trail = aws_cloudtrail.t.arn", PASSED, "module.m.role", []),
        (
            "trail = aws_cloudtrail.t.arn",
            PASSED,
            "module.m.trail",
            [
                (
                    "Cycle: module.m.var.trail (expand), module.m.output.trail (expand), "
                    "aws_iam_role.r, aws_cloudtrail.t"
                )
            ],
        ),
        (
            "depends_on = [aws_cloudtrail.t]",
            "# Nothing.\n",
            "module.m",
            ["Cycle: module.m (expand), module.m (close), aws_iam_role.r, aws_cloudtrail.t"],
        ),
        (
            "",
            'module "n" {\n  source = "./n"\n}\n',
            "module.m",
            ["Cycle: module.m.module.n.local.b (expand), module.m.module.n.local.a (expand)"],
        ),
        (
            'source = "acme/remote/aws"\n  anything = aws_cloudtrail.t.arn',
            "",
            "module.m",
            [ALL_OF_IT.replace("var.trail", "var.anything")],
        ),
        (
            "trail = module.m.role\n  role = module.m.trail",
            PASSED,
            "aws_sns_topic.none",
            [
                (
                    "Cycle: module.m.output.role (expand), module.m.var.trail (expand), "
                    "module.m.output.trail (expand), module.m.var.role (expand)"
                )
            ],
        ),
    ],
)
def test_the_end_of_a_module(
    tmp_path: Path, call: str, m: str, before: str, expected: list[str]
) -> None:
    """It waits for all that is in the module, for what is given to it, and for its call."""
    text = CHAIN.replace("# IN_ROLE", f"depends_on = [{before}]")
    said = (CALL % call).replace('source = "./m"\n  source', "source")
    (tmp_path / "m" / "n").mkdir(parents=True)
    nested = "locals {\n  a = local.b\n  b = local.a\n}\n"
    (tmp_path / "m" / "n" / "main.tf").write_text(nested, encoding="utf-8")
    (tmp_path / "m" / "main.tf").write_text(m, encoding="utf-8")
    assert _scan(tmp_path, text + said) == expected


PROVIDER = 'provider "%s" {\n  %s\n}\n'
THING = 'resource "alt_thing" "s" {\n  %s\n}\noutput "s" {\n  value = alt_thing.s.arn\n}\n'
OWN = 'provider "alt" {\n  %s\n}\n'
NAMED = (
    "terraform {\n  required_providers {\n    p = {\n"
    '      source = "hashicorp/alt"\n    }\n  }\n}\n'
)
BY_ALT = (
    f"Cycle: {ALT}, module.m.alt_thing.s, module.m.output.s (expand), aws_iam_role.r, "
    "aws_cloudtrail.t"
)


@pytest.mark.parametrize(
    ("in_role", "more", "m", "expected"),
    [
        (
            "",
            PROVIDER % ("aws", "assume_role {\n    role_arn = aws_iam_role.r.arn\n  }"),
            "",
            [f"Cycle: {AWS}, aws_iam_role.r"],
        ),
        ("", PROVIDER % ("alt", "host = aws_cloudtrail.t.arn"), "", []),
        ("", PROVIDER % ("aws", "region = local.r") + 'locals {\n  r = "eu-west-1"\n}\n', "", []),
        (
            "",
            PROVIDER % ("aws", "region = data.aws_region.r.name") + 'data "aws_region" "r" {\n}\n',
            "",
            [f"Cycle: {AWS}, data.aws_region.r"],
        ),
        (
            "description = alt_thing.s.arn",
            PROVIDER % ("alt", "host = aws_cloudtrail.t.arn") + THING % "",
            "",
            [f"Cycle: {ALT}, alt_thing.s, aws_iam_role.r, aws_cloudtrail.t"],
        ),
        (
            "description = alt_thing.s.arn",
            PROVIDER % ("alt", 'alias = "x"\n  host = aws_cloudtrail.t.arn') + THING % "",
            "",
            [],
        ),
        (
            "description = alt_thing.s.arn",
            PROVIDER % ("alt", 'alias = "x"\n  host = aws_cloudtrail.t.arn')
            + THING % "provider = alt.x",
            "",
            [f"Cycle: {ALT}.x, alt_thing.s, aws_iam_role.r, aws_cloudtrail.t"],
        ),
        (
            "description = module.m.s",
            PROVIDER % ("alt", "host = aws_cloudtrail.t.arn") + CALL % "",
            THING % "",
            [BY_ALT],
        ),
        (
            "description = module.m.s",
            PROVIDER % ("alt", "host = aws_cloudtrail.t.arn") + CALL % "",
            OWN % "" + THING % "",
            [],
        ),
        (
            "description = module.m.s",
            PROVIDER % ("alt", "host = aws_cloudtrail.t.arn") + CALL % "",
            NAMED + THING % "provider = p",
            [BY_ALT],
        ),
        (
            "description = module.m.s",
            PROVIDER % ("alt", 'alias = "x"\n  host = aws_cloudtrail.t.arn')
            + CALL % "providers = {\n    alt = alt.x\n  }",
            OWN % "" + THING % "",
            [BY_ALT.replace(ALT, f"{ALT}.x")],
        ),
        (
            "description = module.m.s",
            PROVIDER % ("alt", 'alias = "x"\n  host = aws_cloudtrail.t.arn')
            + CALL % "providers = {\n    p.y = alt.x\n  }",
            NAMED.replace('alt"', 'alt"\n      configuration_aliases = [p.y]')
            + THING % "provider = p.y",
            [BY_ALT.replace(ALT, f"{ALT}.x")],
        ),
        (
            "description = module.m.s",
            CALL % "trail = aws_cloudtrail.t.arn",
            'variable "trail" {\n}\n' + OWN % "host = var.trail" + THING % "",
            [BY_ALT.replace(ALT, f"module.m.var.trail (expand), module.m.{ALT}")],
        ),
        (
            "",
            PROVIDER % ("alt", "host = module.m.s") + CALL % "",
            THING % "",
            [f"Cycle: module.m.alt_thing.s, module.m.output.s (expand), {ALT}"],
        ),
        (
            "",
            PROVIDER % ("alt", "host = join(module.m[*].n)") + CALL % "count = 1",
            THING % "" + 'output "n" {\n  value = ""\n}\n',
            [f"Cycle: {ALT}, module.m.alt_thing.s, module.m (close)"],
        ),
    ],
)
def test_circles_through_providers(
    tmp_path: Path, in_role: str, more: str, m: str, expected: list[str]
) -> None:
    """A resource waits for its provider, whatever its module calls it and from where it comes."""
    assert _scan(tmp_path, CHAIN.replace("# IN_ROLE", in_role) + more, m=m) == expected


@pytest.mark.parametrize(
    ("s", "expected"),
    [
        ('{"name": "${aws_cloudtrail.t.name}"}', True),
        ('{"name": "${aws_cloud\\u0074rail.t.name}"}', True),
        ('{"name": "aws_cloudtrail.t.name"}', False),
        ('{"depends_on": ["aws_cloudtrail.t"]}', True),
        ('{"lifecycle": {"replace_triggered_by": ["aws_cloudtrail.t"]}}', True),
        ('{"lifecycle": {"ignore_changes": ["name"]}, "name": "${aws_sns_topic.u.arn}"}', False),
    ],
)
def test_circles_in_json(tmp_path: Path, s: str, *, expected: bool) -> None:
    """JSON syntax says the same, with escapes too."""
    text = f'{{"resource": {{"aws_sns_topic": {{"s": {s}, "u": {{}}}}}}}}'
    (tmp_path / "more.tf.json").write_text(text, encoding="utf-8")
    found = _scan(tmp_path, CHAIN.replace("# IN_ROLE", "description = aws_sns_topic.s.arn"))
    assert found == (
        ["Cycle: aws_sns_topic.s, aws_iam_role.r, aws_cloudtrail.t"] if expected else []
    )


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("${module.m.role}", False),
        ("${(module.m.role)}", False),
        ("${(module.m).role}", True),
        ("a ${upper(( module.m ).role)}", True),
        ('${module.m["role"]}', True),
    ],
)
def test_brackets_in_json_take_all_of_a_module(
    tmp_path: Path, role: str, *, expected: bool
) -> None:
    """In strings of JSON as elsewhere: `(module.m).role` waits for the end of the module."""
    call = BOTH.replace("role = aws_iam_role.r.arn", "")
    role_ = {"resource": {"aws_sns_topic": {"s": {"name": role}}}}
    (tmp_path / "more.tf.json").write_text(json.dumps(role_), encoding="utf-8")
    chain = CHAIN.replace("# IN_ROLE", "description = aws_sns_topic.s.arn")
    assert bool(_scan(tmp_path, chain + call, m=CREATED)) is expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"name": "${aws_cloudtrail.t.name}"}, True),
        ({"depends_on": ["aws_cloudtrail.t"]}, True),
        ({"name": "${data.alt_thing.d.id}"}, True),
        ({"name": "aws_cloudtrail.t.name"}, False),
    ],
)
@pytest.mark.parametrize("listed", [False, True])
def test_data_of_a_check_is_in_order_with_the_others(
    tmp_path: Path, data: dict[str, object], *, expected: bool, listed: bool
) -> None:
    """In JSON as in HCL, and what refers to itself is refused there too."""
    body: object = [{"alt_thing": [{"d": [data]}]}] if listed else {"alt_thing": {"d": data}}
    asserted = {"condition": "${data.alt_thing.d.id != null}", "error_message": "x"}
    check = {"check": {"c": {"data": body, "assert": asserted}}}
    (tmp_path / "more.tf.json").write_text(json.dumps(check), encoding="utf-8")
    chain = CHAIN.replace("# IN_ROLE", "description = data.alt_thing.d.id")
    assert bool(_scan(tmp_path, chain)) is expected


def test_circles_of_overrides(tmp_path: Path) -> None:
    """What an override says counts, and what it replaces does not."""
    text = TOPIC.replace('"s"', '"o"') % "name = aws_cloudtrail.t.name"
    over = text.replace("aws_cloudtrail.t.name", '"o"')
    role = CHAIN.replace("# IN_ROLE", "description = aws_sns_topic.o.arn")
    (tmp_path / "x_override.tf").write_text(over, encoding="utf-8")
    assert _scan(tmp_path, role + text) == []
    (tmp_path / "x_override.tf").write_text(text, encoding="utf-8")
    assert _scan(tmp_path, role + over) == [
        "Cycle: aws_sns_topic.o, aws_iam_role.r, aws_cloudtrail.t"
    ]


def test_a_trail_whose_region_is_made_of_it(tmp_path: Path) -> None:
    """An ARN that is made of itself ends."""
    text = CHAIN.replace("ROLE", "aws_iam_role.r.arn", 1)
    region = 'provider "aws" {\n  region = aws_cloudtrail.t.arn\n}\n'
    (tmp_path / "main.tf").write_text(text + region, encoding="utf-8")
    report = trailcheck.scan([str(tmp_path)], Config(profile="all"))
    assert [trail.integrated for trail in report.trails] != [True]
    assert [d.summary for d in report.diagnostics] == [
        f"Terraform would refuse this: Cycle: {AWS}, aws_cloudtrail.t"
    ]


def test_calls_are_bounded(tmp_path: Path) -> None:
    """Modules that call each other tenfold, and create nothing, end with code that was not read."""
    for level in range(8):
        (tmp_path / f"l{level}").mkdir()
        below = 10 if level < 7 else 0
        calls = (f'module "m{n}" {{\n  source = "../l{level + 1}"\n}}\n' for n in range(below))
        (tmp_path / f"l{level}" / "main.tf").write_text("".join(calls), encoding="utf-8")
    (tmp_path / "main.tf").write_text(
        CHAIN.replace("ROLE", "aws_iam_role.r.arn", 1)
        + 'module "l" {\n  source = "./l0"\n  count = 0\n}\n',
        encoding="utf-8",
    )
    report = trailcheck.scan([str(tmp_path)], Config(profile="all"))
    assert "too many module calls" in {d.summary for d in report.diagnostics}
    assert all(v.outcome.value != "pass" for v in report.verdicts)
