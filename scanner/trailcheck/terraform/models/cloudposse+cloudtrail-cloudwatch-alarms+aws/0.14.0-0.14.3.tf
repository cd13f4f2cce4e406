# Model of cloudposse/cloudtrail-cloudwatch-alarms/aws, versions 0.14.0 to 0.14.3.
# repository: https://github.com/cloudposse/terraform-aws-cloudtrail-cloudwatch-alarms
# checked: 2026-11-23
# digest: 0.14.0 b90c2ff0169f1c92fd0f8865bb7adf0151df92e2d3dd54e8444c0cbbc6965ca9
# digest: 0.14.3 6d7e08e55d73e75ef53ba4945fe4d6cad1c5d95094e6530751b1fd85572d012c
# left out: tags, the alarms themselves, the topic and its key

variable "enabled" {
  type    = bool
  default = null
}
variable "namespace" {
  default = null
}
variable "tenant" {
  default = null
}
variable "environment" {
  default = null
}
variable "stage" {
  default = null
}
variable "name" {
  default = null
}
variable "delimiter" {
  default = null
}
variable "attributes" {
  default = null
}
variable "label_order" {
  default = null
}
variable "regex_replace_chars" {
  default = null
}
variable "id_length_limit" {
  type    = number
  default = null
}
variable "label_value_case" {
  default = null
}
variable "context" {
  default = {}
}
variable "log_group_name" {}
variable "metrics" {
  default = {}
}

module "this" {
  source              = "cloudposse/label/null"
  version             = "0.25.0"
  enabled             = var.enabled
  namespace           = var.namespace
  tenant              = var.tenant
  environment         = var.environment
  stage               = var.stage
  name                = var.name
  delimiter           = var.delimiter
  attributes          = var.attributes
  label_order         = var.label_order
  regex_replace_chars = var.regex_replace_chars
  id_length_limit     = var.id_length_limit
  label_value_case    = var.label_value_case
  context             = var.context
}

resource "aws_cloudwatch_log_metric_filter" "default" {
  for_each       = module.this.enabled ? var.metrics : {}
  name           = each.value.metric_name
  pattern        = each.value.filter_pattern
  log_group_name = var.log_group_name
}
