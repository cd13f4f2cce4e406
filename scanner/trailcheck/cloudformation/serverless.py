"""The serverless transform: what AWS SAM makes of its resources, placed where they are declared.

Amazon's own translator (the package aws-sam-translator, extra `cfn`) does it, so that roles,
policies, rules and filters are what CloudFormation will see. It is imported for templates that
declare such resources beside a trail, and for no others. It gets no session, so that it cannot
connect; parameters and pseudo parameters are marks to it that are put back as references, so that
they are evaluated here like all others.
"""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from trailcheck.cloudformation.nodes import MapNode, Member, ScalarNode
from trailcheck.cloudformation.plain import Made, Plain, TooLargeError, index
from trailcheck.cloudformation.template import SERVERLESS
from trailcheck.errors import Impact

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trailcheck.cloudformation.template import Declaration, Template
    from trailcheck.source import Span

_PREFIX = "AWS::Serverless::"
_NESTED = "AWS::Serverless::Application"
_PSEUDO = ("AWS::Region", "AWS::Partition")
_UNTOUCHED = "{{IntrinsicFunction:}}"
"""A parameter's value that the translator leaves alone: it takes it for a reference."""
_LOCAL = frozenset({"CodeUri", "ContentUri", "DefinitionUri", "SchemaUri"})
"""Properties whose local paths `sam package` replaces before the translator sees them."""
_PACKAGED = "s3://packaged/object"
_IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/packaged:latest"
_FUNCTION = "AWS::Serverless::Function"
_NAMED = re.compile(r"id \[([^]]+)\]")
_INSTALL = "Install it with `pip install 'trailcheck[cfn]'`, or scan what `sam build` produces."


def translate(template: Template) -> None:
    """Declare what the serverless resources of a template stand for, in place of them."""
    serverless = [
        declared
        for declared in template.resources.values()
        if declared.type.startswith(_PREFIX) and declared.type != _NESTED
    ]
    if SERVERLESS not in template.transforms or not serverless:
        return
    try:
        from samtranslator.parser.parser import Parser  # noqa: PLC0415 - 0.5 s, for such templates
        from samtranslator.translator.translator import Translator  # noqa: PLC0415 - as above
    except ImportError:
        template.report(
            "Serverless resources are not expanded",
            f"The roles and rules that they make are not known: the SAM translator is not "
            f"installed. {_INSTALL}",
            serverless[0].id_span,
            Impact.NOTICE,
        )
        return
    _quiet()
    try:
        marks = _marks(template)
        document = _document(template, marks)
        session = SimpleNamespace(region_name="us-east-1")
        made = Translator({}, Parser(), boto_session=session).translate(document, dict(marks))
        names = {mark: name for name, mark in marks.items() if mark != _UNTOUCHED}
        resources = _put_back(made["Resources"], names)
        _declare(template, serverless, resources)
        _conditions(template, serverless, _put_back(made.get("Conditions", {}), names))
    except TooLargeError:
        _unread(template, serverless, "the template is too large once its aliases are written out")
    except Exception as error:  # noqa: BLE001 - a foreign program, on hostile input
        _refused(template, serverless, error)


def _quiet() -> None:
    """Keep the translator's own log off the standard error."""
    import logging  # noqa: PLC0415 - with the translator, which has imported it

    logging.getLogger("samtranslator").setLevel(logging.CRITICAL + 1)


def _marks(template: Template) -> dict[str, str]:
    """Return what stands for each parameter: letters and digits, since it may become part of an id.

    The translator wants text where it makes something of a value; a list it passes on as it is.
    """
    marks = {name: f"trailcheckMark{n}x" for n, name in enumerate((*_PSEUDO, *template.parameters))}
    for name, member in template.parameters.items():
        kind = member.value.get("Type") if isinstance(member.value, MapNode) else None
        if not isinstance(kind, ScalarNode) or "List" in kind.text:
            marks[name] = _UNTOUCHED
    return marks


def _document(template: Template, marks: dict[str, str]) -> dict[str, Any]:
    plain = Plain()
    resources: dict[str, Any] = {}
    for declared in template.resources.values():
        # A loop's variables mean nothing to the translator: what it made is no more than a type.
        if declared.names or declared.type == _NESTED:
            resources[declared.id] = {"Type": "AWS::CloudFormation::WaitConditionHandle"}
            continue
        body = plain.of(declared.body)
        if declared.type.startswith(_PREFIX):
            body = _packaged(_marked(body, marks))
        resources[declared.id] = body
    document: dict[str, Any] = {"Transform": SERVERLESS, "Resources": resources}
    for section in ("Globals", "Parameters", "Mappings", "Conditions"):
        node = template.root.get(section)
        if isinstance(node, MapNode):
            document[section] = _packaged(plain.of(node))
    shared = _properties(document.get("Globals"), "Function")
    for body in resources.values():
        if body.get("Type") == _FUNCTION:
            _with_code(_properties(body, "Properties"), shared)
    return document


