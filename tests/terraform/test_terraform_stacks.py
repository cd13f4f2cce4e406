"""CloudFormation stacks in Terraform code: read with its values, or said not to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import trailcheck

if TYPE_CHECKING:
    from pathlib import Path

    from trailcheck.result import Report

BODY = """template_body = <<-EOT
    Resources:
      Logs: {Type: %s}
  EOT"""
TRAIL = 'resource "aws_cloudtrail" "t" {\n  name = "t"\n  s3_bucket_name = "b"\n}\n'


@pytest.mark.parametrize(
    ("name", "arguments", "impacts"),
    [
        ("cloudtrail", BODY % "AWS::S3::Bucket", []),
        ("logs", 'template_body = var.on ? "AWS::CloudTrail::Trail" : "b"', ["unread"]),
        ("logs", 'template_body = "Type: AWS::CloudTrail::Trail: ["', ["unread"]),
        ("cloudtrail", "template_body = var.text", ["unread"]),
        ("logs", "template_body = var.text", []),
        ("logs", 'template_body = file("${var.text}/cloudtrail.yaml")', ["unread"]),
        ("logs", 'template_url = "https://x.s3.amazonaws.com/cloudtrail.yaml"', ["unread"]),
        ("cloudtrail", 'template_url = "https://x.s3.amazonaws.com/a.yaml"', ["unread"]),
        ("baseline", 'template_url = "https://x.s3.amazonaws.com/aws-baseline.yaml"', ["notice"]),
        ("logs", 'template_url = "https://x.s3.amazonaws.com/a.yaml" # audit-log', []),
        ("cloudtrail", 'template_body = file("${path.module}/not-there.yaml")', ["unread"]),
        ("cloudtrail", 'count = 0\n  template_url = "https://x/a.yaml"', []),
    ],
)
@pytest.mark.parametrize("type_name", ["aws_cloudformation_stack", "aws_cloudformation_stack_set"])
@pytest.mark.parametrize("beside", ["", TRAIL])
def test_a_stack_that_may_make_a_trail_is_said(  # noqa: PLR0913, PLR0917 - one column each
    tmp_path: Path, type_name: str, name: str, arguments: str, impacts: list[str], beside: str
) -> None:
    """It is code not read; beside a trail of the root it is worth a note."""
    (tmp_path / ".git").mkdir()
    stack = f'resource "{type_name}" "{name}" {{\n  name = "x"\n  {arguments}\n}}\n'
    (tmp_path / "main.tf").write_text(stack + beside + 'variable "on" {}\nvariable "text" {}\n')
    report = trailcheck.scan([str(tmp_path)])
    expected = ["notice"] * len(impacts) if beside else impacts
    assert [d.impact.value for d in report.diagnostics] == expected
    for found in report.diagnostics:
        assert found.summary == f"{type_name}.{name} may create a trail that was not read"


ROOT = """
variable "on" {}
variable "days" { default = 400 }
resource "aws_iam_role" "delivery" {
  name               = "delivery"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{
    Effect = "Allow", Action = "sts:AssumeRole"
    Principal = { Service = "cloudtrail.amazonaws.com" }
  }] })
}
resource "aws_iam_role_policy" "delivery" {
  role   = aws_iam_role.delivery.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{
    Effect = "Allow", Action = ["logs:CreateLogStream", "logs:PutLogEvents"], Resource = "*"
  }] })
}
resource "aws_cloudwatch_log_group" "logs" {
  name              = "logs"
  retention_in_days = 400
}
"""
TEMPLATE = """
Parameters:
  Role: {Type: String}
  Group: {Type: String}
  On: {Type: String, Default: "true"}
Resources:
  Trail:
    Type: AWS::CloudTrail::Trail
    Properties:
      S3BucketName: !Sub "${AWS::StackName}-archive"
      IsLogging: !Ref On
      CloudWatchLogsLogGroupArn: !Sub "${Group}:*"
      CloudWatchLogsRoleArn: !Ref Role
Outputs:
  TrailArn: {Value: !GetAtt Trail.Arn}
