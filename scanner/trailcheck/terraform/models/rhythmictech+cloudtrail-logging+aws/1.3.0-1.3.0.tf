# Model of rhythmictech/cloudtrail-logging/aws, versions 1.3.0 to 1.3.0.
# repository: https://github.com/rhythmictech/terraform-aws-cloudtrail-logging
# checked: 2026-11-23
# digest: 1.3.0 c4d7f5fa82007ca044086565036f2085067c30d80fd8d07b324aeb5f6739fa46
# left out: tags

variable "region" {}
variable "cloudtrail_bucket" {}
variable "kms_key_id" {}
variable "cloudtrail_name" {
  default = "cloudtrail-all"
}
variable "iam_path" {
  default = "/"
}
variable "log_group_name" {
  default = "cloudtrail2cwl"
}
variable "retention_in_days" {
  default = 7
}
variable "s3_object_level_buckets" {
  default = []
}
variable "lambda_functions" {
  default = []
}

data "aws_caller_identity" "here" {}
data "aws_partition" "here" {}

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
    resources = ["arn:${data.aws_partition.here.partition}:logs:${var.region}:${data.aws_caller_identity.here.account_id}:log-group:${aws_cloudwatch_log_group.cwl_loggroup.name}:log-stream:*"]
  }
}

resource "aws_cloudwatch_log_group" "cwl_loggroup" {
  name              = var.log_group_name
  kms_key_id        = var.kms_key_id
  retention_in_days = var.retention_in_days == -1 ? null : var.retention_in_days
}

resource "aws_cloudwatch_log_stream" "cwl_stream" {
  name           = data.aws_caller_identity.here.account_id
  log_group_name = aws_cloudwatch_log_group.cwl_loggroup.name
}

resource "aws_iam_role" "cloudtrail_cloudwatch_events_role" {
  name_prefix        = "cloudtrail_events_role"
  path               = var.iam_path
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy" "cwl_policy" {
  name_prefix = "cloudtrail_cloudwatch_events_policy"
  role        = aws_iam_role.cloudtrail_cloudwatch_events_role.id
  policy      = data.aws_iam_policy_document.writes.json
}

resource "aws_cloudtrail" "trail" {
  name                       = var.cloudtrail_name
  s3_bucket_name             = var.cloudtrail_bucket
  kms_key_id                 = var.kms_key_id
  cloud_watch_logs_group_arn = "${aws_cloudwatch_log_group.cwl_loggroup.arn}:*"
  cloud_watch_logs_role_arn  = aws_iam_role.cloudtrail_cloudwatch_events_role.arn
  enable_log_file_validation = true
  is_multi_region_trail      = true
  event_selector {
    dynamic "data_resource" {
      for_each = length(var.s3_object_level_buckets) > 0 ? [1] : []
      content {
        type   = "AWS::S3::Object"
        values = var.s3_object_level_buckets
      }
    }
    dynamic "data_resource" {
      for_each = length(var.lambda_functions) > 0 ? [1] : []
      content {
        type   = "AWS::Lambda::Function"
        values = var.lambda_functions
      }
    }
  }
}
