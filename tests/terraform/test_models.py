"""Models of public modules: what they decide, what they say, and that they are what they claim.

`compare_models.py` beside this file compares each model with the real module.
"""

from __future__ import annotations

import re
import sys
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from model_calls import AROUND, CALLS, LINKED

import trailcheck
from trailcheck.config import Config
from trailcheck.report import render
from trailcheck.source import Source
from trailcheck.terraform import addresses, models, syntax
from trailcheck.terraform.config import ModuleConfig, literal_text

if TYPE_CHECKING:
    from trailcheck.result import Report

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts"))
import models as page  # noqa: E402 - a script

RELEASES = page.known()
NAMES = [f"{r.module} {models.dotted(r.high)}" for r in RELEASES]


def report(folder: Path, text: str, name: str = "main.tf") -> Report:
    """Return what a scan of one file says."""
    (folder / ".git").mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
    return trailcheck.scan([str(folder)], Config(profile="all"))


def call(source: str, version: str | None, arguments: str, beside: str = "") -> str:
    """Return a configuration that calls a module as `m`."""
    pinned = f'  version = "{version}"\n' if version is not None else ""
    return f'module "m" {{\n  source = "{source}"\n{pinned}{arguments}}}\n{beside}'


def summary(said: Report) -> tuple[object, ...]:
    """Return what a model must get right: trails, facts and outcomes, without words and places."""
    trails = tuple(
        (
            t.address,
            t.integrated,
            t.exists,
            t.facts._replace(
                log_group=t.facts.log_group._replace(reason=None),
                role=t.facts.role._replace(reason=None),
            ),
        )
        for t in said.trails
    )
    verdicts = tuple((v.rule, v.subject, v.trail, v.outcome) for v in said.verdicts)
    return trails, verdicts


@pytest.mark.parametrize("release", RELEASES, ids=NAMES)
def test_a_model_is_whole(release: models.Release) -> None:
    """It parses without a diagnostic, says what it was checked against, and reads nothing else."""
    parsed = syntax.parse(Source("model.tf", models.text(release)))
    config = ModuleConfig("model", (parsed,))
    assert config.diagnostics == []
    text = models.text(release).decode()
    assert text.startswith(
        f"# Model of {release.module}, versions "
        f"{models.dotted(release.low)} to {models.dotted(release.high)}.\n"
    )
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", page.field(release, "checked"))
    assert page.field(release, "repository").startswith("https://github.com/")
    for version in models.digests(release):
        exact = addresses.version(version)
        assert exact is not None
        assert release.low <= exact <= release.high
    for block in config.calls.values():
        source = literal_text(block.body.arguments["source"].expression)
        assert source is not None
        address = addresses.parse(source)
        assert address is not None
        version = literal_text(block.body.arguments["version"].expression)
        assert isinstance(models.choose(address, version), models.Model)
    code = re.sub(r"(?m)^#.*", "", text)
    assert not re.search(r"\bpath\.|\bfile\w*\(|\bprovider \"", code)


def test_versions_of_a_module_do_not_overlap() -> None:
    """One version is modelled once."""
    for first, second in pairwise(RELEASES):
        assert first.module != second.module or first.high < second.low


def test_every_model_is_compared() -> None:
    """There are calls for each module of the table, and no others."""
    assert {r.module for r in RELEASES} == set(CALLS)


def test_the_page_is_up_to_date() -> None:
    """docs/models.md lists the models that are shipped."""
    assert page.PAGE.read_text() == page.page()


def test_a_call_is_decided_by_its_arguments(tmp_path: Path) -> None:
    """A whole trail comes out of one call; its retention is what the call passes."""
    whole = call(
        "trussworks/cloudtrail/aws",
        "5.3.0",
        '  s3_bucket_name = "b"\n  log_retention_days = 3653\n',
    )
    [trail] = report(tmp_path / "whole", whole).trails
    assert trail.integrated is True
    assert trail.address == "module.m.aws_cloudtrail.main"
    assert trail.facts.retention_days == 3653
    bare = call("cloudposse/cloudtrail/aws", "0.24.0", '  s3_bucket_name = "b"\n  name = "a"\n')
    [trail] = report(tmp_path / "bare", bare).trails
    assert trail.integrated is False
    assert trail.facts.log_group.state == "unlinked"


def test_places_are_those_of_the_call(tmp_path: Path) -> None:
    """No place leads into the package: evidence stands at the call, or at the argument."""
    text = AROUND + call(
        "cloudposse/cloudtrail/aws", "0.24.0", '  s3_bucket_name = "b"\n  name = "a"\n' + LINKED
    )
    said = report(tmp_path, text)
    [trail] = said.trails
    assert trail.span.text == 'module "m"'
    assert trail.span.source.path == "main.tf"
    for verdict in said.verdicts:
        for evidence in verdict.evidence:
            assert evidence.span.source in said.sources
            assert evidence.span.text in text
    link = next(v for v in said.verdicts if v.rule == "unlinked-trail")
    assert link.evidence[0].span.text.startswith('"${aws_cloudwatch_log_group.g.arn}')
    trails = [e for v in said.verdicts for e in v.evidence if e.note.startswith("the trail, ")]
    assert {e.note for e in trails} == {
        "the trail, by the model of cloudposse/cloudtrail/aws 0.24.0"
    }
    for name in ("text", "json", "sarif", "sarif-full"):
        assert "terraform/models" not in render(name, said)


