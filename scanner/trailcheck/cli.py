"""The command line: the only place that prints and decides the exit code.

Start-up is part of every run, so that what a command does not need is not imported.
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING, Any

import trailcheck
from trailcheck.errors import UsageError
from trailcheck.report.summary import INTERNAL, INTERRUPTED, USAGE, exit_code

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trailcheck.report import Style
    from trailcheck.rule import Rule
    from trailcheck.settings import Stated

__all__ = ["exit_code", "main"]

_EXIT_CODES = """\
exit codes:
  0   no finding at or above --fail-on; what is undecided is said loudly
  1   findings, also where 3 would hold as well
  2   the command line or the settings make no sense, or a PATH is not there
  3   some infrastructure code could not be read; with --strict also: something is undecided
  4   no infrastructure code found: an empty scan proves nothing
  70  internal error
"""
_PROFILES = ("integration", "part11", "all")
DEBUG = "TRAILCHECK_DEBUG"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    try:
        options = parser().parse_args(argv)
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


class _Help(argparse.RawDescriptionHelpFormatter):
    """Help as wide as the terminal; argparse would import shutil to find that out, each time."""

    def __init__(self, prog: str) -> None:
        try:
            width = int(os.environ.get("COLUMNS", "")) or 80
        except ValueError:
            width = 80
            if sys.stdout is not None and sys.stdout.isatty():
                width = os.get_terminal_size(sys.stdout.fileno()).columns
        super().__init__(prog, width=max(width - 2, 40))


class _Parameters(argparse.Action):
    """Takes parameters as `aws cloudformation deploy` does, several words of them.

    A word behind the first that is no parameter is a path to scan.
    """

    def __call__(
        self,
        parser: argparse.ArgumentParser,  # noqa: ARG002 - of argparse
        namespace: argparse.Namespace,
        values: Any,  # noqa: ANN401 - of argparse
        option_string: str | None = None,  # noqa: ARG002 - of argparse
    ) -> None:
        from trailcheck.cloudformation.given import pair

        first, *others = values
        named = [word for word in others if pair(word) or word.startswith("file://")]
        namespace.parameters = [*namespace.parameters, first, *named]
        namespace.behind = [*namespace.behind, *(word for word in others if word not in named)]


def parser() -> argparse.ArgumentParser:
    """Build the parser of the whole command line."""
    top = argparse.ArgumentParser(
        prog="trailcheck",
        description="Prove from Terraform and CloudFormation code alone that CloudTrail trails "
        "are integrated with CloudWatch Logs.",
        allow_abbrev=False,
        formatter_class=_Help,
    )
    top.add_argument("--version", action="version", version=f"trailcheck {trailcheck.__version__}")
    commands = top.add_subparsers(
        prog="trailcheck", title="commands", metavar="COMMAND", required=True
    )
    _scan_options(commands)
    rules = commands.add_parser(
        "rules", help="list the rules", allow_abbrev=False, formatter_class=_Help
    )
    rules.add_argument("-f", "--format", choices=("text", "json"), default="text")
    rules.add_argument("--profile", choices=_PROFILES, default="all")
    rules.set_defaults(run=_rules)
    explain = commands.add_parser(
        "explain", help="say what a rule holds", allow_abbrev=False, formatter_class=_Help
    )
    explain.add_argument("rule", metavar="RULE")
    explain.add_argument("-f", "--format", choices=("text", "markdown", "json"), default="text")
    explain.set_defaults(run=_explain)
    return top


def _scan_options(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    scan = commands.add_parser(
        "scan",
        help="scan files, folders or globs",
        description="Scan infrastructure code and report on every trail in it.",
        epilog=_EXIT_CODES,
        formatter_class=_Help,
        allow_abbrev=False,
    )
    scan.set_defaults(run=_scan, behind=[])
    add = scan.add_argument
    add("paths", nargs="*", metavar="PATH", help="what to scan; `-` is standard input (default: .)")
    group = scan.add_argument_group("report").add_argument
    group(
        "-f",
        "--format",
        default="text",
        metavar="FORMAT",
        help="text, json, sarif, sarif-full or github (default: text)",
    )
    group(
        "-o",
        "--output",
        action="append",
        default=[],
        metavar="FORMAT:FILE",
        help="write a report to a file as well; may be repeated",
    )
    group("--color", choices=("auto", "always", "never"), default="auto")
    group(
        "--show",
        action="append",
        default=[],
        choices=("pass", "fail", "undecided"),
        help="outcomes that the text shows in full (default: fail and undecided)",
    )
    group("-v", "--verbose", action="store_true", help="show every outcome in full")
    group = scan.add_argument_group("rules").add_argument
    group("--profile", metavar="NAME", help="integration, part11 (default) or all")
    group(
        "--select",
        action="append",
        default=[],
        metavar="RULE",
        help="run these rules instead of the profile's; may be repeated, or a list with commas",
    )
    group("--ignore", action="append", default=[], metavar="RULE", help="leave these rules out")
    group(
        "--min-retention",
        metavar="DAYS",
        help="days that records must be kept (default: 365), "
        "or aws-default, gcp, device, glp, ten-year, gmp:SHELF-LIFE-DAYS",
    )
    group(
        "--cfn-lint",
        action="store_true",
        help="show what cfn-lint finds about the resources of an audit trail, too (extra `cfn`)",
    )
    group("--require-trail", action="store_true", help="code without a trail is a finding")
    group = scan.add_argument_group("deployment").add_argument
    group("--account", metavar="ID", help="the account that is deployed to")
    group("--region", metavar="NAME", help="the Region that is deployed to")
    group("--partition", metavar="NAME", help="the partition that is deployed to")
    group("--workspace", metavar="NAME", help="the Terraform workspace")
    group("--var", action="append", default=[], metavar="NAME=VALUE", help="a Terraform variable")
    group(
        "--var-file",
        action="append",
        default=[],
        metavar="FILE",
        help="a file of Terraform variables",
    )
    group(
        "--parameters",
        action=_Parameters,
        nargs="+",
        default=[],
        metavar="NAME=VALUE|FILE",
        help="a CloudFormation parameter, or a file of them",
    )
    group = scan.add_argument_group("settings").add_argument
    group("--config", metavar="FILE", help="settings (default: the nearest .trailcheck.toml)")
    group("--isolated", action="store_true", help="ignore the scanned repository's own settings")
    group("--repository", metavar="DIR", help="the folder that no read leaves")
    group("--stdin-filename", metavar="NAME", help="what standard input is called")
    group(
        "--hook",
        action="store_true",
        help="run as a pre-commit hook: the file names given only "
        "say that something changed, and the whole repository is scanned",
    )
    group = scan.add_argument_group("exit code").add_argument
    group(
        "--fail-on",
        metavar="SEVERITY",
        help="the least severity of a finding that counts: critical, high, medium, low or info "
        "(default: info)",
    )
    group("--strict", action="store_true", help="what is undecided is an error")
    group("--exit-zero", action="store_true", help="findings do not change the exit code")
    group("--allow-empty", action="store_true", help="finding no infrastructure code is no error")


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