def _marked(data: Any, marks: dict[str, str]) -> Any:  # noqa: ANN401 - JSON
    """Return a resource with marks for its parameters: the translator misses some, in aliases."""
    if isinstance(data, list):
        return [_marked(item, marks) for item in data]
    if not isinstance(data, dict):
        return data
    named = data.get("Ref") if len(data) == 1 else None
    if isinstance(named, str) and marks.get(named, _UNTOUCHED) != _UNTOUCHED:
        return marks[named]
    return {key: _marked(value, marks) for key, value in data.items()}


def _properties(holder: object, name: str) -> dict[str, Any]:
    found = holder.get(name) if isinstance(holder, dict) else None
    return found if isinstance(found, dict) else {}


def _with_code(properties: dict[str, Any], shared: dict[str, Any]) -> None:
    """Give a function the code that `sam build` and `sam package` find for it.

    An image is built as its metadata say, and without any path the template's own folder is taken.
    """
    said = {**shared, **properties}
    if said.get("PackageType") == "Image":
        properties.setdefault("ImageUri", _IMAGE)
    elif "InlineCode" not in said and "ImageUri" not in said:
        code = said.get("CodeUri")
        called = isinstance(code, dict) and any(k == "Ref" or k.startswith("Fn::") for k in code)
        if code is None or called:
            properties["CodeUri"] = _PACKAGED


def _packaged(data: Any) -> Any:  # noqa: ANN401 - JSON
    """Return a resource as `sam package` would leave it: local paths are objects in a bucket."""
    if isinstance(data, list):
        return [_packaged(item) for item in data]
    if not isinstance(data, dict):
        return data
    return {
        key: _PACKAGED
        if key in _LOCAL and isinstance(value, str) and not value.startswith("s3://")
        else _packaged(value)
        for key, value in data.items()
    }


def _put_back(data: Any, names: dict[str, str], *, inside: bool = False) -> Any:  # noqa: ANN401 - JSON
    """Return data with references in place of the marks; `inside` the text of an Fn::Sub."""
    if isinstance(data, list):
        return [_put_back(item, names, inside=inside and n == 0) for n, item in enumerate(data)]
    if isinstance(data, dict):
        return {
            _named(key, names): _put_back(value, names, inside=key == "Fn::Sub")
            for key, value in data.items()
        }
    if not isinstance(data, str) or not any(mark in data for mark in names):
        return data
    if data in names and not inside:
        return {"Ref": names[data]}
    text = data if inside else data.replace("${", "${!")
    for mark, name in names.items():
        text = text.replace(mark, f"${{{name}}}")
    return text if inside else {"Fn::Sub": text}


def _named(key: str, names: dict[str, str]) -> str:
    for mark, name in names.items():
        key = key.replace(mark, name.replace(":", ""))
    return key


def _declare(template: Template, serverless: list[Declaration], resources: dict[str, Any]) -> None:
    """Declare what is new, at the place of the resource that it was made from."""
    readers: dict[str, Made] = {}
    for name, body in resources.items():
        declared = template.resources.get(name)
        if declared is not None and not declared.type.startswith(_PREFIX):
            continue
        owner = _owner(name, serverless)
        reader = readers.get(owner.id)
        if reader is None:
            reader = Made(owner.id_span, template.diagnostics, index(owner.body))
            readers[owner.id] = reader
        template.declare(Member(name, owner.id_span, reader.node(body)), {})


def _conditions(
    template: Template, serverless: list[Declaration], conditions: dict[str, Any]
) -> None:
    """Declare the conditions that the transform adds."""
    span = serverless[0].id_span
    reader = Made(span, template.diagnostics, {})
    for name, body in conditions.items():
        if name not in template.conditions:
            template.conditions[name] = (Member(name, span, reader.node(body)), {})


def _owner(name: str, serverless: Iterable[Declaration]) -> Declaration:
    """Return the resource that another was made from: its id begins with the owner's."""
    return max(serverless, key=lambda d: len(d.id) if name.startswith(d.id) else 0)


def _unread(template: Template, serverless: list[Declaration], why: str) -> None:
    template.report(
        "Serverless resources could not be expanded",
        f"The roles and rules that they make are not known: {why}.",
        serverless[0].id_span,
    )


def _refused(template: Template, serverless: list[Declaration], error: Exception) -> None:
    """Report what the translator says, each cause at the resource that it names."""
    causes = getattr(error, "causes", None)
    if not causes:
        _unread(template, serverless, f"the SAM translator stopped with {type(error).__name__}")
        return
    for cause in causes:
        said = str(cause.message)
        named = _NAMED.search(said)
        template.report(
            "The serverless transform refuses this template",
            said,
            _place(template, serverless, named[1] if named else ""),
        )


def _place(template: Template, serverless: list[Declaration], name: str) -> Span:
    declared = template.resources.get(name)
    return (declared or serverless[0]).id_span
