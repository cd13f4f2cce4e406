"""Tells a CloudFormation template from other YAML and JSON by a look at its bytes.

The look may only err towards yes: what passes for a template and is none is found out on reading.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_ESCAPED = re.compile(rb"\\(?:u00|x)([2-7][0-9a-fA-F])")
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_ESCAPES = re.compile(rb"\\[uUx]")
_FIRST_LINE = re.compile(rb"\A(?:[ \t]*+(?:#[^\n]*|---[^\n]*|%[^\n]*)?\r?\n)*+( *+)([^\s#])")
_VERSION = rb"AWSTemplateFormatVersion"
_TYPE = re.compile(rb"""Type["']?\s*+:\s*+(?:[&!][^\s]+\s+)?["']?(?:AWS|Custom|Alexa)::""")
_FLOW_KEY = re.compile(rb"""[{,\s]["']?Resources["']?\s*+:""")


TRAIL = (b"AWS::CloudTrail::Trail",)
NESTING = (b"AWS::CloudFormation::Stack", b"AWS::Serverless::Application", b"AWS::Include")
"""The words by which one template takes in another file."""
EXPORT = (b"Export",)
BY_NAME = (b"GetStackOutput",)
ACROSS = (b"Custom::CrossRegionExportWriter",)
IMPORT = (b"ImportValue", b"Custom::CrossRegionExportReader", *BY_NAME)
LINKING = (*NESTING, *EXPORT, *IMPORT)
"""What a template must spell to have to do with any other."""


def may_say(data: bytes, words: Iterable[bytes]) -> bool:
    """Tell whether a file may spell one of some words, escapes and wide encodings allowed for."""
    return (
        any(word in data for word in words)
        or data.startswith(_WIDE)
        or _ESCAPES.search(data) is not None
    )


def sniff(data: bytes) -> bool:
    """Tell whether decoded bytes of a YAML or JSON file may be a CloudFormation template."""
    if rb"\u00" in data or rb"\x" in data:
        data = _ESCAPED.sub(lambda match: bytes([int(match[1], 16)]), data)
    if b"Resources" not in data and _VERSION not in data:
        return False
    first = _FIRST_LINE.match(data)
    if first is None:
        return False
    indent, mark = first[1], first[2]
    if mark == b"{":
        return _VERSION in data or bool(_FLOW_KEY.search(data) and _TYPE.search(data))
    # A template's sections stand at the left margin; elsewhere (serverless.yml) they are indented.
    margin = rb"""^%b(?:\? )?["']?(%b)["']?\s*+(?::|$)"""
    sections = re.compile(margin % (indent, rb"AWSTemplateFormatVersion|Resources"), re.MULTILINE)
    names = {match[1] for match in sections.finditer(data)}
    return _VERSION in names or (b"Resources" in names and _TYPE.search(data) is not None)