"""
PASSED = "{ Role = aws_iam_role.delivery.arn, Group = aws_cloudwatch_log_group.logs.arn%s }"
WHOLE = "parameters = " + PASSED % ""
FILE = 'template_body = file("${path.module}/trail.yaml")'
RESOURCES = """{ Resources = { Trail = { Type = "AWS::CloudTrail::Trail", Properties = {
    S3BucketName = "archive", IsLogging = %s
    CloudWatchLogsLogGroupArn = "${aws_cloudwatch_log_group.logs.arn}:*"
    CloudWatchLogsRoleArn = aws_iam_role.delivery.arn
  } } } }"""
HEREDOC = """template_body = <<-EOT
    Resources:
      Trail:
        Type: AWS::CloudTrail::Trail
        Properties:
          S3BucketName: !Sub "$${AWS::AccountId}-archive"
          IsLogging: ${%s}
          CloudWatchLogsLogGroupArn: ${aws_cloudwatch_log_group.logs.arn}:*
          CloudWatchLogsRoleArn: "${aws_iam_role.delivery.arn}"
  EOT"""
ADDRESS = "aws_cloudformation_stack.audit/Trail"


def deploying(arguments: str, type_name: str = "aws_cloudformation_stack") -> str:
    """Return a root that deploys one stack."""
    return f'{ROOT}resource "{type_name}" "audit" {{\n  name = "audit"\n  {arguments}\n}}\n'


def scan(tmp_path: Path, files: dict[str, str], *paths: str) -> Report:
    """Write a repository, and scan it or some paths of it."""
    (tmp_path / ".git").mkdir(exist_ok=True)
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return trailcheck.scan([str(tmp_path / path) for path in paths or (".",)])


def trails(report: Report) -> list[tuple[str, str, bool | None]]:
    """Return every trail's root and address, and whether its chain works."""
    return [(trail.root, trail.address, trail.integrated) for trail in report.trails]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (f"{FILE}\n  {WHOLE}", True),
        (
            f'template_body = local.said\n  {WHOLE}\n}}\nlocals {{\n  said = file("trail.yaml")',
            True,
        ),
        (f'template_url = "https://b.s3.amazonaws.com/x/trail.yaml"\n  {WHOLE}', True),
        (f'template_url = "https://${{var.on}}.s3.amazonaws.com/trail.yaml"\n  {WHOLE}', True),
        (f'template_body = templatefile("${{path.module}}/trail.tftpl", {{}})\n  {WHOLE}', True),
        (f"{FILE}\n  parameters = {PASSED % ', On = false'}", False),
        (f"{FILE}\n  parameters = {PASSED % ', On = var.on'}", None),
        (f"{FILE}\n  parameters = {PASSED % ', On = null'}", None),
        (f"{FILE}\n  parameters = merge({PASSED % ''}, {{ On = false }})", False),
        (f"{FILE}\n  parameters = var.on ? {PASSED % ''} : {PASSED % ''}", True),
        # CloudFormation takes no parameter that is not declared, and wants all without default.
        (f"{FILE}\n  {WHOLE}\n  lifecycle {{\n ignore_changes = [parameters]\n }}", None),
        (f"{FILE}\n  {WHOLE}\n  lifecycle {{\n ignore_changes = [tags]\n }}", True),
        (f"{FILE}\n  parameters = {PASSED % ', Extra = 1'}", None),
        (f"{FILE}\n  parameters = {{ Role = aws_iam_role.delivery.arn }}", None),
        (f"{FILE}", None),
        (f"template_body = jsonencode({RESOURCES % 'true'})", True),
        (f"template_body = jsonencode({RESOURCES % 'false'})", False),
        (f"template_body = jsonencode({RESOURCES % 'var.on'})", None),
        (f"template_body = yamlencode({RESOURCES % 'true'})", True),
        (HEREDOC % "true", True),
        (HEREDOC % "var.days < 5", False),
        (HEREDOC % "var.on", None),
        # What declares a trail is not told by a text with unknown names.
        ((HEREDOC % "true").replace("Trail:", "${var.on}:", 1), None),
        ((HEREDOC % "true").replace("AWS::CloudTrail", "AWS::Cloud${var.on}", 1), "-"),
    ],
)
def test_a_stack_is_read_with_the_values_of_terraform(
    tmp_path: Path,
    arguments: str,
    expected: bool | str | None,  # noqa: FBT001 - data
) -> None:
    """References and unknowns survive on their way into the template."""
    files = {"main.tf": deploying(arguments), "trail.yaml": TEMPLATE}
    if "tftpl" in arguments:
        files["trail.tftpl"] = files.pop("trail.yaml").replace("${", "$${")
    if FILE not in arguments and "trail.yaml" in files and "trail.yaml" not in arguments:
        del files["trail.yaml"]
    report = scan(tmp_path, files)
    if expected == "-":
        assert trails(report) == []
        assert [d.impact.value for d in report.diagnostics] == ["unread"]
        return
    address = trails(report)[0][1]
    assert trails(report) == [(".", address, expected)]
    assert address == ADDRESS or "Trail" not in address


