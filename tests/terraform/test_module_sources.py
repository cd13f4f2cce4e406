"""Where modules come from: what `terraform init` left in the checkout, and what lies beyond."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

import trailcheck
from trailcheck.config import Config
from trailcheck.errors import Impact
from trailcheck.report.summary import exit_code
from trailcheck.terraform import addresses

if TYPE_CHECKING:
    from pathlib import Path

    from trailcheck.result import Report

TRAIL = """
variable "name" { default = "t" }
variable "group" { default = null }
resource "aws_cloudtrail" "t" {
  name                       = var.name
  s3_bucket_name             = "b"
  cloud_watch_logs_group_arn = var.group
}
"""
CALL = 'module "a" {\n  source  = "acme/audit/aws"\n  version = "~> 1.0"\n}\n'
HERE = {"Key": "a", "Source": "registry.terraform.io/acme/audit/aws", "Version": "1.2.3"}


def tree(root: Path, files: dict[str, object], *paths: str, repository: str = ".") -> Report:
    """Write files and scan paths; what is not text is written as JSON."""
    (root / repository / ".git").mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content))
    return trailcheck.scan([str(root / p) for p in paths or (repository,)], Config(profile="all"))


def installed(*entries: dict[str, object]) -> dict[str, object]:
    """Return the content of a list of installed modules."""
    return {"Modules": [{"Key": "", "Source": "", "Dir": "."}, *entries]}


def addresses_of(said: Report) -> list[str]:
    """Return the addresses of the trails."""
    return [t.address for t in said.trails]


LIST = ".terraform/modules/modules.json"


def test_a_module_is_read_where_init_put_it(tmp_path: Path) -> None:
    """A registry module that is at hand is read like one of the repository."""
    said = tree(
        tmp_path,
        {
            "main.tf": CALL.replace("}", '  name = "audit"\n}'),
            LIST: installed({**HERE, "Dir": ".terraform/modules/a"}),
            ".terraform/modules/a/main.tf": TRAIL,
        },
    )
    assert addresses_of(said) == ["module.a.aws_cloudtrail.t"]
    assert said.trails[0].span.source.path == ".terraform/modules/a/main.tf"
    assert said.diagnostics == ()
    assert said.files_seen == 1


def test_calls_below_are_found_by_their_path(tmp_path: Path) -> None:
    """`a.b` is the call b inside the module that a calls, local modules in between included."""
    said = tree(
        tmp_path,
        {
            "main.tf": 'module "l" {\n  source = "./local"\n}\n',
            "local/main.tf": CALL,
            LIST: installed(
                {"Key": "l", "Source": "./local", "Dir": "local"},
                {**HERE, "Key": "l.a", "Dir": ".terraform/modules/l.a/inner"},
                {
                    "Key": "l.a.b",
                    "Source": "git::https://example.org/b.git",
                    "Dir": ".terraform/modules/l.a.b",
                },
            ),
            ".terraform/modules/l.a/inner/main.tf": 'module "b" {\n'
            '  source = "git::https://example.org/b.git"\n}\n'
            'module "up" {\n  source = "../beside"\n}\n',
            ".terraform/modules/l.a/beside/main.tf": TRAIL,
            ".terraform/modules/l.a.b/main.tf": TRAIL,
        },
    )
    assert addresses_of(said) == [
        "module.l.module.a.module.b.aws_cloudtrail.t",
        "module.l.module.a.module.up.aws_cloudtrail.t",
    ]


def test_the_list_of_a_root_above_counts_for_what_it_calls(tmp_path: Path) -> None:
    """A module that is scanned by itself finds its own calls in the list of its caller."""
    files = {
        "env/main.tf": 'module "m" {\n  source = "./m"\n}\n',
        "env/m/main.tf": CALL,
        "env/" + LIST: installed(
            {"Key": "m", "Source": "./m", "Dir": "m"},
            {**HERE, "Key": "m.a", "Dir": ".terraform/modules/m.a"},
        ),
        "env/.terraform/modules/m.a/main.tf": TRAIL + "# aws_cloudtrail\n",
    }
    assert addresses_of(tree(tmp_path, files, "env/m")) == ["module.a.aws_cloudtrail.t"]
    assert addresses_of(tree(tmp_path, files, "env")) == ["module.m.module.a.aws_cloudtrail.t"]


def test_what_is_at_hand_comes_before_a_model(tmp_path: Path) -> None:
    """The module's own code is better than anything said about it."""
    said = tree(
        tmp_path,
        {
            "main.tf": 'module "a" {\n  source = "trussworks/cloudtrail/aws"\n'
            '  version = "5.3.0"\n  s3_bucket_name = "b"\n}\n',
            LIST: installed(
                {
                    "Key": "a",
                    "Source": "registry.terraform.io/trussworks/cloudtrail/aws",
                    "Version": "5.3.0",
                    "Dir": ".terraform/modules/a",
                }
            ),
            ".terraform/modules/a/main.tf": TRAIL,
        },
    )
    assert addresses_of(said) == ["module.a.aws_cloudtrail.t"]
    assert not any("model" in a for a in said.assumptions)


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ({"Source": "acme/other/aws"}, "holds another source (acme/other/aws)"),
        ({"Version": "2.0.0"}, "holds version 2.0.0"),
        ({"Dir": ".terraform/modules/gone"}, "where nothing is"),
    ],
)
def test_a_stale_list_is_a_boundary(tmp_path: Path, entry: dict[str, object], reason: str) -> None:
    """What Terraform itself would fetch anew is not taken for the module; the reason says so."""
    said = tree(
        tmp_path,
        {
            "main.tf": CALL + 'resource "aws_cloudtrail" "t" {\n  name = "t"\n'
            '  s3_bucket_name = "b"\n  cloud_watch_logs_group_arn = module.a.group\n}\n',
            LIST: installed({**HERE, "Dir": ".terraform/modules/a", **entry}),
            ".terraform/modules/a/main.tf": TRAIL,
        },
    )
    [trail] = said.trails
    assert trail.address == "aws_cloudtrail.t"
    assert reason in str(trail.facts.log_group.reason)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[1, 2]",
        "[" * 100_000,
        '{"Modules": 3}',
        '{"Modules": [3]}',
        '{"Modules": [{"Key": "a"}]}',
        '{"Modules": [{"Key": "a", "Source": [], "Dir": "x"}]}',
        installed({**HERE, "Dir": "../../outside"}),
        installed({**HERE, "Dir": "/etc"}),
        installed({**HERE, "Dir": "a\0b"}),
        installed({**HERE, "Dir": "."}, {**HERE, "Dir": "x"}),
    ],
)
def test_a_broken_list_is_one_diagnostic(tmp_path: Path, content: object) -> None:
    """A forged or broken list leads nowhere; the rest of the root is read."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "main.tf").write_text(TRAIL)
    own = 'resource "aws_cloudtrail" "t" {\n  name = "t"\n  s3_bucket_name = "b"\n}\n'
    said = tree(
        tmp_path,
        {"repository/main.tf": CALL + own, f"repository/{LIST}": content},
        repository="repository",
    )
    assert "aws_cloudtrail.t" in addresses_of(said)
    problems = [d for d in said.diagnostics if d.path == LIST]
    assert len(problems) == 1
    assert problems[0].impact is Impact.NOTICE
    assert not any("outside" in s.path for s in said.sources)


def test_a_link_out_of_the_repository_is_not_followed(tmp_path: Path) -> None:
    """The real path counts: a link in `.terraform` leads no further than any other."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "main.tf").write_text(TRAIL)
    modules = tmp_path / "repository/.terraform/modules"
    modules.mkdir(parents=True)
    (modules / "a").symlink_to(outside)
    said = tree(
        tmp_path,
        {
            "repository/main.tf": CALL + "# cloudtrail\n",
            f"repository/{LIST}": installed({**HERE, "Dir": ".terraform/modules/a"}),
        },
        repository="repository",
    )
    assert said.trails == ()
    assert [d.path for d in said.diagnostics if "outside the repository" in d.summary] == [LIST]


