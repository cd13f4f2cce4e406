# Model of trussworks/cloudtrail/aws, versions 2.0.0 to 2.0.4.
# repository: https://github.com/trussworks/terraform-aws-cloudtrail
# checked: 2026-11-23
# digest: 2.0.0 0fdf1242d5fdce79a5ade32606eb163202dcd47a5f220fea350533e3e38fe56d
# digest: 2.0.4 84759fe7b3abd87de22aa948ba9e7a7cf3f1aafb7967fab942c43fdfe8f49f9b
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
variable "encrypt_cloudtrail" {
  default = false
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
}

resource "aws_kms_key" "cloudtrail" {
  count  = var.encrypt_cloudtrail ? 1 : 0
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
  kms_key_id                 = var.encrypt_cloudtrail ? aws_kms_key.cloudtrail[0].arn : null
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
