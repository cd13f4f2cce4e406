"""The options of the command line, and what its help says."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING, Any, TypeAlias

import trailcheck

if TYPE_CHECKING:
    from collections.abc import Callable

    Command: TypeAlias = Callable[[argparse.Namespace], int]

EXIT_CODES = """\
exit codes:
  0   no finding at or above --fail-on; what is undecided is said loudly
  1   findings, also where 3 would hold as well
  2   the command line or the settings make no sense, or a PATH is not there
  3   some infrastructure code could not be read; with --strict also: something is undecided
  4   no infrastructure code found: an empty scan proves nothing
  70  internal error
"""
_PROFILES = ("integration", "part11", "all")


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
        from trailcheck.cloudformation.given import pair  # noqa: PLC0415 - seldom used

        first, *others = values
        named = [word for word in others if pair(word) or word.startswith("file://")]
        namespace.parameters = [*namespace.parameters, first, *named]
        namespace.behind = [*namespace.behind, *(word for word in others if word not in named)]


def parser(scan: Command, rules: Command, explain: Command) -> argparse.ArgumentParser:
    """Build the parser of the whole command line; `run` of what it parses is the command."""
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
    _scan_options(commands, scan)
    listing = commands.add_parser(
        "rules", help="list the rules", allow_abbrev=False, formatter_class=_Help
    )
    listing.add_argument("-f", "--format", choices=("text", "json"), default="text")
    listing.add_argument("--profile", choices=_PROFILES, default="all")
    listing.set_defaults(run=rules)
    explaining = commands.add_parser(
        "explain", help="say what a rule holds", allow_abbrev=False, formatter_class=_Help
    )
    explaining.add_argument("rule", metavar="RULE")
    explaining.add_argument("-f", "--format", choices=("text", "markdown", "json"), default="text")
    explaining.set_defaults(run=explain)
    return top


def _scan_options(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], command: Command
) -> None:
    scan = commands.add_parser(
        "scan",
        help="scan files, folders or globs",
        description="Scan infrastructure code and report on every trail in it.",
        epilog=EXIT_CODES,
        formatter_class=_Help,
        allow_abbrev=False,
    )
    scan.set_defaults(run=command, behind=[])
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
