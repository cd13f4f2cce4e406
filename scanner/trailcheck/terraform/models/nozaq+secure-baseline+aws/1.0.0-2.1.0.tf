# Model of nozaq/secure-baseline/aws, versions 1.0.0 to 2.1.0.
# repository: https://github.com/nozaq/terraform-aws-secure-baseline
# checked: 2026-11-23
# digest: 1.0.0 f4910ff7159c99e63d49a5f2c3ea532f69a05e94bb793f59b84e794c4be74fc2
# digest: 1.1.0 ab0f5c9f01c78c4b32d785ef54da0de285d63e76d27c56bd24b2fbdbdcbf8cab
# digest: 2.1.0 b80bf3524412bb953b51ad35dff380acc8e23aa2809a294214f84d5f3336f76f
# left out: tags, everything but the trail (an aws_cloudtrail of a module inside) and the alarms on it; the bucket stands by its name

variable "aws_account_id" {}
variable "region" {}
variable "audit_log_bucket_name" {}
variable "account_type" {
  default = "individual"
}
variable "turn_off_organization_trail" {
  type    = bool
  default = false
}
variable "permissions_boundary_arn" {
  default = ""
}
variable "cloudtrail_baseline_enabled" {
  type    = bool
  default = true
}
variable "cloudtrail_cloudwatch_logs_enabled" {
  type    = bool
  default = true
}
variable "cloudtrail_cloudwatch_logs_group_name" {
  default = "cloudtrail-multi-region"
}
variable "cloudwatch_logs_retention_in_days" {
  default = 365
}
variable "cloudtrail_iam_role_name" {
  default = "CloudTrail-CloudWatch-Delivery-Role"
}
variable "cloudtrail_iam_role_policy_name" {
  default = "CloudTrail-CloudWatch-Delivery-Policy"
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
variable "cloudtrail_s3_key_prefix" {
  default = "cloudtrail"
}
variable "cloudtrail_s3_object_level_logging_buckets" {
  default = ["arn:aws:s3:::"]
}
variable "cloudtrail_dynamodb_event_logging_tables" {
  default = ["arn:aws:dynamodb"]
}
variable "cloudtrail_lambda_invocation_logging_lambdas" {
  default = ["arn:aws:lambda"]
}
variable "alarm_baseline_enabled" {
  type    = bool
  default = true
}
variable "alarm_sns_topic_name" {
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

locals {
  master = var.account_type == "master"
  trail  = var.cloudtrail_baseline_enabled && (local.master || var.account_type == "individual")
}

module "cloudtrail_baseline" {
  count   = local.trail ? 1 : 0
  source  = "nozaq/secure-baseline/aws//modules/cloudtrail-baseline"
  version = "2.1.0"

  aws_account_id                    = var.aws_account_id
  region                            = var.region
  cloudtrail_name                   = var.cloudtrail_name
  cloudtrail_sns_topic_enabled      = var.cloudtrail_sns_topic_enabled
  cloudtrail_sns_topic_name         = var.cloudtrail_sns_topic_name
  cloudwatch_logs_enabled           = var.cloudtrail_cloudwatch_logs_enabled
  cloudwatch_logs_group_name        = var.cloudtrail_cloudwatch_logs_group_name
  cloudwatch_logs_retention_in_days = var.cloudwatch_logs_retention_in_days
  iam_role_name                     = var.cloudtrail_iam_role_name
  iam_role_policy_name              = var.cloudtrail_iam_role_policy_name
  permissions_boundary_arn          = var.permissions_boundary_arn
  s3_bucket_name                    = var.audit_log_bucket_name
  s3_key_prefix                     = var.cloudtrail_s3_key_prefix
  s3_object_level_logging_buckets   = var.cloudtrail_s3_object_level_logging_buckets
  dynamodb_event_logging_tables     = var.cloudtrail_dynamodb_event_logging_tables
  lambda_invocation_logging_lambdas = var.cloudtrail_lambda_invocation_logging_lambdas
  is_organization_trail             = local.master && !var.turn_off_organization_trail
}

module "alarm_baseline" {
  count   = local.trail && var.alarm_baseline_enabled && var.cloudtrail_cloudwatch_logs_enabled ? 1 : 0
  source  = "nozaq/secure-baseline/aws//modules/alarm-baseline"
  version = "2.1.0"

  cloudtrail_log_group_name        = module.cloudtrail_baseline[0].log_group
  sns_topic_name                   = var.alarm_sns_topic_name
  unauthorized_api_calls_enabled   = var.unauthorized_api_calls_enabled
  no_mfa_console_signin_enabled    = var.no_mfa_console_signin_enabled
  root_usage_enabled               = var.root_usage_enabled
  iam_changes_enabled              = var.iam_changes_enabled
  cloudtrail_cfg_changes_enabled   = var.cloudtrail_cfg_changes_enabled
  console_signin_failures_enabled  = var.console_signin_failures_enabled
  disable_or_delete_cmk_enabled    = var.disable_or_delete_cmk_enabled
  s3_bucket_policy_changes_enabled = var.s3_bucket_policy_changes_enabled
  aws_config_changes_enabled       = var.aws_config_changes_enabled
  security_group_changes_enabled   = var.security_group_changes_enabled
  nacl_changes_enabled             = var.nacl_changes_enabled
  network_gw_changes_enabled       = var.network_gw_changes_enabled
  route_table_changes_enabled      = var.route_table_changes_enabled
  vpc_changes_enabled              = var.vpc_changes_enabled
  organizations_changes_enabled    = var.organizations_changes_enabled
}

output "cloudtrail" {
  value = one(module.cloudtrail_baseline[*].cloudtrail)
}
output "cloudtrail_sns_topic" {
  value = one(module.cloudtrail_baseline[*].cloudtrail_sns_topic)
}
output "cloudtrail_kms_key" {
  value = one(module.cloudtrail_baseline[*].kms_key)
}
output "cloudtrail_log_delivery_iam_role" {
  value = one(module.cloudtrail_baseline[*].log_delivery_iam_role)
}
output "cloudtrail_log_group" {
  value = one(module.cloudtrail_baseline[*].log_group)
}
