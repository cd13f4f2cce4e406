# Model of clouddrove/cloudtrail/aws, versions 1.4.1 to 1.4.3.
# repository: https://github.com/clouddrove/terraform-aws-cloudtrail
# checked: 2026-11-23
# digest: 1.4.1 93015de7d153014e37c81b645fa1a753d0630f71dca78d90b791378ef844acac
# digest: 1.4.2 7118d45ae4589039077fcd43e352d385fb26921f1414b371ba386f5b718f6aac
# digest: 1.4.3 9633256c1d18e2a1b12de5a9a2f6ae643e295b48295a461dd21dc60a82209719
# left out: tags, the policy of the key; the name of the trail

variable "name" {
  default = ""
}
variable "enabled_cloudtrail" {
  type    = bool
  default = true
}
variable "enable_cloudwatch" {
  type    = bool
  default = true
}
variable "kms_enabled" {
  type    = bool
  default = false
}
variable "enable_logging" {
  type    = bool
  default = true
}
variable "enable_log_file_validation" {
  type    = bool
  default = true
}
variable "include_global_service_events" {
  type    = bool
  default = true
}
variable "is_multi_region_trail" {
  type    = bool
  default = false
}
variable "is_organization_trail" {
  type    = bool
  default = false
}
variable "s3_bucket_name" {
  default = ""
}
variable "s3_key_prefix" {
  default = ""
}
variable "cloud_watch_logs_role_arn" {
  default = ""
}
variable "cloud_watch_logs_group_arn" {
  default = ""
}
variable "sns_topic_name" {
  default = null
}
variable "log_retention_days" {
  default = 90
}
variable "cloudwatch_log_group_name" {
  default = "cloudtrail-events"
}
variable "iam_role_name" {
  default = "cloudtrail-cloudwatch-logs-role"
}
variable "event_selector" {
  type    = bool
  default = true
}
variable "read_write_type" {
  default = "All"
}
variable "include_management_events" {
  type    = bool
  default = true
}
variable "event_selector_data_resource" {
  type    = bool
  default = false
}
variable "data_resource_type" {
  default = "AWS::S3::Object"
}
variable "data_resource_values" {
  default = []
}
variable "insight_selector" {
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
    actions = ["logs:CreateLogStream", "logs:PutLogEvents"]
    # The module grants this on one fixed name, whatever the group is called.
    resources = ["arn:${data.aws_partition.here.partition}:logs:${data.aws_region.here.name}:${data.aws_caller_identity.here.account_id}:log-group:cloudwatch-log-group:*"]
  }
}

resource "aws_iam_role" "cloudtrail_cloudwatch_role" {
  count              = var.enable_cloudwatch && var.enabled_cloudtrail ? 1 : 0
  name               = var.iam_role_name
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_policy" "cloudtrail_cloudwatch_logs" {
  count  = var.enable_cloudwatch && var.enabled_cloudtrail ? 1 : 0
  name   = "cloudtrail-cloudwatch-logs-policy"
  policy = data.aws_iam_policy_document.writes.json
}

resource "aws_iam_policy_attachment" "main" {
  count      = var.enable_cloudwatch && var.enabled_cloudtrail ? 1 : 0
  name       = "cloudtrail-cloudwatch-logs-policy-attachment"
  roles      = [aws_iam_role.cloudtrail_cloudwatch_role[0].name]
  policy_arn = aws_iam_policy.cloudtrail_cloudwatch_logs[0].arn
}

resource "aws_cloudwatch_log_group" "cloudtrail" {
  count             = var.enable_cloudwatch && var.enabled_cloudtrail ? 1 : 0
  name              = var.cloudwatch_log_group_name
  retention_in_days = var.log_retention_days
  kms_key_id        = join("", aws_kms_key.cloudtrail[*].arn)
}

resource "aws_kms_key" "cloudtrail" {
  count  = var.kms_enabled && var.enabled_cloudtrail ? 1 : 0
  policy = data.left_out.of_the_model.key_policy
}

resource "aws_cloudtrail" "default" {
  count                         = var.enabled_cloudtrail ? 1 : 0
  name                          = data.left_out.of_the_model.trail_name
  s3_bucket_name                = var.s3_bucket_name
  s3_key_prefix                 = var.s3_key_prefix
  cloud_watch_logs_group_arn    = var.cloud_watch_logs_group_arn != "" ? "${var.cloud_watch_logs_group_arn}:*" : ""
  cloud_watch_logs_role_arn     = var.cloud_watch_logs_role_arn
  enable_logging                = var.enable_logging
  enable_log_file_validation    = var.enable_log_file_validation
  include_global_service_events = var.include_global_service_events
  is_multi_region_trail         = var.is_multi_region_trail
  is_organization_trail         = var.is_organization_trail
  kms_key_id                    = join("", aws_kms_key.cloudtrail[*].arn)
  sns_topic_name                = var.sns_topic_name
  dynamic "event_selector" {
    for_each = var.event_selector ? [1] : []
    content {
      read_write_type           = var.read_write_type
      include_management_events = var.include_management_events
      dynamic "data_resource" {
        for_each = var.event_selector_data_resource ? [1] : []
        content {
          type   = var.data_resource_type
          values = var.data_resource_values
        }
      }
    }
  }
  dynamic "insight_selector" {
    for_each = var.insight_selector
    content {
      insight_type = insight_selector.value.insight_type
    }
  }
  lifecycle {
    ignore_changes = [event_selector]
  }
}

output "id" {
  value = join("", aws_cloudtrail.default[*].id)
}
output "arn" {
  value = join("", aws_cloudtrail.default[*].arn)
}
output "home_region" {
  value = join("", aws_cloudtrail.default[*].home_region)
}
