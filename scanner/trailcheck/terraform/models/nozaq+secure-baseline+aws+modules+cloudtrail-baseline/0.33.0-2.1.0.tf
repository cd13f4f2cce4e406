# Model of nozaq/secure-baseline/aws//modules/cloudtrail-baseline, versions 0.33.0 to 2.1.0.
# repository: https://github.com/nozaq/terraform-aws-secure-baseline
# checked: 2026-11-23
# digest: 0.33.0 a1e723c7c3e7ea626b3321cd1155f9cc903e61cb5f1f5c1e4a2d97efcb4003b8
# digest: 1.1.0 1113cfcba677aa0492f67d995d39af3f7630af86ec0d5ac17022f4ec01dc50ac
# digest: 2.1.0 a68b806a05be91be97a799c9bd213068f57cbbc77478f7954dd86062ba14f225
# left out: tags, the policies of the key and the topic

variable "aws_account_id" {}
variable "region" {}
variable "s3_bucket_name" {}
variable "s3_key_prefix" {
  default = ""
}
variable "cloudtrail_name" {
  default = "cloudtrail-multi-region"
}
variable "cloudtrail_sns_topic_enabled" {
  type    = bool
  default = true
}
variable "cloudtrail_sns_topic_name" {
  default = "cloudtrail-multi-region-sns-topic"
}
variable "cloudwatch_logs_enabled" {
  type    = bool
  default = true
}
variable "cloudwatch_logs_group_name" {
  default = "cloudtrail-multi-region"
}
variable "cloudwatch_logs_retention_in_days" {
  default = 365
}
variable "iam_role_name" {
  default = "CloudTrail-CloudWatch-Delivery-Role"
}
variable "iam_role_policy_name" {
  default = "CloudTrail-CloudWatch-Delivery-Policy"
}
variable "permissions_boundary_arn" {
  default = ""
}
variable "is_organization_trail" {
  type    = bool
  default = false
}
variable "s3_object_level_logging_buckets" {
  default = ["arn:aws:s3:::"]
}
variable "dynamodb_event_logging_tables" {
  default = ["arn:aws:dynamodb"]
}
variable "lambda_invocation_logging_lambdas" {
  default = ["arn:aws:lambda"]
}

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
  count = var.cloudwatch_logs_enabled ? 1 : 0
  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["arn:aws:logs:${var.region}:${var.aws_account_id}:log-group:${aws_cloudwatch_log_group.cloudtrail_events[0].name}:log-stream:*"]
  }
}

resource "aws_cloudwatch_log_group" "cloudtrail_events" {
  count             = var.cloudwatch_logs_enabled ? 1 : 0
  name              = var.cloudwatch_logs_group_name
  retention_in_days = var.cloudwatch_logs_retention_in_days
}

resource "aws_iam_role" "cloudwatch_delivery" {
  count                = var.cloudwatch_logs_enabled ? 1 : 0
  name                 = var.iam_role_name
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  permissions_boundary = var.permissions_boundary_arn
}

resource "aws_iam_role_policy" "cloudwatch_delivery_policy" {
  count  = var.cloudwatch_logs_enabled ? 1 : 0
  name   = var.iam_role_policy_name
  role   = aws_iam_role.cloudwatch_delivery[0].id
  policy = data.aws_iam_policy_document.writes[0].json
}

resource "aws_kms_key" "cloudtrail" {
  policy = data.left_out.of_the_model.key_policy
}

resource "aws_sns_topic" "cloudtrail-sns-topic" {
  count = var.cloudtrail_sns_topic_enabled ? 1 : 0
  name  = var.cloudtrail_sns_topic_name
}

resource "aws_cloudtrail" "global" {
  name                          = var.cloudtrail_name
  s3_bucket_name                = var.s3_bucket_name
  s3_key_prefix                 = var.s3_key_prefix
  cloud_watch_logs_group_arn    = var.cloudwatch_logs_enabled ? "${aws_cloudwatch_log_group.cloudtrail_events[0].arn}:*" : null
  cloud_watch_logs_role_arn     = var.cloudwatch_logs_enabled ? aws_iam_role.cloudwatch_delivery[0].arn : null
  enable_log_file_validation    = true
  include_global_service_events = true
  is_multi_region_trail         = true
  is_organization_trail         = var.is_organization_trail
  kms_key_id                    = aws_kms_key.cloudtrail.arn
  sns_topic_name                = var.cloudtrail_sns_topic_enabled ? aws_sns_topic.cloudtrail-sns-topic[0].arn : null
  event_selector {
    data_resource {
      type   = "AWS::S3::Object"
      values = var.s3_object_level_logging_buckets
    }
  }
  event_selector {
    data_resource {
      type   = "AWS::DynamoDB::Table"
      values = var.dynamodb_event_logging_tables
    }
    data_resource {
      type   = "AWS::Lambda::Function"
      values = var.lambda_invocation_logging_lambdas
    }
  }
  insight_selector {
    insight_type = "ApiCallRateInsight"
  }
}

output "cloudtrail" {
  value = aws_cloudtrail.global
}
output "cloudtrail_sns_topic" {
  value = var.cloudtrail_sns_topic_enabled ? aws_sns_topic.cloudtrail-sns-topic[0] : null
}
output "kms_key" {
  value = aws_kms_key.cloudtrail
}
output "log_delivery_iam_role" {
  value = var.cloudwatch_logs_enabled ? aws_iam_role.cloudwatch_delivery[0] : null
}
output "log_group" {
  value = var.cloudwatch_logs_enabled ? aws_cloudwatch_log_group.cloudtrail_events[0].name : null
}