def test_a_list_that_leads_in_a_circle_ends(tmp_path: Path) -> None:
    """A module that is said to be its own caller is not followed again."""
    said = tree(
        tmp_path,
        {
            "main.tf": CALL + TRAIL,
            LIST: installed({**HERE, "Dir": "."}, {**HERE, "Key": "a.a", "Dir": "."}),
        },
    )
    assert addresses_of(said) == ["aws_cloudtrail.t"]
    assert [d.summary for d in said.diagnostics] == ["module.a is nested too deeply"]


# The boundary


def remote(name: str, source: str, body: str = "") -> str:
    """Return a call of a module that is nowhere at hand."""
    return f'module "{name}" {{\n  source = "{source}"\n{body}}}\n'


@pytest.mark.parametrize(
    "text",
    [
        remote("m", "acme/cloudtrail/aws"),
        remote("m", "git::https://example.org/terraform-aws-cloudtrail.git?ref=v1"),
        remote("m", "s3::https://s3.amazonaws.com/modules/cloud-trail.zip"),
        remote("cloudtrail", "git::https://example.org/audit.git"),
        remote("m", "git::https://example.org/audit.git", "  enable_cloudtrail = true\n"),
        remote("m", "trussworks/cloudtrail/aws", '  version = "99.0.0"\n'),
    ],
)
def test_a_trail_beyond_the_boundary_is_not_silence(tmp_path: Path, text: str) -> None:
    """A root whose only trail may be in a remote module does not look like one without a trail."""
    said = tree(tmp_path, {"main.tf": text})
    assert said.trails == ()
    [problem] = said.diagnostics
    assert problem.impact is Impact.UNREAD
    assert "may create a trail that was not read" in problem.summary
    assert "which is not in the repository" in problem.detail
    assert problem.span is not None
    assert exit_code(said, said.config) == 3


