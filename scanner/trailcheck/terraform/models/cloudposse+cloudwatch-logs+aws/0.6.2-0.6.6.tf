# Model of cloudposse/cloudwatch-logs/aws, versions 0.6.2 to 0.6.6.
# repository: https://github.com/cloudposse/terraform-aws-cloudwatch-logs
# checked: 2026-11-23
# digest: 0.6.2 1b4bd71a48556e2142628ef0aded8a3a7cb1d4f86b52cda357ffefc8a7ad9048
# digest: 0.6.6 5224b0aabec98a659c2c88aef38e09cd1bdfb005c0fa7644da6b7f59b18b73d6
# left out: tags

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
variable "kms_key_arn" {
  default = ""
}
variable "retention_in_days" {
  default = "30"
}
variable "stream_names" {
  default = []
}
variable "iam_role_enabled" {
  type    = bool
  default = true
}
variable "principals" {
  default = { Service = ["ec2.amazonaws.com"] }
}
variable "additional_permissions" {
  default = ["logs:CreateLogStream", "logs:DeleteLogStream"]
}
variable "permissions_boundary" {
  default = ""
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

module "log_group_label" {
  source              = "cloudposse/label/null"
  version             = "0.25.0"
  context             = module.this.context
  regex_replace_chars = "/[^a-zA-Z0-9-\\/]/"
}

resource "aws_cloudwatch_log_group" "default" {
  count             = module.this.enabled ? 1 : 0
  name              = module.log_group_label.id
  retention_in_days = var.retention_in_days
  kms_key_id        = var.kms_key_arn
}

resource "aws_cloudwatch_log_stream" "default" {
  count          = module.this.enabled ? length(var.stream_names) : 0
  name           = var.stream_names[count.index]
  log_group_name = aws_cloudwatch_log_group.default[0].name
}

data "aws_iam_policy_document" "log_agent" {
  count = module.this.enabled && var.iam_role_enabled ? 1 : 0
  statement {
    actions   = ["logs:DescribeLogGroups", "logs:DescribeLogStreams"]
    resources = ["*"]
  }
  statement {
    actions   = ["logs:PutLogEvents"]
    resources = ["${join("", aws_cloudwatch_log_group.default[*].arn)}"]
  }
  statement {
    actions   = var.additional_permissions
    resources = ["${join("", aws_cloudwatch_log_group.default[*].arn)}"]
  }
}

module "role" {
  source               = "cloudposse/iam-role/aws"
  version              = "0.16.2"
  context              = module.this.context
  enabled              = module.this.enabled && var.iam_role_enabled
  attributes           = compact(concat(module.this.attributes, ["log", "group"]))
  principals           = var.principals
  policy_documents     = [join("", data.aws_iam_policy_document.log_agent[*].json)]
  permissions_boundary = var.permissions_boundary
}

output "log_group_arn" {
  value = join("", aws_cloudwatch_log_group.default[*].arn)
}
output "log_group_name" {
  value = join("", aws_cloudwatch_log_group.default[*].name)
}
output "stream_arns" {
  value = aws_cloudwatch_log_stream.default[*].arn
}
output "role_arn" {
  value = module.role.arn
}
output "role_name" {
  value = module.role.name
}
