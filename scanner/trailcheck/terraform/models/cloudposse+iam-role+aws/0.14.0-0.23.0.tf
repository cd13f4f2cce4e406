# Model of cloudposse/iam-role/aws, versions 0.14.0 to 0.23.0.
# repository: https://github.com/cloudposse/terraform-aws-iam-role
# checked: 2026-11-23
# digest: 0.14.1 4936ea3ab73b0848aa0d58a89f860970e6f7209c18deb79d765e0b3579fef81c
# digest: 0.16.2 bb6a50b9c1992537ca48a78b2cba6153d8442ab086314b11105d641027b13010
# digest: 0.19.0 e9ff4eb623187780dc3abf937642a977b04a6f20cc1cb091595665e1f343b486
# digest: 0.23.0 18e0063226582217c2704c4b5c6c95e2848812845991dc26a032399707224671
# left out: tags, instance profiles; names beyond 64 characters before 0.18.0

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
variable "use_fullname" {
  type    = bool
  default = true
}
variable "principals" {
  default = {}
}
variable "policy_documents" {
  default = []
}
variable "policy_document_count" {
  default = 1
}
variable "managed_policy_arns" {
  default = []
}
variable "permissions_boundary" {
  default = ""
}
variable "policy_name" {
  default = null
}
variable "assume_role_actions" {
  default = ["sts:AssumeRole", "sts:TagSession"]
}
variable "assume_role_conditions" {
  default = []
}
variable "assume_role_policy" {
  default = null
}
variable "inline_policy_enabled" {
  type    = bool
  default = false
}
variable "path" {
  default = "/"
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

module "role_name" {
  source          = "cloudposse/label/null"
  version         = "0.25.0"
  id_length_limit = 64
  context         = module.this.context
}

data "aws_iam_policy_document" "trust_of" {
  count = module.this.enabled ? length(keys(var.principals)) : 0
  statement {
    actions = var.assume_role_actions
    principals {
      type        = keys(var.principals)[count.index]
      identifiers = var.principals[keys(var.principals)[count.index]]
    }
    dynamic "condition" {
      for_each = var.assume_role_conditions
      content {
        test     = condition.value.test
        variable = condition.value.variable
        values   = condition.value.values
      }
    }
  }
}

data "aws_iam_policy_document" "trust" {
  override_policy_documents = var.assume_role_policy != null ? [var.assume_role_policy] : data.aws_iam_policy_document.trust_of[*].json
}

data "aws_iam_policy_document" "default" {
  count                     = module.this.enabled && var.policy_document_count > 0 ? 1 : 0
  override_policy_documents = var.policy_documents
}

resource "aws_iam_role" "default" {
  count                = module.this.enabled ? 1 : 0
  name                 = var.use_fullname ? module.role_name.id : module.this.name
  path                 = var.path
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  permissions_boundary = var.permissions_boundary
}

resource "aws_iam_policy" "default" {
  count  = module.this.enabled && var.policy_document_count > 0 && !var.inline_policy_enabled ? 1 : 0
  name   = var.policy_name != null && var.policy_name != "" ? var.policy_name : module.this.id
  path   = var.path
  policy = data.aws_iam_policy_document.default[0].json
}

resource "aws_iam_role_policy_attachment" "default" {
  count      = module.this.enabled && var.policy_document_count > 0 && !var.inline_policy_enabled ? 1 : 0
  role       = aws_iam_role.default[0].name
  policy_arn = aws_iam_policy.default[0].arn
}

resource "aws_iam_role_policy" "default" {
  count  = module.this.enabled && var.policy_document_count > 0 && var.inline_policy_enabled ? 1 : 0
  name   = var.policy_name != null && var.policy_name != "" ? var.policy_name : module.this.id
  role   = aws_iam_role.default[0].name
  policy = data.aws_iam_policy_document.default[0].json
}

resource "aws_iam_role_policy_attachment" "managed" {
  for_each   = module.this.enabled ? toset(var.managed_policy_arns) : []
  role       = aws_iam_role.default[0].name
  policy_arn = each.key
}

output "name" {
  value = join("", aws_iam_role.default[*].name)
}
output "id" {
  value = join("", aws_iam_role.default[*].unique_id)
}
output "arn" {
  value = join("", aws_iam_role.default[*].arn)
}
output "policy" {
  value = join("", data.aws_iam_policy_document.default[*].json)
}
