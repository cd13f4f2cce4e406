"""Provider configurations: what Terraform 1.11 refuses of who uses and passes them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from terraform.chains import Chain, plain, write
from trailcheck import scan

if TYPE_CHECKING:
    from pathlib import Path

P = 'provider "aws" {\n  region = "eu-west-1"\n}\n'
PX = 'provider "aws" {\n  alias  = "x"\n  region = "us-east-1"\n}\n'
EMPTY = 'provider "aws" {\n}\n'
EMPTY_X = 'provider "aws" {\n  alias = "x"\n}\n'
ANY = 'resource "aws_sns_topic" "t" {\n}\n'
X = 'resource "aws_sns_topic" "t" {\n  provider = aws.x\n}\n'
WANTS = """terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
      # configuration_aliases
    }
  }
}
"""
WANTS_X = WANTS.replace("# configuration_aliases", "configuration_aliases = [aws.x]")
AWS, FROM_X, TO_X = "{ aws = aws }", "{ aws = aws.x }", "{ aws.x = aws }"
BACKEND = 'terraform {\n  backend "local" {}\n}\n'


def _call(providers: str = "", more: str = "", name: str = "m") -> str:
    passed = f"\n  providers = {providers}" if providers else ""
    return f'module "{name}" {{\n  source = "./{name}"{passed}\n  {more}\n}}\n'


def _below(providers: str, more: str = "") -> str:
    return _call(providers, more, "k").replace('"./', '"../')


NOT_THERE = "module.m is passed the provider aws.x, which is not declared"
NOT_BELOW = "module.k is passed the provider aws, which is not declared"
NOT_PASSED = "module.m is not passed the provider aws.x"
NOT_USED = "aws_sns_topic.t uses the provider aws.x, which is not declared"
NUMBERED = "module.m has a provider block, which count, for_each and depends_on do not allow"
NUMBERED_BELOW = NUMBERED.replace("module.m", "module.k")
NOBODY = "nobody passes the root the provider aws.x"


@pytest.mark.parametrize(
    ("root", "m", "k", "said"),
    [
        (P + X, "", "", NOT_USED),
        (X.replace("{", "{\n  count = 0"), "", "", NOT_USED),
        (X.replace("resource", "data"), "", "", f"data.{NOT_USED}"),
        (P + PX + _call(), X, "", NOT_USED),
        (P + _call("", "count = 0"), X, "", NOT_USED),
        (P + _call(FROM_X), ANY, "", NOT_THERE),
        (P + _call("{\n    # aws = aws\n    aws = aws.x # us\n  }"), ANY, "", NOT_THERE),
        (P + _call('{ "aws" = "aws.x" }'), ANY, "", NOT_THERE),
        (
            P + PX + _call("", "o = {\n    providers = { aws.x = aws.x }\n  }"),
            WANTS_X,
            "",
            NOT_PASSED,
        ),
        (P + PX + _call("", "/*\n  providers = { aws.x = aws.x }\n  */"), WANTS_X, "", NOT_PASSED),
        (P + PX + _call("", "# providers = { aws.x = aws.x }"), WANTS_X, "", NOT_PASSED),
        (_call(AWS), ANY, "", NOT_THERE.replace(".x", "")),
        (ANY + _call(TO_X), WANTS_X + X, "", NOT_THERE.replace(".x", "")),
        (P + _call(), WANTS_X, "", NOT_PASSED),
        (P + PX + _call(AWS), WANTS_X, "", NOT_PASSED),
        (P + _call(), WANTS_X + EMPTY_X, "", NOT_PASSED),
        (P + _call(AWS), P, "", "module.m is passed the provider aws, and has its own"),
        (PX + _call(FROM_X), 'provider "aws" {\n  version = "5"\n}\n', "", "module.m is passed t"),
        (P + _call(TO_X), PX + X, "", "module.m is passed the provider aws.x, and has its own"),
        (P + _call("", "count = 1"), P, "", NUMBERED),
        (P + _call("", "count = 0"), PX, "", NUMBERED),
        (P + _call("", "for_each = toset([])"), _below(""), P, NUMBERED_BELOW),
        (P + ANY + _call(), ANY + _below("", "depends_on = [aws_sns_topic.t]"), P, NUMBERED_BELOW),
        (P + _call(), ANY + _below(AWS), ANY, NOT_BELOW),
        (P + _call(), WANTS + _below(AWS), ANY, NOT_BELOW),
        (P + _call(), PX + _below(AWS), ANY, NOT_BELOW),
        (P + PX + _call(), _below(FROM_X), ANY, NOT_BELOW.replace("aws,", "aws.x,")),
        (P + 'provider "foo" {\n}\n' + _call("{ aws = foo }"), ANY, "", "module.m is passed hash"),
        (P + _call("{ amazon = aws }"), ANY, "", "module.m is passed hashicorp/aws for hashicorp"),
        (P + PX + _call("{\n aws = aws.x\n aws = aws\n }"), ANY, "", "module.m is passed two prov"),
        (WANTS_X + P, "", "", NOBODY),
        (WANTS_X + P + _call(FROM_X), ANY, "", NOBODY),
    ],
)
def test_what_terraform_refuses_is_refused(
    tmp_path: Path, root: str, m: str, k: str, said: str
) -> None:
    """Wherever it stands in the root, nothing of which is then sound."""
    files = {"main.tf": plain(Chain())["main.tf"] + BACKEND + root, "m/main.tf": m, "k/main.tf": k}
    report = scan([write(tmp_path, files)])
    (found, *_) = [d.summary for d in report.diagnostics]
    assert found.startswith(f"Terraform would refuse this: {said}")
    assert report.trails[0].integrated is None


@pytest.mark.parametrize(
    ("root", "m", "k"),
    [
        (PX + X, "", ""),
        (PX + X.replace("aws.x", '"aws.x"'), "", ""),
        (X.replace("aws.x", "aws"), "", ""),
        (WANTS + _call(AWS), ANY, ""),
        (P + _call(TO_X), WANTS_X + X, ""),
        (P + _call(TO_X), X + EMPTY_X, ""),
        (P + _call(TO_X), ANY, ""),
        (P + _call(), WANTS_X + PX + X, ""),
        (PX + _call(FROM_X), EMPTY + ANY, ""),
        (P + _call(AWS), PX + X, ""),
        (P + _call("", "depends_on = []"), P, ""),
        (P + _call("", "count = 1"), EMPTY + EMPTY_X, ""),
        (P + _call(AWS), _below(AWS), ANY),
        (P + _call(), EMPTY + _below(AWS), ANY),
        (_call(), P + _below(AWS), ANY),
        (P + _call(TO_X), WANTS_X + _below("{ aws = aws.x }"), ANY),
        (PX + _call("{ aws.x = aws.x }"), WANTS_X + _below("{ aws.x = aws.x }"), WANTS_X + X),
        (PX + _call("{ amazon = aws.x }"), WANTS.replace("aws =", "amazon ="), ""),
        (WANTS_X + PX + X, "", ""),
    ],
)
def test_what_terraform_takes_is_no_matter(tmp_path: Path, root: str, m: str, k: str) -> None:
    """Each was planned by Terraform 1.11."""
    files = {"main.tf": plain(Chain())["main.tf"] + BACKEND + root, "m/main.tf": m, "k/main.tf": k}
    report = scan([write(tmp_path, files)])
    assert not report.diagnostics
    assert report.trails[0].integrated is True


TOPIC = {"resource": {"aws_sns_topic": {"t": {"provider": "aws.x"}}}}
JSON_X = {"provider": {"aws": {"alias": "x", "region": "us-east-1"}}}
JSON_WANTS = {"source": "hashicorp/aws", "configuration_aliases": ["aws.x"]}
REQUIRED = {"terraform": {"required_providers": {"aws": JSON_WANTS}}}


def _json_call(**more: object) -> dict[str, object]:
    return {"module": {"m": {"source": "./m", **more}}}


@pytest.mark.parametrize(
    ("root", "m", "said"),
    [
        (TOPIC, {}, NOT_USED),
        ({**TOPIC, **JSON_X}, {}, ""),
        (_json_call(providers={"aws": "aws.x"}), {}, NOT_THERE),
        ({**_json_call(providers={"aws": "aws.x"}), **JSON_X}, {}, ""),
        (_json_call(), REQUIRED, NOT_PASSED),
        (_json_call(providers={"aws.x": "aws"}), {**REQUIRED, **TOPIC}, ""),
        (_json_call(count=1), JSON_X, NUMBERED),
        (_json_call(depends_on=[]), JSON_X, ""),
    ],
)
def test_json_is_held_to_the_same(
    tmp_path: Path, root: dict[str, object], m: dict[str, object], said: str
) -> None:
    """Names of providers are texts there."""
    files = {"main.tf": plain(Chain())["main.tf"] + BACKEND + P, "r.tf.json": json.dumps(root)}
    report = scan([write(tmp_path, {**files, "m/m.tf.json": json.dumps(m)})])
    expected = [f"Terraform would refuse this: {said}"] if said else []
    assert [d.summary for d in report.diagnostics] == expected
    assert report.trails[0].integrated is (None if said else True)


@pytest.mark.parametrize(
    ("root", "m", "refused"),
    [
        (WANTS_X + X, "", False),
        (_call(AWS), ANY, False),
        (WANTS_X + _call(FROM_X), ANY, False),
        (X, "", True),
        (_call(FROM_X), ANY, True),
    ],
)
def test_a_directory_that_may_be_a_module_is_given_what_it_asks_for(
    tmp_path: Path, root: str, m: str, *, refused: bool
) -> None:
    """Whoever calls it can pass what it names, and nothing else."""
    files = {"main.tf": plain(Chain())["main.tf"] + root, "m/main.tf": m}
    report = scan([write(tmp_path, files)])
    assert bool(report.diagnostics) is refused
    assert report.trails[0].integrated is (None if refused else True)
