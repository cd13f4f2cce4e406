"""Helpers that read a template from text and evaluate one value of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.cloudformation import read
from trailcheck.source import Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trailcheck.cloudformation.reader import Reading
    from trailcheck.graph import Attribute
    from trailcheck.value import Value


def template(text: str, parameters: Mapping[str, str] | None = None) -> Reading:
    """Read a template's text."""
    reading = read(Source("template.yaml", text.encode()), "template.yaml", parameters)
    assert reading is not None
    return reading


def attribute(reading: Reading, address: str, name: str) -> Attribute:
    """Return one attribute of a resource that must be there."""
    resource = reading.graph.resource(address)
    assert resource is not None
    return resource.get(name)


def trail(
    expression: str, sections: str = "", resources: str = "", given: Mapping[str, str] | None = None
) -> Reading:
    """Read a template whose trail `T` has `expression` as the name of its bucket."""
    return template(
        f"{sections}\n"
        "Resources:\n"
        "  T:\n"
        "    Type: AWS::CloudTrail::Trail\n"
        "    Properties:\n"
        "      IsLogging: true\n"
        f"      S3BucketName: {expression}\n"
        f"{resources}",
        given,
    )


def value(
    expression: str, sections: str = "", resources: str = "", given: Mapping[str, str] | None = None
) -> Value:
    """Evaluate an expression in a template that must be free of trouble."""
    reading = trail(expression, sections, resources, given)
    found = attribute(reading, "T", "bucket").value
    assert reading.diagnostics == []
    return found