def test_beside_a_trail_the_boundary_is_a_note(tmp_path: Path) -> None:
    """What the root declares itself is judged all the same."""
    own = 'resource "aws_cloudtrail" "t" {\n  name = "t"\n  s3_bucket_name = "b"\n}\n'
    said = tree(tmp_path, {"main.tf": own + remote("m", "acme/cloudtrail/aws")})
    assert said.trails[0].integrated is False
    assert [d.impact for d in said.diagnostics] == [Impact.NOTICE]


def test_a_baseline_might_hold_a_trail(tmp_path: Path) -> None:
    """A module by the name of a baseline is worth a note: it may, and it may not."""
    said = tree(tmp_path, {"main.tf": remote("m", "acme/security-baseline/aws")})
    assert [d.impact for d in said.diagnostics] == [Impact.NOTICE]


@pytest.mark.parametrize(
    "text",
    [
        remote("cloudtrail_bucket", "terraform-aws-modules/s3-bucket/aws"),
        remote("m", "cloudposse/cloudtrail-s3-bucket/aws"),
        remote("m", "cloudposse/cloudtrail-cloudwatch-alarms/aws"),
        remote("m", "fivexl/cloudtrail-to-slack/aws"),
        remote("vpc", "terraform-aws-modules/vpc/aws"),
    ],
)
def test_modules_for_other_things_are_no_boundary(tmp_path: Path, text: str) -> None:
    """Buckets and alarms around a trail create none."""
    assert tree(tmp_path, {"main.tf": text}).diagnostics == ()


def test_a_verdict_names_the_call_and_what_went_in(tmp_path: Path) -> None:
    """What comes out of a remote module is unknown, and one fact would settle it."""
    said = tree(
        tmp_path,
        {
            "main.tf": remote("logs", "git::https://example.org/logs.git", '  name = "a"\n')
            + 'resource "aws_cloudtrail" "t" {\n  name = "t"\n  s3_bucket_name = "b"\n'
            "  cloud_watch_logs_group_arn = module.logs.arn\n}\n"
        },
    )
    verdict = next(v for v in said.verdicts if v.rule == "unlinked-trail")
    assert verdict.needs == ("module.logs",)
    assert (
        "module.logs comes from git::https://example.org/logs.git, which is not in the "
        "repository; name went in" in verdict.message
    )


# Addresses


@pytest.mark.parametrize(
    ("source", "module", "ref"),
    [
        ("acme/audit/aws", "acme/audit/aws", None),
        ("acme/audit/aws//modules/x", "acme/audit/aws//modules/x", None),
        ("registry.opentofu.org/Acme/audit/aws", "acme/audit/aws", None),
        ("github.com/acme/terraform-aws-audit", "acme/audit/aws", None),
        (
            "github.com/acme/terraform-aws-audit//modules/x?ref=1.0",
            "acme/audit/aws//modules/x",
            "1.0",
        ),
        (
            "git::https://github.com/acme/terraform-aws-audit.git//x?ref=v1.0.0",
            "acme/audit/aws//x",
            "v1.0.0",
        ),
        ("git@github.com:acme/terraform-aws-audit.git?ref=main", "acme/audit/aws", None),
        ("git::ssh://git@github.com/acme/terraform-null-label?ref=a", "acme/label/null", "a"),
    ],
)
def test_addresses_of_public_modules(source: str, module: str, ref: str | None) -> None:
    """Every spelling of a module leads to its address in the public registry."""
    found = addresses.parse(source)
    assert found is not None
    assert (found.module, found.ref) == (module, ref)


@pytest.mark.parametrize(
    "source",
    [
        "./acme/audit/aws",
        "hashicorp/aws",
        "app.terraform.io/acme/audit/aws",
        "github.com/acme/modules//audit",
        "git::https://gitlab.com/acme/terraform-aws-audit.git",
        "https://example.org/audit.zip",
        "github.com.example.org/acme/terraform-aws-audit",
    ],
)
def test_other_sources_have_no_public_address(source: str) -> None:
    """A private registry, another host or an archive is not what a model stands for."""
    assert addresses.parse(source) is None
