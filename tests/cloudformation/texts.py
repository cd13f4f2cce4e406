"""Templates as texts alone, which is what CloudFormation makes of every scalar, for an engine.

Nothing of trailcheck reads them, so that its reading of YAML and JSON is compared too.
"""

from __future__ import annotations

import json
from typing import Any

import yaml

Json = dict[str, Any]


class RefusedError(Exception):
    """An engine cannot take a template; says why."""


_BOOLEANS = dict.fromkeys(("true", "yes", "on"), "true") | dict.fromkeys(
    ("false", "no", "off"), "false"
)
"""Plain words that are booleans in YAML 1.1, which templates are written in."""


class _Loader(yaml.CBaseLoader):
    """Reads every scalar as text, and the short forms of functions in full."""

    def construct_scalar(self, node: Any) -> str:  # noqa: ANN401 - a node
        said = super().construct_scalar(node)
        assert isinstance(said, str)
        return _BOOLEANS.get(said.lower(), said) if not node.style else said


def _function(loader: yaml.CBaseLoader, tag: str, node: yaml.Node) -> Json:
    name = tag if tag in ("Ref", "Condition") else f"Fn::{tag}"
    if isinstance(node, yaml.ScalarNode):
        return {name: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    assert isinstance(node, yaml.MappingNode)
    return {name: loader.construct_mapping(node, deep=True)}


_Loader.add_multi_constructor("!", _function)


def loaded(text: str) -> Json:
    """Return a template with all scalars as texts. Raises RefusedError if it is none."""
    try:
        if text.lstrip().startswith("{"):
            found = json.loads(text, parse_int=str, parse_float=str)
        else:
            found = yaml.load(text, _Loader)  # noqa: S506 - a base loader makes texts only
    except (ValueError, yaml.YAMLError) as error:
        raise RefusedError(str(error)) from error
    if not isinstance(found, dict) or not isinstance(found.get("Resources"), dict):
        raise RefusedError("no template")
    plain = as_texts(found)
    assert isinstance(plain, dict)
    return plain


def as_texts(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return JSON whose booleans and numbers are texts, as CloudFormation spells them."""
    match value:
        case dict():
            if value.keys() == {"Fn::GetAtt"} and isinstance(value["Fn::GetAtt"], str):
                return {"Fn::GetAtt": value["Fn::GetAtt"].split(".", 1)}
            return {key: as_texts(item) for key, item in value.items()}
        case list():
            return [as_texts(item) for item in value]
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case _:
            return value


def prepared(text: str) -> str:
    """Return a template for moto. Raises RefusedError if it is none."""
    template = loaded(text)
    for name, parameter in (template.get("Parameters") or {}).items():
        kind = parameter.get("Type", "String")
        many = kind == "CommaDelimitedList" or "List<" in kind
        if kind.startswith("AWS::SSM::"):
            parameter["Default"] = stored(name)
        if many and isinstance(parameter.get("Default"), str):
            parameter["Default"] = [item.strip() for item in parameter["Default"].split(",")]
        parameter["Type"] = "CommaDelimitedList" if many else "String"
    return json.dumps(template, ensure_ascii=False)  # moto reads JSON as YAML, without pairs


def stored(parameter: str) -> str:
    """Return what a parameter is that is read from Systems Manager."""
    return f"stored-{parameter}"


def needed(text: str) -> dict[str, str]:
    """Return a value for every parameter of a template that has no default, by its type."""
    found: dict[str, str] = {}
    for name, parameter in (loaded(text).get("Parameters") or {}).items():
        kind = parameter.get("Type", "String")
        if "Default" in parameter or kind.startswith("AWS::SSM::Parameter::Value"):
            continue
        allowed = parameter.get("AllowedValues") or []
        number = parameter.get("MinValue", parameter.get("MaxValue", "7"))
        made_up = f"a{name.lower()}"
        if name.endswith("Arn"):
            made_up = f"arn:aws:logs:us-east-1:123456789012:log-group:{made_up}"
        found[name] = allowed[0] if allowed else number if "Number" in kind else made_up
    return found