def test_outputs_are_values_of_the_root(tmp_path: Path) -> None:
    """A group that a stack declares is the group of a trail in Terraform, if its ARN comes out."""
    group = """
Resources:
  Group:
    Type: AWS::Logs::LogGroup
    Properties: {LogGroupName: !Ref AWS::StackName, RetentionInDays: %s}
Outputs:
  Arn: {Value: !GetAtt Group.Arn}
  Plain: {Value: !Select [0, !Split [":*", !GetAtt Group.Arn]]}
"""
    trail = """
resource "aws_cloudtrail" "t" {
  name                       = "t"
  s3_bucket_name             = "archive"
  cloud_watch_logs_group_arn = %s
  cloud_watch_logs_role_arn  = aws_iam_role.delivery.arn
}
"""
    stack = deploying('template_body = file("group.yaml")')
    outputs = "aws_cloudformation_stack.audit.outputs"
    for said, days, expected in (
        (f'{outputs}["Arn"]', 400, True),
        (f'lookup({outputs}, "Arn", "")', 400, True),
        (f'"${{{outputs}.Plain}}:*"', 400, True),
        (f"{outputs}.Arn", 5, False),
        (f"{outputs}.Plain", 400, False),
        (f'lookup({outputs}, "Other", "")', 400, False),
        (f'{outputs}["Other"]', 400, False),
    ):
        report = scan(tmp_path, {"main.tf": stack + trail % said, "group.yaml": group % days})
        assert trails(report) == [(".", "aws_cloudtrail.t", expected)], said
        if expected:
            facts = report.trails[0].facts
            assert facts.log_group.address == "aws_cloudformation_stack.audit/Group"
            assert facts.retention_days == days


def test_verdicts_stand_in_both_files(tmp_path: Path) -> None:
    """What is wrong is shown in the template, and how it came there in Terraform code."""
    passed = PASSED % ", On = local.on"
    code = deploying(f"{FILE}\n  parameters = {passed}") + "locals {\n  on = false\n}\n"
    report = scan(tmp_path, {"main.tf": code, "trail.yaml": TEMPLATE})
    verdict = next(v for v in report.verdicts if v.rule == "disabled-trail")
    said = {(e.span.source.path, e.span.first.line, e.span.text) for e in verdict.evidence}
    assert ("trail.yaml", 11, "!Ref On") in said
    assert ("main.tf", 27, "on = false") in said
    assert any(note.startswith("On, as aws_cloudformation_stack") for note, _ in verdict.evidence)
    assert report.trails[0].span.source.path == "trail.yaml"


@pytest.mark.parametrize("count", ["", "count = 2", 'for_each = toset(["a/b", "c"])', "count = 0"])
def test_each_instance_is_a_stack(tmp_path: Path, count: str) -> None:
    """Two stacks of one template share nothing; without any, the template is judged by itself."""
    code = deploying(f"{count}\n  {FILE}\n  {WHOLE}")
    keys = {"": [""], "count = 2": ["[0]", "[1]"], "count = 0": []}.get(count, ['["a/b"]', '["c"]'])
    report = scan(tmp_path, {"main.tf": code, "trail.yaml": TEMPLATE})
    expected = [(".", ADDRESS.replace("/", f"{key}/", 1), True) for key in keys]
    assert trails(report) == (expected or [("trail.yaml", "Trail", None)])


def test_a_template_that_is_deployed_is_no_root(tmp_path: Path) -> None:
    """It is judged where it is deployed, and by itself if the caller names it."""
    nested = """
Resources:
  Inner:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: https://b.s3.amazonaws.com/trail.yaml
      Parameters: {Role: !Ref R, Group: g}
Parameters: {R: {Type: String}}
"""
    arguments = 'template_body = file("top.yaml")\n  parameters = { R = "r" }'
    files = {"main.tf": deploying(arguments), "top.yaml": nested, "trail.yaml": TEMPLATE}
    inner = (".", "aws_cloudformation_stack.audit/Inner/Trail")
    assert [t[:2] for t in trails(scan(tmp_path, files))] == [inner]
    named = scan(tmp_path, {}, ".", "trail.yaml")
    assert [t[:2] for t in trails(named)] == [inner, ("trail.yaml", "Trail")]


def test_a_stack_set_is_deployed_elsewhere(tmp_path: Path) -> None:
    """Its trail is in accounts of its own, so that a group of this one is misplaced for certain."""
    code = deploying(f"{FILE}\n  {WHOLE}", "aws_cloudformation_stack_set")
    report = scan(tmp_path, {"main.tf": code, "trail.yaml": TEMPLATE})
    assert trails(report) == [(".", "aws_cloudformation_stack_set.audit/Trail", None)]


