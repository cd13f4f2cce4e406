# Model of trussworks/cloudtrail/aws, versions 3.0.0 to 3.0.0.
# repository: https://github.com/trussworks/terraform-aws-cloudtrail
# checked: 2026-11-23
# digest: 3.0.0 3b70c7ee2fbc41b91080c05abf8de741a1e69d496600d0e2ffe93ea7ac4dd13c
# left out: tags, the policy of the key, its alias

variable "s3_bucket_name" {}
variable "s3_key_prefix" {
  default = "cloudtrail"
}
variable "trail_name" {
  default = "cloudtrail"
}
variable "cloudwatch_log_group_name" {
  default = "cloudtrail-events"
}
variable "log_retention_days" {
  default = 90
}
variable "org_trail" {
  default = false
}
variable "enabled" {
  type    = bool
  default = true
}

data "aws_caller_identity" "here" {}
data "aws_region" "here" {}
data "aws_partition" "here" {}
data "left_out" "of_the_model" {}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "writes" {
  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["arn:${data.aws_partition.here.partition}:logs:${data.aws_region.here.name}:${data.aws_caller_identity.here.account_id}:log-group:${var.cloudwatch_log_group_name}:*"]
  }
}

resource "aws_iam_role" "cloudtrail_cloudwatch_role" {
  name               = "cloudtrail-cloudwatch-logs-role"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_policy" "cloudtrail_cloudwatch_logs" {
  name   = "cloudtrail-cloudwatch-logs-policy"
  policy = data.aws_iam_policy_document.writes.json
}

resource "aws_iam_policy_attachment" "main" {
  name       = "the-attachment"
  roles      = [aws_iam_role.cloudtrail_cloudwatch_role.name]
  policy_arn = aws_iam_policy.cloudtrail_cloudwatch_logs.arn
}

resource "aws_cloudwatch_log_group" "cloudtrail" {
  name              = var.cloudwatch_log_group_name
  retention_in_days = var.log_retention_days
  kms_key_id        = aws_kms_key.cloudtrail.arn
}

resource "aws_kms_key" "cloudtrail" {
  policy = data.left_out.of_the_model.key_policy
}

resource "aws_cloudtrail" "main" {
  name                       = var.trail_name
  s3_bucket_name             = var.s3_bucket_name
  s3_key_prefix              = var.s3_key_prefix
  cloud_watch_logs_group_arn = aws_cloudwatch_log_group.cloudtrail.arn
  cloud_watch_logs_role_arn  = aws_iam_role.cloudtrail_cloudwatch_role.arn
  is_multi_region_trail      = true
  enable_log_file_validation = true
  is_organization_trail      = var.org_trail
  kms_key_id                 = aws_kms_key.cloudtrail.arn
  enable_logging             = var.enabled
}

output "cloudtrail_id" {
  value = aws_cloudtrail.main.id
}
output "cloudtrail_arn" {
  value = aws_cloudtrail.main.arn
}
output "cloudtrail_home_region" {
  value = aws_cloudtrail.main.home_region
}