def test_a_model_is_an_assumption(tmp_path: Path) -> None:
    """The report names each model once, with its calls, its versions and the day of the check."""
    text = call("trussworks/cloudtrail/aws", "~> 4.0", '  s3_bucket_name = "b"\n')
    said = report(tmp_path, text + text.replace('"m"', '"n"'))
    [line] = [a for a in said.assumptions if "model" in a]
    assert line.startswith("module.m, module.n are read by the model of trussworks/cloudtrail/aws ")
    assert "4.5.0, the newest version modelled that the call admits" in line
    assert "checked against 4.0.0 to 5.3.0 on 20" in line


@pytest.mark.parametrize(
    ("source", "version"),
    [
        ("trussworks/cloudtrail/aws", None),
        ("trussworks/cloudtrail/aws", ">= 4.0, < 6.0"),
        ("registry.terraform.io/trussworks/cloudtrail/aws", "= 5.3.0"),
        ("git::https://github.com/trussworks/terraform-aws-cloudtrail.git?ref=v5.3.0", None),
        ("git::https://github.com/trussworks/terraform-aws-cloudtrail?ref=tags/v5.3.0", None),
        ("git::ssh://git@github.com/trussworks/terraform-aws-cloudtrail.git?ref=v5.3.0", None),
        ("git@github.com:trussworks/terraform-aws-cloudtrail.git?depth=1&ref=v5.3.0", None),
        ("github.com/trussworks/terraform-aws-cloudtrail?ref=main", None),
        ("github.com/trussworks/terraform-aws-cloudtrail", None),
    ],
)
def test_one_module_has_many_spellings(tmp_path: Path, source: str, version: str | None) -> None:
    """Registry and git addresses of one module lead to the same model."""
    said = report(tmp_path, call(source, version, '  s3_bucket_name = "b"\n'))
    assert [t.address for t in said.trails] == ["module.m.aws_cloudtrail.main"]


@pytest.mark.parametrize(
    ("source", "version", "reason"),
    [
        ("trussworks/cloudtrail/aws", "6.0.0", "version 6.0.0 is not modelled"),
        ("trussworks/cloudtrail/aws", "~> 1.0", "version ~> 1.0 is not modelled"),
        ("trussworks/cloudtrail/aws", ">> 1", "the version '>> 1' is not understood"),
        (
            "github.com/trussworks/terraform-aws-cloudtrail?ref=0a1b2c3",
            None,
            "ref 0a1b2c3 names no version",
        ),
        ("app.terraform.io/trussworks/cloudtrail/aws", "5.3.0", "is not in the repository"),
        ("github.com/fork/terraform-aws-cloudtrail?ref=v5.3.0", None, "is not in the repository"),
        ("../../../outside/cloudtrail", None, "is not in the repository"),
    ],
)
def test_other_versions_are_a_boundary(
    tmp_path: Path, source: str, version: str | None, reason: str
) -> None:
    """What no model stands for is unknown, and the report says why."""
    beside = (
        'resource "aws_cloudtrail" "t" {\n  name = "t"\n  s3_bucket_name = "b"\n'
        "  cloud_watch_logs_group_arn = module.m.group\n"
        "  cloud_watch_logs_role_arn = module.m.role\n}\n"
    )
    said = report(tmp_path, call(source, version, "", beside))
    [trail] = said.trails
    assert trail.integrated is None
    assert reason in str(trail.facts.log_group.reason)
    assert all(v.needs for v in said.verdicts if v.rule == "unlinked-trail")


def test_an_output_that_is_not_modelled_is_unknown(tmp_path: Path) -> None:
    """Terraform would not refuse it, and so it is not called wrong."""
    beside = (
        'resource "aws_cloudtrail" "t" {\n  name = "t"\n  s3_bucket_name = "b"\n'
        "  cloud_watch_logs_group_arn = module.m.brand_new_output\n}\n"
    )
    said = report(tmp_path, call("trussworks/cloudtrail/aws", "5.3.0", "", beside))
    trail = next(t for t in said.trails if t.address == "aws_cloudtrail.t")
    assert "does not say what output brand_new_output is" in str(trail.facts.log_group.reason)


def test_models_are_looked_up_for_remote_sources_only(tmp_path: Path) -> None:
    """A plain scan lists no folder of models."""
    models.releases.cache_clear()
    local = 'resource "aws_cloudtrail" "t" {\n  name = "t"\n  s3_bucket_name = "b"\n}\n'
    report(tmp_path, local)
    assert models.releases.cache_info().misses == 0


@pytest.mark.parametrize(
    ("constraint", "version", "admitted"),
    [
        ("1.2.3", (1, 2, 3), True),
        ("= 1.2.3", (1, 2, 4), False),
        ("~> 1.2", (1, 9, 0), True),
        ("~> 1.2", (2, 0, 0), False),
        ("~> 1.2.3", (1, 2, 9), True),
        ("~> 1.2.3", (1, 3, 0), False),
        ("~> 2", (3, 0, 0), True),
        (">= 1.0, < 2.0", (2, 0, 0), False),
        (">= 1.0, < 2.0", (1, 99, 0), True),
        ("> 1.0.0", (1, 0, 0), False),
        ("<= v1.0.0", (1, 0, 0), True),
    ],
)
def test_version_constraints(
    constraint: str, version: tuple[int, int, int], *, admitted: bool
) -> None:
    """Constraints admit what Terraform's own admit."""
    wanted = addresses.admitted(constraint)
    assert wanted is not None
    assert wanted.meets(version, version) is admitted