def test_a_stack_in_a_module_has_its_values(tmp_path: Path) -> None:
    """Paths start at the module, and parameters come through its variables."""
    files = {
        "main.tf": ROOT
        + f"""
module "m" {{
  source = "./m"
  passed = {PASSED % ""}
}}
""",
        "m/main.tf": """
variable "passed" {}
resource "aws_cloudformation_stack" "audit" {
  name          = "audit"
  template_body = file("${path.module}/trail.yaml")
  parameters    = var.passed
}
""",
        "m/trail.yaml": TEMPLATE,
    }
    assert trails(scan(tmp_path, files)) == [(".", f"module.m.{ADDRESS}", True)]


@pytest.mark.parametrize(
    ("url", "passed", "rule", "outcome"),
    [
        ("more", "Arn = aws_iam_role.delivery.arn", "denied-delivery", "pass"),
        ("more", "Name = aws_iam_role.delivery.name", "denied-delivery", "undecided"),
        ("more", "Name = aws_cloudwatch_log_group.logs.name", "denied-delivery", "pass"),
        ("more", "Arn = aws_iam_role.delivery.arn", "unwritable-log-group", "undecided"),
        ("lambda", "Arn = aws_iam_role.delivery.arn", "unwritable-log-group", "fail"),
    ],
)
def test_roles_given_to_a_stack_that_is_not_read(
    tmp_path: Path, url: str, passed: str, rule: str, outcome: str
) -> None:
    """It may attach a policy to a role whose name it has; with the ARN alone it may grant."""
    stack = deploying(f"""template_url = "https://x/{url}.yaml"
  parameters = {{ {passed} }}""")
    if rule == "unwritable-log-group":
        stack = stack.replace('"logs:PutLogEvents"', '"logs:PutMetricFilter"')
    trail = """
resource "aws_cloudtrail" "t" {
  name                       = "t"
  s3_bucket_name             = "archive"
  cloud_watch_logs_group_arn = "${aws_cloudwatch_log_group.logs.arn}:*"
  cloud_watch_logs_role_arn  = aws_iam_role.delivery.arn
}
"""
    report = scan(tmp_path, {"main.tf": stack + trail})
    found = next(v for v in report.verdicts if v.rule == rule)
    assert found.outcome.value == outcome
    assert ("aws_cloudformation_stack.audit" in found.needs) == (outcome == "undecided")


IAM = """
resource "aws_cloudformation_stack" "audit" {{
  name          = "audit"
  {capabilities}
  template_body = <<-EOT
    Resources:
      Role:
        Type: AWS::IAM::Role
        Properties:
          {name}
          AssumeRolePolicyDocument: {{}}
      Trail:
        Type: AWS::CloudTrail::Trail
        Properties: {{S3BucketName: b, IsLogging: true}}
  EOT
}}
variable "allowed" {{ type = list(string) }}
"""


@pytest.mark.parametrize(
    ("capabilities", "name", "lacks"),
    [
        ("", "Path: /", "CAPABILITY_IAM"),
        ("capabilities = []", "Path: /", "CAPABILITY_IAM"),
        ("capabilities = null", "Path: /", "CAPABILITY_IAM"),
        ('capabilities = ["CAPABILITY_AUTO_EXPAND"]', "Path: /", "CAPABILITY_IAM"),
        ('capabilities = ["CAPABILITY_IAM"]', "Path: /", ""),
        ('capabilities = ["CAPABILITY_NAMED_IAM"]', "Path: /", ""),
        ('capabilities = ["CAPABILITY_IAM"]', "RoleName: delivery", "CAPABILITY_NAMED_IAM"),
        ('capabilities = ["CAPABILITY_NAMED_IAM"]', "RoleName: delivery", ""),
        ('capabilities = ["CAPABILITY_IAM"]', "RoleName: !Ref AWS::NoValue", ""),
        ("capabilities = var.allowed", "RoleName: delivery", ""),
    ],
)
def test_a_stack_makes_roles_where_it_is_allowed_to(
    tmp_path: Path, capabilities: str, name: str, lacks: str
) -> None:
    """Without the capability CloudFormation refuses the stack, and nothing of it passes."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "main.tf").write_text(IAM.format(capabilities=capabilities, name=name))
    report = trailcheck.scan([str(tmp_path)])
    said = [d.summary for d in report.diagnostics if "CAPABILITY" in d.summary]
    assert said == ([f"aws_cloudformation_stack.audit is not given {lacks}"] if lacks else [])
    assert any(v.outcome.value == "pass" for v in report.verdicts) is not bool(lacks)
