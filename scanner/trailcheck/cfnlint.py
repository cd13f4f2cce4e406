"""trailcheck's rules for cfn-lint: `cfn-lint --append-rules trailcheck.cfnlint template.yaml`.

cfn-lint imports this module and takes every class in it that is a rule of its kind. Each rule of
trailcheck is here twice: under the letter of its severity for what fails, and under I for what is
undecided. The template is scanned once, when the first rule is asked, with what stands beside it
(nested stacks, settings in `.trailcheck.toml`).
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from cfnlint.rules import CloudFormationLintRule, RuleMatch

from trailcheck import catalogue, settings
from trailcheck.config import Config
from trailcheck.errors import Diagnostic, Impact, UsageError
from trailcheck.graph import Dialect
from trailcheck.pipeline import scan
from trailcheck.record import NamedTuple
from trailcheck.verdict import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from trailcheck.result import Report
    from trailcheck.rule import Rule
    from trailcheck.source import Span
    from trailcheck.verdict import Verdict

READING = 9600
"""The number of what is wrong with the template itself; its options hold for all rules."""
STDIN = "template.json"
"""What a template is called that cfn-lint did not read from a file."""
_OPTIONS = ("account", "min_retention", "partition", "profile", "region")


class _Found(NamedTuple):
    """What a scan says about one template."""

    report: Report | None
    error: str
    """Why there is no report."""
    path: str
    """The template as the report names it."""


class _Last:
    """The options that cfn-lint was given, and the last scan: every rule asks for the same one."""

    options: Mapping[str, str] = {}
    template: object = None
    found = _Found(None, "", "")


class _Rule(CloudFormationLintRule):  # type: ignore[misc] # cfn-lint is not typed
    """What all rules share; without an id, so that cfn-lint leaves it out."""

    source_url = "https://pypi.org/project/trailcheck/"
    tags = ["trailcheck", "cloudtrail", "logs"]  # noqa: RUF012 - cfn-lint's own declaration

    def match(self, cfn: Any) -> list[RuleMatch]:  # noqa: ANN401 - cfn-lint's template
        """Return what this rule says about a template."""
        return list(self.matches(cfn, _scanned(cfn)))

    def matches(self, cfn: Any, found: _Found) -> Iterator[RuleMatch]:  # noqa: ANN401 - as above
        """Yield what this rule says, given the scan."""
        raise NotImplementedError


class _Verdicts(_Rule):
    """The verdicts of one rule that have one outcome."""

    rule = ""
    outcome = Outcome.FAIL

    def matches(self, cfn: Any, found: _Found) -> Iterator[RuleMatch]:  # noqa: ANN401 - as above
        """Yield the verdicts, each at the first place of its evidence."""
        for verdict in found.report.verdicts if found.report is not None else ():
            if verdict.rule == self.rule and verdict.outcome is self.outcome:
                span = verdict.evidence[0].span if verdict.evidence else None
                yield _match(cfn, found, _sentence(verdict), span, verdict.subject)


class _Reading(_Rule):
    """What keeps the template from being judged."""

    notices = False

    def __init__(self) -> None:
        super().__init__()
        if not self.notices:
            option = {"default": "", "type": "string"}
            self.config_definition = {name: dict(option) for name in _OPTIONS}

    def initialize(self, cfn: Any) -> None:  # noqa: ANN401, ARG002 - as above
        """Keep the options, before any rule is asked."""
        if not self.notices:
            _Last.options = {name: str(value) for name, value in self.config.items() if value}
            _Last.template = None

    def matches(self, cfn: Any, found: _Found) -> Iterator[RuleMatch]:  # noqa: ANN401 - as above
        """Yield what could not be read, is refused, or is worth knowing."""
        if found.report is None:
            if found.error and not self.notices:
                yield RuleMatch([], found.error)
            return
        for diagnostic in found.report.diagnostics:
            if (diagnostic.impact is Impact.NOTICE) == self.notices:
                yield _match(cfn, found, _words(diagnostic), diagnostic.span, "")


def _scanned(cfn: Any) -> _Found:  # noqa: ANN401 - as above
    """Scan the template of cfn-lint, once for all rules."""
    if _Last.template is not cfn:
        try:
            _Last.found = _scan(cfn)
        except UsageError as error:
            said = f"trailcheck: {error}. {error.advice}".strip()
            _Last.found = _Found(None, said, "")
        except Exception as error:  # noqa: BLE001 - else cfn-lint would say it once for every rule
            said = (
                f"trailcheck failed: {type(error).__name__}: {error}. This is a defect of its own"
            )
            _Last.found = _Found(None, said, "")
        _Last.template = cfn
    return _Last.found


def _scan(cfn: Any) -> _Found:  # noqa: ANN401 - as above
    options = _Last.options
    stated = settings.Stated(
        origin=f"cfn-lint, option min_retention of E{READING}",
        profile=options.get("profile"),
        min_retention=options.get("min_retention"),
        account=options.get("account"),
        region=options.get("region"),
        partition=options.get("partition"),
        parameters=_parameters(cfn),
    )
    base = Config(allow_empty=True)
    name = cfn.filename
    if name and os.path.isfile(name):
        report = scan((name,), settings.resolve(stated, (name,), base).config)
        real = os.path.basename(os.path.realpath(name))
        path = next((r for r in report.roots if os.path.basename(r) == real), name)
        return _Found(report, "", path)
    config = settings.resolve(stated, (".",), base._replace(stdin_filename=STDIN)).config
    text = json.dumps(cfn.template, default=str)
    return _Found(scan(("-",), config, text.encode()), "", "")


def _parameters(cfn: Any) -> tuple[tuple[str, str | None], ...]:  # noqa: ANN401 - as above
    """Return the parameters that cfn-lint was given, if it was given one set of them."""
    # NOTE: early versions 1 of cfn-lint take no parameters, and their context has no sets of them.
    sets: Any = getattr(cfn.context, "parameter_sets", None) or ()
    declared = cfn.template.get("Parameters")
    if len(sets) != 1 or not isinstance(declared, dict):
        return ()
    return tuple(
        (name, str(value))
        for name, value in sets[0].parameters.items()
        if name in declared and isinstance(value, str | int)
    )


def _match(cfn: Any, found: _Found, message: str, span: Span | None, subject: str) -> RuleMatch:  # noqa: ANN401 - as above
    """Return a match of cfn-lint.

    Its path decides what a resource's own `ignore_checks` holds for: the resource that the place
    lies in, else the one that is judged. Its place is ours, if it lies in this template.
    """
    name = subject.partition("/")[0]
    home = ["Resources", name] if name in cfn.get_resources() else []
    if span is None or not found.path:
        return RuleMatch(home, message)
    span = span.source.shown(span)
    first, last = span.first, span.last
    if span.source.path != found.path:
        return RuleMatch(home, f"{message} ({span.source.path}:{first.line})")
    path = _path(cfn.template, (first.line - 1, first.column - 1))
    if path[:1] != ["Resources"]:
        path = home or path
    place = (first.line - 1, first.column - 1, last.line - 1, last.column - 1)
    return RuleMatch(path, message, location=place)


def _path(node: Any, place: tuple[int, int]) -> list[str]:  # noqa: ANN401 - as above
    """Return the keys that lead to the innermost map around a line and column, counted from 0."""
    path: list[str] = []
    while isinstance(node, dict):
        before = [key for key in node if (at := _start(key)) is not None and at <= place]
        if not before:
            break
        found = max(before, key=lambda key: _start(key) or (0, 0))
        path.append(str(found))
        node = node[found]
    return path


def _start(key: Any) -> tuple[int, int] | None:  # noqa: ANN401 - as above
    mark = getattr(key, "start_mark", None)
    return None if mark is None else (mark.line, mark.column)


def _sentence(verdict: Verdict) -> str:
    needs = f"; to decide it, supply {', '.join(verdict.needs)}" if verdict.needs else ""
    return f"{verdict.message}{needs} [{verdict.rule}]"


def _words(diagnostic: Diagnostic) -> str:
    return f"{diagnostic.summary}. {diagnostic.detail}".strip()


def _rules() -> Iterator[type[_Rule]]:
    """Yield a class for each id."""
    numbers = catalogue.numbers()
    for rule in catalogue.rules():
        if Dialect.CLOUDFORMATION in rule.dialects:
            yield _class(rule, rule.severity.letter, numbers[rule.id], Outcome.FAIL)
            if rule.severity.letter != "I":
                yield _class(rule, "I", numbers[rule.id], Outcome.UNDECIDED)
    yield _reading("E", "trailcheck could not read the template", notices=False)
    yield _reading("I", "What trailcheck has to say about the template", notices=True)


def _class(rule: Rule, letter: str, number: int, outcome: Outcome) -> type[_Rule]:
    why = rule.help.partition("\n## ")[0].removeprefix("## Why it matters\n").strip()
    title = rule.title if outcome is Outcome.FAIL else f"Undecided: {rule.title}"
    members = {
        "id": f"{letter}{number}",
        "shortdesc": title.rstrip("."),
        "description": " ".join(why.split()),
        "rule": rule.id,
        "outcome": outcome,
    }
    return type(f"{letter}{number}", (_Verdicts,), members)


def _reading(letter: str, title: str, *, notices: bool) -> type[_Rule]:
    members = {
        "id": f"{letter}{READING}",
        "shortdesc": title,
        "description": "What is not read, or what CloudFormation refuses, is never a pass.",
        "notices": notices,
    }
    return type(f"{letter}{READING}", (_Reading,), members)


globals().update({rule.__name__: rule for rule in _rules()})
