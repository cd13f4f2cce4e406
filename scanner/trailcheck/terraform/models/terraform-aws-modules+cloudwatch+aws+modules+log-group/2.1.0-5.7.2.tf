# Model of terraform-aws-modules/cloudwatch/aws//modules/log-group, versions 2.1.0 to 5.7.2.
# repository: https://github.com/terraform-aws-modules/terraform-aws-cloudwatch
# checked: 2026-11-23
# digest: 2.1.0 5111e62a61146b206701ca65c28e1b843d4e20ad73a61d5395f88c8963923b0a
# digest: 3.0.0 6f8b283464a449ce332bbfd1ceb06cb6a01f184dc24d495cbb058d8979a51515
# digest: 4.3.0 4c7baa9634ffe27b778690937fcdf44cfe32084a1b6f8f4fee86ff9d64980ea2
# digest: 5.7.2 6a006ba23511f9e056a520253638f040f702433b061efba1fbf260a57d5a7def
# left out: tags

variable "create" {
  type    = bool
  default = true
}
variable "name" {
  default = null
}
variable "name_prefix" {
  default = null
}
variable "retention_in_days" {
  default = null
}
variable "kms_key_id" {
  default = null
}
variable "log_group_class" {
  default = null
}
variable "skip_destroy" {
  default = null
}

resource "aws_cloudwatch_log_group" "this" {
  count             = var.create ? 1 : 0
  name              = var.name
  name_prefix       = var.name_prefix
  retention_in_days = var.retention_in_days
  kms_key_id        = var.kms_key_id
  log_group_class   = var.log_group_class
  skip_destroy      = var.skip_destroy
}

output "cloudwatch_log_group_name" {
  value = join("", aws_cloudwatch_log_group.this[*].name)
}
output "cloudwatch_log_group_arn" {
  value = join("", aws_cloudwatch_log_group.this[*].arn)
}
