"""Templates as an engine resolves them that nobody here wrote: moto's model of CloudFormation.

Every example is a stack with random parameters, mappings, conditions and expressions, one that it
nests, and one that imports from it. They are created in moto, and what came to be is what
trailcheck must have said: which resources there are, what each of their properties is, what they
are called, which policies every role has, and what is exported.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings

from cloudformation.compared import HERE, attachments, differences
from cloudformation.engine import engine
from cloudformation.stack_samples import Sample, samples
from trailcheck.cloudformation.reader import Reading
from trailcheck.cloudformation.stacks.roots import Reader
from trailcheck.graph import Kind
from trailcheck.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudformation.engine import Engine


@pytest.fixture(scope="module")
def account() -> Iterator[Engine]:
    """Return an account that is nowhere."""
    with engine() as made:
        yield made


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(sample=samples())
def test_stacks_are_what_an_engine_makes_of_them(account: Engine, sample: Sample) -> None:
    """Every property, name, output and attached policy, across three stacks."""
    account.clear()
    bodies = {
        "stack.json": json.dumps(sample.template),
        "nested.json": json.dumps(sample.nested),
        "importer.json": json.dumps(sample.importer),
    }
    made = account.create(bodies["stack.json"], sample.given, bodies, "stack")
    importing = account.create(bodies["importer.json"], sample.given, name="importer")
    with tempfile.TemporaryDirectory() as directory:
        for name, body in bodies.items():
            Path(directory, name).write_text(body)
        reader = Reader(Repository(directory), bodies, (), sample.given, HERE, {})
        reading = Reading(reader.root("stack.json"))
        importer = Reading(reader.root("importer.json"))
        assert [str(each) for each in differences(reading, made)] == []
        others = {"stack.json": (reading, made)}
        assert [str(each) for each in differences(importer, importing, others)] == []
        theirs = {"importer.json": (importer, importing)}
        for role in reading.graph.resources(Kind.ROLE):
            found = attachments(reading, made, role, theirs)
            assert found == account.attached(made, role.address)
