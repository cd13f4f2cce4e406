"""Every template of the repository, as an engine resolves it that nobody here wrote.

moto creates a stack of each, and every property of every resource, every attribute that rules ask
for, every output and the policies of every role must be what trailcheck says. `engine.py` tells
what moto does otherwise than CloudFormation.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cloudformation.compared import HERE, attachments, differences
from cloudformation.engine import engine
from cloudformation.texts import RefusedError, loaded, needed
from trailcheck.cloudformation.reader import Reading
from trailcheck.cloudformation.stacks.roots import Reader
from trailcheck.graph import Kind
from trailcheck.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudformation.engine import Engine

FIXTURES = Path(__file__).parents[2] / "fixtures"

GROUPS = "arn:aws:logs:us-east-1:123456789012:log-group"

REFUSED = {
    "invalid-role-arn/undecided.import.yaml": "No export named",
    "cdk/typescript/cdk.out/assembly-Strong/StrongTrail93C2B735.template.json": "No export named",
    "short-retention/undecided.unmapped-default.yaml": "KeyError: 'dev'",
    "uncreatable-log-stream/fail.role-by-arn.yaml": "Role arn:.* not found",
    "uncreatable-log-stream/fail.roles-no-list.yaml": "Role .* not found",
    "unwritable-log-group/fail.role-by-arn.yaml": "Role arn:.* not found",
}
"""Templates that CloudFormation refuses too, as they stand alone: no stack exports what they
import, a mapping has no key of the parameter's value, and a policy is attached to a list of roles
by their names (AWS::IAM::Policy, Roles)."""

GIVEN = {
    "denied-delivery/undecided.parameter.yaml": {"Guarded": f"{GROUPS}:guarded:*"},
    "disabled-trail/undecided.parameter.yaml": {"Toggle": "true"},
    "short-retention/pass.unmapped-value.yaml": {"Stage": "prod"},
    "short-retention/undecided.least-value.yaml": {"Days": "400"},
    "single-region-trail/undecided.parameter.yaml": {"Toggle": "true"},
    "uncovered-organization-streams/undecided.parameter.yaml": {"Organization": "true"},
    "uncreatable-log-stream/undecided.parameter.yaml": {"Where": f"{GROUPS}:there:*"},
    "unvalidated-log-files/undecided.parameter.yaml": {"Toggle": "true"},
    "unwritable-log-group/undecided.parameter.yaml": {"Where": f"{GROUPS}:there:*"},
}
"""Values of parameters without default where not any text will do."""


def _templates() -> Iterator[str]:
    for path in sorted(FIXTURES.rglob("*")):
        if path.suffix in {".yaml", ".json"} and '"files"' not in (said := path.read_text("utf-8")):
            try:
                loaded(said)
            except RefusedError:
                continue
            yield path.relative_to(FIXTURES).as_posix()


def _beside(path: Path) -> dict[str, str]:
    """Return the templates that one may nest, by the end of their URL: files, and CDK assets."""
    found = {
        other.relative_to(path.parent).as_posix(): other.read_text("utf-8")
        for other in path.parent.rglob("*.yaml")
        if "stacks" in path.parts and other != path
    }
    for assets in path.parent.glob("*.assets.json"):
        for asset in json.loads(assets.read_text("utf-8"))["files"].values():
            for destination in asset["destinations"].values():
                body = path.parent / asset["source"]["path"]
                if body.is_file() and body != path:
                    found[destination["objectKey"]] = body.read_text("utf-8")
    return found


@pytest.fixture(scope="module")
def account() -> Iterator[Engine]:
    """Return an account that is nowhere."""
    with engine() as made:
        yield made


@pytest.mark.parametrize("name", tuple(_templates()))
def test_templates_are_what_an_engine_makes_of_them(account: Engine, name: str) -> None:
    """Properties, attributes, outputs and attached policies, each by its place."""
    path = FIXTURES / name
    text = path.read_text("utf-8")
    given = needed(text) | GIVEN.get(name, {})
    account.clear()
    if name in REFUSED:
        with pytest.raises(RefusedError, match=REFUSED[name]):
            account.create(text, given)
        return
    made = account.create(text, given, _beside(path))
    files = [p.relative_to(path.parent).as_posix() for p in path.parent.rglob("*") if p.is_file()]
    reader = Reader(Repository(str(path.parent)), files, (), given, HERE, {})
    reading = Reading(reader.root(path.name))
    assert [str(each) for each in differences(reading, made)] == []
    for role in reading.graph.resources(Kind.ROLE):
        assert attachments(reading, made, role) == account.attached(made, role.address)
