"""Hand-built reports for the tests of the formats and the command line."""

from __future__ import annotations

from trailcheck.config import Config
from trailcheck.errors import Diagnostic, Impact
from trailcheck.graph import Dialect
from trailcheck.result import Facts, ForeignFinding, LinkFact, Report, Skipped, TrailResult
from trailcheck.rule import Rule
from trailcheck.source import Source, Span
from trailcheck.verdict import Evidence, Outcome, Severity, Verdict

MAIN = Source(
    "infra/main.tf",
    b"""resource "aws_cloudtrail" "main" {
  name                       = "main"
  s3_bucket_name             = "b"
  cloud_watch_logs_group_arn = aws_cloudwatch_log_group.main.arn
}

resource "aws_cloudwatch_log_group" "main" {
  name              = "trail"
  retention_in_days = 7
}

module "other" {
  source = "./other"
}
""",
)
OTHER = Source(
    "infra/other/a b\u00e9.tf",
    'resource "aws_cloudtrail" "other" {\n\tname = "日本" /* \U0001f600 */ + var.arn\n}\n'.encode(),
)

RETENTION = Rule(
    id="short-retention",
    severity=Severity.HIGH,
    clauses=("11.10(c)", "11.10(e)"),
    integration=True,
    dialects=tuple(Dialect),
    title="The log group drops records too early",
    help="## Why it matters\nRecords must outlive an inspection.\n\n## Fix\n"
    "Set `retention_in_days`.",
    judge=lambda view: None,
)
UNLINKED = Rule(
    id="unlinked-trail",
    severity=Severity.CRITICAL,
    clauses=("11.10(e)", "11.10(k)", "11.300(d)"),
    integration=True,
    dialects=tuple(Dialect),
    title="The trail delivers to no log group",
    help="## Why it matters\nNothing can alarm on it.\n\n## Fix\nName a log group.",
    judge=lambda view: None,
)


def find(source: Source, text: str) -> Span:
    """Return the span of the first occurrence of `text`."""
    start = source.data.index(text.encode())
    return source.span(start, start + len(text.encode()))


FACTS = Facts(
    log_group=LinkFact("linked", "aws_cloudwatch_log_group.main"),
    role=LinkFact("unlinked"),
    trust=None,
    writes=None,
    retention_days=7,
    logging=True,
    multi_region=False,
    log_file_validation=None,
    kms=None,
)
LINK = Evidence(
    "the trail's log group",
    find(MAIN, "cloud_watch_logs_group_arn = aws_cloudwatch_log_group.main.arn"),
)
FAILED = Verdict(
    rule="short-retention",
    outcome=Outcome.FAIL,
    severity=Severity.CRITICAL,
    root="infra",
    subject="aws_cloudwatch_log_group.main",
    trail="aws_cloudtrail.main",
    message="aws_cloudwatch_log_group.main keeps records for 7 days, not 365",
    needs=(),
    evidence=(Evidence("kept 7 days", find(MAIN, "retention_in_days = 7")), LINK),
)
PASSED = Verdict(
    rule="unlinked-trail",
    outcome=Outcome.PASS,
    severity=Severity.CRITICAL,
    root="infra",
    subject="aws_cloudtrail.main",
    trail="aws_cloudtrail.main",
    message="aws_cloudtrail.main delivers to aws_cloudwatch_log_group.main",
    needs=(),
    evidence=(LINK,),
)
UNDECIDED = Verdict(
    rule="unlinked-trail",
    outcome=Outcome.UNDECIDED,
    severity=Severity.CRITICAL,
    root="infra",
    subject='module.other["a"].aws_cloudtrail.other',
    trail='module.other["a"].aws_cloudtrail.other',
    message="var.arn has no value in code",
    needs=("var.arn",),
    evidence=(
        Evidence("no value", find(OTHER, "var.arn")),
        Evidence("the trail", find(OTHER, 'resource "aws_cloudtrail" "other"')),
        Evidence("called here", find(MAIN, 'module "other"')),
    ),
)
MAIN_TRAIL = TrailResult(
    root="infra",
    address="aws_cloudtrail.main",
    span=find(MAIN, 'resource "aws_cloudtrail" "main"'),
    integrated=False,
    exists=True,
    when=None,
    instantiated=True,
    facts=FACTS,
)
OTHER_TRAIL = TrailResult(
    root="infra",
    address='module.other["a"].aws_cloudtrail.other',
    span=find(OTHER, 'resource "aws_cloudtrail" "other"'),
    integrated=None,
    exists=None,
    when="var.enabled",
    instantiated=True,
    facts=FACTS._replace(log_group=LinkFact("unknown", reason="var.arn has no value in code")),
)
UNREAD = Diagnostic("Missing brace", "Close the block.", "infra/main.tf", find(MAIN, "module"))
NOTICE = Diagnostic("Odd file", "Left alone.", "infra/x y.yaml", impact=Impact.NOTICE)

EMPTY = Report(
    trails=(),
    verdicts=(),
    diagnostics=(),
    assumptions=(),
    skipped=(),
    roots=(),
    files_seen=0,
    sources=(),
    rules=(RETENTION, UNLINKED),
    config=Config(),
)
CLEAN = EMPTY._replace(
    roots=("infra",),
    files_seen=1,
    sources=(MAIN,),
    trails=(MAIN_TRAIL._replace(integrated=True),),
    verdicts=(PASSED,),
)
FULL = Report(
    trails=(MAIN_TRAIL, OTHER_TRAIL),
    verdicts=(FAILED, PASSED, UNDECIDED),
    diagnostics=(UNREAD, NOTICE),
    assumptions=("no service control policy denies what is granted here",),
    skipped=(Skipped("inside .terraform", 12, ("a", "b")),),
    roots=("infra",),
    files_seen=2,
    sources=(MAIN, OTHER),
    rules=(RETENTION, UNLINKED),
    config=Config(),
)
TEMPLATE = Source("stack.yaml", b"Resources:\n  Group: {Type: AWS::Logs::LogGroup, Kms: \x31}\n")
FOREIGN = ForeignFinding(
    tool="cfn-lint",
    rule="E3002",
    title="Resource properties are invalid",
    url="https://github.com/aws-cloudformation/cfn-lint",
    severity=Severity.HIGH,
    root="stack.yaml",
    subject="Group",
    message="'Kms' was unexpected\x1b",
    span=find(TEMPLATE, "Kms"),
)
LINTED = FULL._replace(
    foreign=(FOREIGN, FOREIGN._replace(message="twice", subject=""), FOREIGN._replace(rule="W1")),
    sources=(MAIN, OTHER, TEMPLATE),
)
