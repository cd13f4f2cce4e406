# Model of nozaq/secure-baseline/aws//modules/alarm-baseline, versions 0.33.0 to 2.1.0.
# repository: https://github.com/nozaq/terraform-aws-secure-baseline
# checked: 2026-11-23
# digest: 0.33.0 78b197a41c1ce84b8a4bdb82bd3b852f0d4cb2eeaa4cc931d169e4aa20d3c750
# digest: 1.1.0 fd182ae4da4d213d24d6bb31a9aea30afc1805a93ea1ea5248ba279f5de0a972
# digest: 2.1.0 fd182ae4da4d213d24d6bb31a9aea30afc1805a93ea1ea5248ba279f5de0a972
# left out: tags, the patterns of the filters, the alarms themselves, the policy of the topic

variable "cloudtrail_log_group_name" {}
variable "sns_topic_name" {
  default = "CISAlarm"
}
variable "unauthorized_api_calls_enabled" {
  type    = bool
  default = true
}
variable "no_mfa_console_signin_enabled" {
  type    = bool
  default = true
}
variable "root_usage_enabled" {
  type    = bool
  default = true
}
variable "iam_changes_enabled" {
  type    = bool
  default = true
}
variable "cloudtrail_cfg_changes_enabled" {
  type    = bool
  default = true
}
variable "console_signin_failures_enabled" {
  type    = bool
  default = true
}
variable "disable_or_delete_cmk_enabled" {
  type    = bool
  default = true
}
variable "s3_bucket_policy_changes_enabled" {
  type    = bool
  default = true
}
variable "aws_config_changes_enabled" {
  type    = bool
  default = true
}
variable "security_group_changes_enabled" {
  type    = bool
  default = true
}
variable "nacl_changes_enabled" {
  type    = bool
  default = true
}
variable "network_gw_changes_enabled" {
  type    = bool
  default = true
}
variable "route_table_changes_enabled" {
  type    = bool
  default = true
}
variable "vpc_changes_enabled" {
  type    = bool
  default = true
}
variable "organizations_changes_enabled" {
  type    = bool
  default = true
}

data "left_out" "of_the_model" {}

resource "aws_sns_topic" "alarms" {
  name = var.sns_topic_name
}

resource "aws_cloudwatch_log_metric_filter" "unauthorized_api_calls" {
  count          = var.unauthorized_api_calls_enabled ? 1 : 0
  name           = "UnauthorizedAPICalls"
  pattern        = data.left_out.of_the_model.unauthorized_api_calls
  log_group_name = var.cloudtrail_log_group_name
}

resource "aws_cloudwatch_log_metric_filter" "no_mfa_console_signin" {
  count          = var.no_mfa_console_signin_enabled ? 1 : 0
  name           = "NoMFAConsoleSignin"
  pattern        = data.left_out.of_the_model.no_mfa_console_signin
  log_group_name = var.cloudtrail_log_group_name
}

resource "aws_cloudwatch_log_metric_filter" "root_usage" {
  count          = var.root_usage_enabled ? 1 : 0
  name           = "RootUsage"
  pattern        = data.left_out.of_the_model.root_usage
  log_group_name = var.cloudtrail_log_group_name
}

resource "aws_cloudwatch_log_metric_filter" "iam_changes" {
  count          = var.iam_changes_enabled ? 1 : 0
  name           = "IAMChanges"
  pattern        = data.left_out.of_the_model.iam_changes
  log_group_name = var.cloudtrail_log_group_name
}

resource "aws_cloudwatch_log_metric_filter" "cloudtrail_cfg_changes" {
  count          = var.cloudtrail_cfg_changes_enabled ? 1 : 0
  name           = "CloudTrailCfgChanges"
  pattern        = data.left_out.of_the_model.cloudtrail_cfg_changes
  log_group_name = var.cloudtrail_log_group_name
}

resource "aws_cloudwatch_log_metric_filter" "console_signin_failures" {
  count          = var.console_signin_failures_enabled ? 1 : 0
  name           = "ConsoleSigninFailures"
  pattern        = data.left_out.of_the_model.console_signin_failures
  log_group_name = var.cloudtrail_log_group_name
}

resource "aws_cloudwatch_log_metric_filter" "disable_or_delete_cmk" {
  count          = var.disable_or_delete_cmk_enabled ? 1 : 0
  name           = "DisableOrDeleteCMK"
  pattern        = data.left_out.of_the_model.disable_or_delete_cmk
  log_group_name = var.cloudtrail_log_group_name
}

resource "aws_cloudwatch_log_metric_filter" "s3_bucket_policy_changes" {
  count          = var.s3_bucket_policy_changes_enabled ? 1 : 0
  name           = "S3BucketPolicyChanges"
  pattern        = data.left_out.of_the_model.s3_bucket_policy_changes
  log_group_name = var.cloudtrail_log_group_name
}

resource "aws_cloudwatch_log_metric_filter" "aws_config_changes" {
  count          = var.aws_config_changes_enabled ? 1 : 0
  name           = "AWSConfigChanges"
  pattern        = data.left_out.of_the_model.aws_config_changes
  log_group_name = var.cloudtrail_log_group_name
}

resource "aws_cloudwatch_log_metric_filter" "security_group_changes" {
  count          = var.security_group_changes_enabled ? 1 : 0
  name           = "SecurityGroupChanges"
  pattern        = data.left_out.of_the_model.security_group_changes
  log_group_name = var.cloudtrail_log_group_name
}

resource "aws_cloudwatch_log_metric_filter" "nacl_changes" {
  count          = var.nacl_changes_enabled ? 1 : 0
  name           = "NACLChanges"
  pattern        = data.left_out.of_the_model.nacl_changes
  log_group_name = var.cloudtrail_log_group_name
}

resource "aws_cloudwatch_log_metric_filter" "network_gw_changes" {
  count          = var.network_gw_changes_enabled ? 1 : 0
  name           = "NetworkGWChanges"
  pattern        = data.left_out.of_the_model.network_gw_changes
  log_group_name = var.cloudtrail_log_group_name
}

resource "aws_cloudwatch_log_metric_filter" "route_table_changes" {
  count          = var.route_table_changes_enabled ? 1 : 0
  name           = "RouteTableChanges"
  pattern        = data.left_out.of_the_model.route_table_changes
  log_group_name = var.cloudtrail_log_group_name
}

resource "aws_cloudwatch_log_metric_filter" "vpc_changes" {
  count          = var.vpc_changes_enabled ? 1 : 0
  name           = "VPCChanges"
  pattern        = data.left_out.of_the_model.vpc_changes
  log_group_name = var.cloudtrail_log_group_name
}

resource "aws_cloudwatch_log_metric_filter" "organizations_changes" {
  count          = var.organizations_changes_enabled ? 1 : 0
  name           = "OrganizationsChanges"
  pattern        = data.left_out.of_the_model.organizations_changes
  log_group_name = var.cloudtrail_log_group_name
}

output "alarm_sns_topic" {
  value = aws_sns_topic.alarms
}
