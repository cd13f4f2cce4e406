# Model of trussworks/cloudtrail/aws, versions 4.0.0 to 5.3.0.
# repository: https://github.com/trussworks/terraform-aws-cloudtrail
# checked: 2026-11-23
# digest: 4.0.0 64f5ba87c217df13d2829b0e43b64c68aa1dfe1b1f6737b2ade8d822861afed5
# digest: 4.2.0 60143c4d1defc4aa0c9ed77cf38209be301a7d63ea16070e5bc5b355a94fe3fa
# digest: 4.5.0 65049959528b032aaf404e30d2975b3ba192bada5f18fc13de1010c7eb4dc22c
# digest: 5.3.0 0696a2091454814272ef84124d98e65672cf22f2a7583159e9b67e36a4b13bcd
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
variable "iam_role_name" {
  default = "cloudtrail-cloudwatch-logs-role"
}
variable "iam_policy_name" {
  default = "cloudtrail-cloudwatch-logs-policy"
}
variable "sns_topic_arn" {
  default = ""
}
variable "api_call_rate_insight" {
  default = false
}
variable "api_error_rate_insight" {
  default = false
}
variable "advanced_event_selectors" {
  default = []
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
  name               = var.iam_role_name
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_policy" "cloudtrail_cloudwatch_logs" {
  name   = var.iam_policy_name
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
  cloud_watch_logs_group_arn = "${aws_cloudwatch_log_group.cloudtrail.arn}:*"
  cloud_watch_logs_role_arn  = aws_iam_role.cloudtrail_cloudwatch_role.arn
  is_multi_region_trail      = true
  enable_log_file_validation = true
  is_organization_trail      = var.org_trail
  kms_key_id                 = aws_kms_key.cloudtrail.arn
  enable_logging             = var.enabled
  sns_topic_name             = var.sns_topic_arn
  dynamic "insight_selector" {
    for_each = compact([var.api_call_rate_insight ? "ApiCallRateInsight" : "", var.api_error_rate_insight ? "ApiErrorRateInsight" : ""])
    content {
      insight_type = insight_selector.value
    }
  }
  dynamic "advanced_event_selector" {
    for_each = var.advanced_event_selectors
    iterator = it
    content {
      name = it.value.name
      dynamic "field_selector" {
        for_each = it.value.field_selectors
        iterator = one
        content {
          field           = one.value.field
          equals          = try(one.value.equals, null)
          not_equals      = try(one.value.not_equals, null)
          starts_with     = try(one.value.starts_with, null)
          not_starts_with = try(one.value.not_starts_with, null)
          ends_with       = try(one.value.ends_with, null)
          not_ends_with   = try(one.value.not_ends_with, null)
        }
      }
    }
  }
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
output "kms_key_arn" {
  value = aws_kms_key.cloudtrail.arn
}
