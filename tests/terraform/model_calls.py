"""Calls of public modules: what models are compared with the modules themselves by."""

AROUND = """
resource "aws_cloudwatch_log_group" "g" {
  name              = "audit"
  retention_in_days = 400
}
resource "aws_iam_role" "r" {
  name               = "trail"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{
    Effect    = "Allow", Action = "sts:AssumeRole",
    Principal = { Service = "cloudtrail.amazonaws.com" } }] })
}
resource "aws_iam_role_policy" "p" {
  role   = aws_iam_role.r.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow",
    Action = ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource = "${aws_cloudwatch_log_group.g.arn}:log-stream:*" }] })
}
variable "on" {
  type = bool
}
variable "days" {}
"""
TRAIL = """
resource "aws_cloudtrail" "t" {
  name                       = "t"
  s3_bucket_name             = "archive"
  is_multi_region_trail      = true
  enable_log_file_validation = true
  cloud_watch_logs_group_arn = "${GROUP}:*"
  cloud_watch_logs_role_arn  = ROLE
}
"""
GROUP, ROLE = "aws_cloudwatch_log_group.g.arn", "aws_iam_role.r.arn"
LINKED = (
    '  cloud_watch_logs_group_arn = "${aws_cloudwatch_log_group.g.arn}:*"\n'
    "  cloud_watch_logs_role_arn  = aws_iam_role.r.arn\n"
)


def trail(group: str = GROUP, role: str = ROLE) -> str:
    """Return a trail beside the call that delivers to `group` through `role`."""
    return TRAIL.replace("GROUP", group).replace("ROLE", role)


_POLICY = """jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow",
    Action = ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource = "${aws_cloudwatch_log_group.g.arn}:log-stream:*" }] })"""
_ROLE_TRAIL = trail(role="module.m.iam_role_arn")
_WRITES = f"""
resource "aws_iam_policy" "writes" {{
  name   = "writes"
  policy = {_POLICY}
}}
"""
_CUSTOM_TRUST = """jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow",
    Action = "sts:AssumeRole", Principal = { Service = "cloudtrail.amazonaws.com" } }] })"""
_SERVICE = '  trusted_role_services = ["cloudtrail.amazonaws.com"]\n'
_ATTACHED = "  custom_role_policy_arns = [aws_iam_policy.writes.arn]\n"
_NOZAQ = """
  audit_log_bucket_name           = "archive"
  aws_account_id                  = "111122223333"
  region                          = "eu-west-1"
  support_iam_role_principal_arns = []
"""
_BASELINE = """
  aws_account_id = "111122223333"
  region         = "eu-west-1"
  s3_bucket_name = "archive"
"""
_LOGS = '  name = "audit"\n  namespace = "eg"\n'
_LOGS_TRAIL = trail(group="module.m.log_group_arn", role="module.m.role_arn")
_CLOUDTRAIL = '  principals = { Service = ["cloudtrail.amazonaws.com"] }\n'
_LABELLED = """
resource "aws_cloudwatch_log_group" "labelled" {
  name              = "/audit/${module.m.id}"
  retention_in_days = module.m.enabled ? 400 : 7
}
resource "aws_iam_role_policy" "labelled" {
  role   = aws_iam_role.r.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow",
    Action = ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource = "arn:aws:logs:*:*:log-group:/audit/EXPECTED:*" }] })
}
resource "aws_cloudtrail" "t" {
  name                       = "t-${module.m.stage}"
  s3_bucket_name             = "archive"
  cloud_watch_logs_group_arn = "${aws_cloudwatch_log_group.labelled.arn}:*"
  cloud_watch_logs_role_arn  = aws_iam_role.r.arn
}
"""


def labelled(expected: str) -> str:
    """Return a trail whose policy names the group that the label is expected to make."""
    return _LABELLED.replace("EXPECTED", expected)


