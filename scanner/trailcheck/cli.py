"""The command line: the only place that prints and decides the exit code.

Start-up is part of every run, so that what a command does not need is not imported.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from trailcheck.errors import UsageError
from trailcheck.options import parser
from trailcheck.report.summary import INTERNAL, INTERRUPTED, USAGE, exit_code

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from trailcheck.report import Style
    from trailcheck.rule import Rule
    from trailcheck.settings import Stated

__all__ = ["exit_code", "main"]

DEBUG = "TRAILCHECK_DEBUG"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    try:
        options = parser(_scan, _rules, _explain).parse_args(argv)
        code: int = options.run(options)
    except UsageError as error:
        _complain(f"trailcheck: {error}", error.advice)
        return USAGE
    except KeyboardInterrupt:
        _complain("trailcheck: interrupted")
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last resort
        return _internal(error)
    return code


def _scan(options: argparse.Namespace) -> int:
    import gc

    # A scan keeps what it makes until its end: looking for garbage in it costs time and finds none.
    gc.disable()
    from trailcheck import report as formats
    from trailcheck import settings
    from trailcheck.config import Config
    from trailcheck.pipeline import scan

    _known_format(options.format, formats.FORMATS)
    outputs = [_output(text, formats.FORMATS) for text in options.output]
    paths = ["."] if options.hook else [*options.paths, *options.behind] or ["."]
    base = Config(
        repository=options.repository,
        exit_zero=options.exit_zero,
        allow_empty=options.allow_empty or options.hook,
        isolated=options.isolated,
        stdin_filename=options.stdin_filename,
        cfn_lint=options.cfn_lint,
    )
    resolved = settings.resolve(_stated(options), paths, base, options.config)
    for note in resolved.notes:
        _complain(f"trailcheck: {note}")
    stdin = sys.stdin.buffer.read() if "-" in paths else None
    result = scan(paths, resolved.config, stdin)
    style = _style(options, formats.Style)
    for name, file in outputs:
        _write(file, formats.render(name, result, style._replace(color=False)))
    _print(formats.render(options.format, result, style))
    gc.freeze()  # nor need the interpreter look once more on its way out: 5 % of a small scan
    return exit_code(result, resolved.config)


def _stated(options: argparse.Namespace) -> Stated:
    """Return what the command line states about the scan."""
    from trailcheck import settings

    pairs, files = [], []
    for text in options.parameters:
        found, file = settings.parameter(text)
        pairs += found
        files += [] if file is None else [file]
    return settings.Stated(
        origin="--min-retention",
        profile=options.profile,
        select=_listed(options.select),
        ignore=_listed(options.ignore),
        min_retention=options.min_retention,
        account=options.account,
        region=options.region,
        partition=options.partition,
        workspace=options.workspace,
        variables=tuple(_pair(text) for text in options.var),
        var_files=tuple(options.var_file),
        parameters=tuple(pairs),
        parameter_files=tuple(files),
        fail_on=options.fail_on,
        strict=options.strict,
        require_trail=options.require_trail,
    )


def _rules(options: argparse.Namespace) -> int:
    from trailcheck import catalogue

    entries = [e for e in catalogue.entries() if options.profile in e.profiles]
    found = [catalogue.rule(entry.id) for entry in entries]
    if options.format == "json":
        profiles = {entry.id: entry.profiles for entry in entries}
        _print(_json([_machine(rule, profiles[rule.id]) for rule in found]))
        return 0
    width = max((len(rule.id) for rule in found), default=0)
    lines = [
        f"{'*' if rule.integration else ' '} {rule.id:{width}} {rule.severity.value:8} {rule.title}"
        for rule in found
    ]
    lines.append("\n* takes part in deciding whether a trail is integrated")
    _print("\n".join(lines) + "\n")
    return 0


def _explain(options: argparse.Namespace) -> int:
    from trailcheck import catalogue

    rule = catalogue.rule(options.rule)
    profiles = next(e.profiles for e in catalogue.entries() if e.id == rule.id)
    match options.format:
        case "json":
            _print(_json(_machine(rule, profiles)))
        case "markdown":
            _print(f"# {rule.id}\n\n{rule.title}\n\n{rule.help}\n")
        case _:
            facts = [f"severity: {rule.severity.value}", f"profiles: {', '.join(profiles)}"]
            if rule.clauses:
                facts.append(f"21 CFR {', '.join(rule.clauses)}")
            body = rule.help.replace("## ", "")
            _print(f"{rule.id}: {rule.title}\n{' · '.join(facts)}\n\n{body}\n")
    return 0


def _machine(rule: Rule, profiles: tuple[str, ...]) -> dict[str, object]:
    return {
        "id": rule.id,
        "severity": rule.severity.value,
        "title": rule.title,
        "integration": rule.integration,
        "profiles": list(profiles),
        "clauses": list(rule.clauses),
        "dialects": [dialect.value for dialect in rule.dialects],
        "help": rule.help,
    }


def _json(value: object) -> str:
    import json

    return json.dumps(value, indent=2) + "\n"


def _style(options: argparse.Namespace, style: type[Style]) -> Style:
    from trailcheck.verdict import Outcome

    if options.verbose:
        return style(_colored(options.color), frozenset(Outcome))
    named = frozenset(Outcome(name) for name in options.show)
    return style(_colored(options.color), style().show | named)


def _colored(choice: str) -> bool:
    """Tell whether the text on standard output is to be coloured."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def _known_format(name: str, formats: dict[str, str]) -> None:
    if name not in formats:
        from trailcheck.catalogue import suggest

        advice = suggest(name, formats) or f"The formats are {', '.join(formats)}."
        raise UsageError(f"there is no format {name!r}", advice)


def _output(text: str, formats: dict[str, str]) -> tuple[str, str]:
    name, colon, file = text.partition(":")
    if not colon or not file:
        raise UsageError(f"{text!r} is not FORMAT:FILE", "For example: -o sarif:trailcheck.sarif")
    _known_format(name, formats)
    return name, file


def _listed(values: list[str]) -> tuple[str, ...]:
    return tuple(name.strip() for value in values for name in value.split(",") if name.strip())


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise UsageError(f"{text!r} is not NAME=VALUE", "For example: --var retention_days=731")
    return name.strip(), value


def _write(file: str, text: str) -> None:
    try:
        with open(file, "wb") as stream:
            stream.write(text.encode("utf-8", "replace"))
    except OSError as error:
        raise UsageError(f"cannot write {file}: {error.strerror}") from None


def _print(text: str) -> None:
    """Write to standard output. A reader that has seen enough is no error."""
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode("utf-8", "replace"))
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # NOTE: Python flushes standard output once more at exit; give it somewhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain(*lines: str) -> None:
    from trailcheck.report.escape import escape

    for line in lines:
        if line:
            print(escape(line), file=sys.stderr)  # noqa: T201 - the command line prints


def _internal(error: Exception) -> int:
    if os.environ.get(DEBUG):
        import traceback

        traceback.print_exception(error)
    _complain(
        f"trailcheck: internal error: {type(error).__name__}: {error}",
        "This is a defect of trailcheck, and no statement about the code. Please report it, with "
        f"the command and what it prints when {DEBUG}=1 is set.",
    )
    return INTERNAL