CALLS: dict[str, list[tuple[str, str]]] = {
    "cloudposse/cloudtrail/aws": [
        ('  s3_bucket_name = "archive"\n', ""),
        ('  s3_bucket_name = "archive"\n  name = "Audit"\n  namespace = "eg"\n' + LINKED, ""),
        ('  s3_bucket_name = "archive"\n  name = "a"\n  enabled = false\n' + LINKED, ""),
        ('  s3_bucket_name = "archive"\n  name = "a"\n  enabled = var.on\n' + LINKED, ""),
        (
            '  s3_bucket_name = "archive"\n  enable_logging = var.on\n'
            "  is_multi_region_trail = false\n  enable_log_file_validation = false\n"
            '  kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/k"\n'
            '  name = "a"\n  is_organization_trail = true\n' + LINKED,
            "",
        ),
        (
            '  s3_bucket_name = "archive"\n  name = "a"\n  event_selector = [{\n'
            '    include_management_events = false\n    read_write_type = "WriteOnly"\n'
            "    exclude_management_event_sources = null\n"
            '    data_resource = [{ type = "AWS::S3::Object", values = ["arn:aws:s3"] }]\n'
            "  }]\n" + LINKED,
            "",
        ),
        (
            '  s3_bucket_name = "archive"\n  count = var.on ? 1 : 0\n  name = "a"\n' + LINKED,
            'output "arn" {\n  value = module.m[*].cloudtrail_arn\n}\n',
        ),
    ],
    "trussworks/cloudtrail/aws": [
        ('  s3_bucket_name = "archive"\n', ""),
        ('  s3_bucket_name = "archive"\n  log_retention_days = 3653\n', ""),
        ('  s3_bucket_name = "archive"\n  log_retention_days = var.days\n', ""),
        (
            '  s3_bucket_name = "archive"\n  cloudwatch_log_group_name = "audit/x"\n'
            '  org_trail = true\n  trail_name = "org"\n  log_retention_days = 400\n',
            "",
        ),
        ('  s3_bucket_name = "archive"\n  count = var.on ? 1 : 0\n', ""),
    ],
    "terraform-aws-modules/cloudwatch/aws//modules/log-group": [
        ('  name = "audit"\n', trail("module.m.cloudwatch_log_group_arn")),
        (
            '  name = "audit"\n  retention_in_days = 400\n',
            trail("module.m.cloudwatch_log_group_arn"),
        ),
        (
            '  name_prefix = "audit"\n  retention_in_days = var.days\n',
            trail("module.m.cloudwatch_log_group_arn"),
        ),
        (
            '  name = "audit"\n  create = var.on\n',
            trail("module.m.cloudwatch_log_group_arn"),
        ),
        (
            '  name = "x"\n  create = false\n',
            trail("module.m.cloudwatch_log_group_arn"),
        ),
    ],
    "cloudposse/cloudwatch-logs/aws": [
        (_LOGS, _LOGS_TRAIL),
        (_LOGS + _CLOUDTRAIL, _LOGS_TRAIL),
        (_LOGS + _CLOUDTRAIL + '  retention_in_days = "3653"\n', _LOGS_TRAIL),
        (_LOGS + _CLOUDTRAIL + "  iam_role_enabled = false\n", trail("module.m.log_group_arn")),
        (_LOGS + _CLOUDTRAIL + "  enabled = var.on\n", _LOGS_TRAIL),
        (
            _LOGS + _CLOUDTRAIL + '  additional_permissions = ["logs:DescribeLogStreams"]\n',
            _LOGS_TRAIL,
        ),
    ],
    "cloudposse/iam-role/aws": [
        (
            _LOGS + _CLOUDTRAIL + f'  role_description = "x"\n  policy_documents = [{_POLICY}]\n',
            trail(role="module.m.arn"),
        ),
        (
            _LOGS + '  role_description = "x"\n  principals = { AWS = ["arn:aws:iam::1:root"] }\n'
            f"  policy_documents = [{_POLICY}]\n",
            trail(role="module.m.arn"),
        ),
        (
            _LOGS + _CLOUDTRAIL + '  role_description = "x"\n  policy_document_count = 0\n'
            '  managed_policy_arns = ["arn:aws:iam::aws:policy/CloudWatchLogsFullAccess"]\n',
            trail(role="module.m.arn"),
        ),
    ],
    "cloudposse/label/null": [
        (
            '  namespace = "EG"\n  stage = "prod"\n  name = "Audit Log"\n  attributes = ["x"]\n',
            labelled("eg-prod-auditlog-x"),
        ),
        (
            '  namespace = "eg"\n  name = "audit"\n  delimiter = "."\n  enabled = false\n',
            labelled("eg.audit"),
        ),
        ('  namespace = "eg"\n  name = var.days\n', labelled("eg-x")),
        (
            '  namespace = "eg"\n  stage = "p"\n  name = "audit"\n'
            '  label_order = ["name", "stage"]\n',
            labelled("audit-p"),
        ),
        (
            '  namespace = "eg"\n  name = "a-very-long-name-indeed"\n  id_length_limit = 14\n',
            labelled("eg-a-ver-x"),
        ),
    ],
    "terraform-aws-modules/iam/aws//modules/iam-policy": [
        (
            f'  name = "writes"\n  policy = {_POLICY}\n',
            trail()
            + 'resource "aws_iam_role_policy_attachment" "a" {\n  role = aws_iam_role.r.name\n'
            "  policy_arn = module.m.arn\n}\n",
        ),
        (
            '  name = "denies"\n  policy = jsonencode({ Version = "2012-10-17", Statement = [{\n'
            '    Effect = "Deny", Action = "logs:*", Resource = "*" }] })\n',
            trail()
            + 'resource "aws_iam_role_policy_attachment" "a" {\n  role = aws_iam_role.r.name\n'
            "  policy_arn = module.m.arn\n}\n",
        ),
    ],
    "terraform-aws-modules/iam/aws//modules/iam-assumable-role": [
        (
            '  create_role = true\n  role_name = "x"\n  role_requires_mfa = false\n'
            + _SERVICE
            + _ATTACHED,
            _WRITES + _ROLE_TRAIL,
        ),
        (
            '  create_role = true\n  role_name = "x"\n' + _SERVICE + _ATTACHED,
            _WRITES + _ROLE_TRAIL,
        ),
        (
            '  create_role = true\n  role_name = "x"\n  role_requires_mfa = false\n'
            '  role_sts_externalid = "abc"\n' + _SERVICE,
            _ROLE_TRAIL,
        ),
        (
            '  create_role = var.on\n  role_name = "x"\n  role_requires_mfa = false\n' + _SERVICE,
            _ROLE_TRAIL,
        ),
        (
            '  create_role = true\n  role_name = "x"\n  create_custom_role_trust_policy = true\n'
            f"  custom_role_trust_policy = {_CUSTOM_TRUST}\n  attach_admin_policy = true\n",
            _ROLE_TRAIL,
        ),
        ('  role_name = "x"\n' + _SERVICE, _ROLE_TRAIL),
    ],
    "nozaq/secure-baseline/aws//modules/cloudtrail-baseline": [
        (_BASELINE, ""),
        (_BASELINE + "  cloudwatch_logs_enabled = false\n", ""),
        (_BASELINE + "  cloudwatch_logs_enabled = var.on\n", ""),
        (
            _BASELINE + "  cloudwatch_logs_retention_in_days = 30\n"
            "  cloudtrail_sns_topic_enabled = false\n  is_organization_trail = true\n",
            "",
        ),
    ],
    "nozaq/secure-baseline/aws//modules/alarm-baseline": [
        ("  cloudtrail_log_group_name = aws_cloudwatch_log_group.g.name\n", trail()),
        ('  cloudtrail_log_group_name = "another"\n', trail()),
    ],
    "nozaq/secure-baseline/aws": [
        (_NOZAQ, ""),
        (_NOZAQ + "  alarm_baseline_enabled = false\n", ""),
        (_NOZAQ + "  cloudtrail_baseline_enabled = var.on\n", ""),
        (
            _NOZAQ + '  account_type = "member"\n',
            'resource "aws_cloudtrail" "none" {\n  count = 0\n}\n',
        ),
        (_NOZAQ + "  cloudtrail_cloudwatch_logs_enabled = false\n", ""),
        (_NOZAQ + "  cloudwatch_logs_retention_in_days = 7\n", ""),
    ],
    "rhythmictech/cloudtrail-logging/aws": [
        ('  region = "eu-west-1"\n  cloudtrail_bucket = "b"\n  kms_key_id = var.days\n', ""),
        (
            '  region = "eu-west-1"\n  cloudtrail_bucket = "b"\n  kms_key_id = null\n'
            '  retention_in_days = -1\n  s3_object_level_buckets = ["arn:aws:s3:::"]\n',
            "",
        ),
    ],
    "terraform-aws-modules/iam/aws//modules/iam-role": [
        (
            '  name = "x"\n  use_name_prefix = false\n  trust_policy_permissions = {\n'
            '    t = { actions = ["sts:AssumeRole"], principals = [{ type = "Service",\n'
            '      identifiers = ["cloudtrail.amazonaws.com"] }] }\n  }\n'
            "  policies = { w = aws_iam_policy.writes.arn }\n",
            _WRITES + trail(role="module.m.arn"),
        ),
        (
            '  name = "x"\n  create_inline_policy = true\n  trust_policy_permissions = {\n'
            '    t = { actions = ["sts:AssumeRole"], principals = [{ type = "Service",\n'
            '      identifiers = ["ec2.amazonaws.com"] }] }\n  }\n'
            "  inline_policy_permissions = { w = {\n"
            '    actions = ["logs:CreateLogStream", "logs:PutLogEvents"],\n'
            '    resources = ["${aws_cloudwatch_log_group.g.arn}:*"] } }\n',
            trail(role="module.m.arn"),
        ),
        ('  name = "x"\n  create = false\n', trail(role="module.m.arn")),
    ],
    "terraform-aws-modules/cloudwatch/aws//modules/cis-alarms": [
        ("  log_group_name = aws_cloudwatch_log_group.g.name\n", trail()),
        ('  log_group_name = "another"\n', trail()),
        (
            '  log_group_name = "audit"\n'
            '  disabled_controls = ["RootUsage", "UnauthorizedAPICalls"]\n',
            trail(),
        ),
    ],
    "cloudposse/cloudtrail-cloudwatch-alarms/aws": [
        (
            '  name = "x"\n  log_group_name = "audit"\n  metrics = { a = {\n'
            '    metric_name = "a", filter_pattern = "x", metric_namespace = "n",\n'
            '    metric_value = "1", alarm_name = "a", alarm_comparison_operator = "o",\n'
            '    alarm_evaluation_periods = "1", alarm_period = "1", alarm_statistic = "Sum",\n'
            '    alarm_treat_missing_data = "x", alarm_threshold = "1",\n'
            '    alarm_description = "a" } }\n',
            trail(),
        ),
        ('  name = "x"\n  log_group_name = "audit"\n  metrics = {}\n', trail()),
    ],
    "lacework/cloudtrail/aws": [
        ("", ""),
        ("  is_organization_trail = true\n  use_existing_kms_key = false\n", ""),
        ('  bucket_sse_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/k"\n', ""),
        ("  enable_log_file_validation = false\n", ""),
        ("  use_existing_cloudtrail = var.on\n", ""),
    ],
    "clouddrove/cloudtrail/aws": [
        ('  name = "a"\n  s3_bucket_name = "b"\n', ""),
        (
            '  name = "a"\n  s3_bucket_name = "b"\n'
            "  cloud_watch_logs_group_arn = aws_cloudwatch_log_group.g.arn\n"
            "  cloud_watch_logs_role_arn = aws_iam_role.r.arn\n  is_multi_region_trail = true\n",
            "",
        ),
        ('  name = "a"\n  s3_bucket_name = "b"\n  kms_enabled = true\n' + LINKED, ""),
        ('  name = "a"\n  s3_bucket_name = "b"\n  enabled_cloudtrail = var.on\n', ""),
    ],
}
"""For each module: the arguments of a call named `m`, and what stands beside it."""
