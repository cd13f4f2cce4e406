# Model of terraform-aws-modules/iam/aws//modules/iam-assumable-role, versions 4.10.0 to 5.29.2.
# repository: https://github.com/terraform-aws-modules/terraform-aws-iam
# checked: 2026-11-23
# digest: 4.10.0 9668400e5099901ff422df599e27494418e53b43ac92e0d53f13659ea7c5835e
# digest: 5.0.0 7f69aefeb81804229704a26157028d877ee42d8f437b2d067b23738d6666b117
# digest: 5.5.0 5dfc880d464cf4a8861fb189a86b98def98ec5cb813f4a8971660f105bcdb7c2
# digest: 5.19.0 7cdbe200f8c4c57cf75126affb3b6b7281117127dde8120c20cafa6802e0f4aa
# digest: 5.29.2 3043c3cb1820fa5c441dc74055268edbb267055b5256cd2c1b0d6a81a03b5ea9
# left out: tags, instance profiles

variable "create_role" {
  type    = bool
  default = false
}
variable "role_name" {
  default = null
}
variable "role_name_prefix" {
  default = null
}
variable "role_path" {
  default = "/"
}
variable "role_requires_mfa" {
  type    = bool
  default = true
}
variable "mfa_age" {
  default = 86400
}
variable "role_permissions_boundary_arn" {
  default = ""
}
variable "role_sts_externalid" {
  default = []
}
variable "role_requires_session_name" {
  type    = bool
  default = false
}
variable "role_session_name" {
  default = ["$${aws:username}"]
}
variable "trusted_role_actions" {
  default = ["sts:AssumeRole", "sts:TagSession"]
}
variable "trusted_role_arns" {
  default = []
}
variable "trusted_role_services" {
  default = []
}
variable "trust_policy_conditions" {
  default = []
}
variable "allow_self_assume_role" {
  type    = bool
  default = false
}
variable "create_custom_role_trust_policy" {
  type    = bool
  default = false
}
variable "custom_role_trust_policy" {
  default = ""
}
variable "custom_role_policy_arns" {
  default = []
}
variable "number_of_custom_role_policy_arns" {
  default = null
}
variable "inline_policy_statements" {
  default = []
}
variable "attach_admin_policy" {
  type    = bool
  default = false
}
variable "attach_poweruser_policy" {
  type    = bool
  default = false
}
variable "attach_readonly_policy" {
  type    = bool
  default = false
}
variable "admin_role_policy_arn" {
  default = "arn:aws:iam::aws:policy/AdministratorAccess"
}
variable "poweruser_role_policy_arn" {
  default = "arn:aws:iam::aws:policy/PowerUserAccess"
}
variable "readonly_role_policy_arn" {
  default = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}

data "aws_caller_identity" "here" {}
data "aws_partition" "here" {}

locals {
  external_ids = flatten([var.role_sts_externalid])
  mfa          = var.role_requires_mfa ? [1] : []
  own_name     = var.role_name != null ? var.role_name : "${var.role_name_prefix}*"
}

data "aws_iam_policy_document" "trust" {
  dynamic "statement" {
    for_each = var.allow_self_assume_role ? [1] : []
    content {
      sid     = "ExplicitSelfRoleAssumption"
      actions = ["sts:AssumeRole"]
      principals {
        type        = "AWS"
        identifiers = ["*"]
      }
      condition {
        test     = "ArnLike"
        variable = "aws:PrincipalArn"
        values   = ["arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:role${var.role_path}${local.own_name}"]
      }
    }
  }
  statement {
    actions = distinct(compact(concat(["sts:AssumeRole"], var.trusted_role_actions)))
    principals {
      type        = "AWS"
      identifiers = var.trusted_role_arns
    }
    principals {
      type        = "Service"
      identifiers = var.trusted_role_services
    }
    dynamic "condition" {
      for_each = local.mfa
      content {
        test     = "Bool"
        variable = "aws:MultiFactorAuthPresent"
        values   = ["true"]
      }
    }
    dynamic "condition" {
      for_each = local.mfa
      content {
        test     = "NumericLessThan"
        variable = "aws:MultiFactorAuthAge"
        values   = [var.mfa_age]
      }
    }
    dynamic "condition" {
      for_each = length(local.external_ids) > 0 ? [1] : []
      content {
        test     = "StringEquals"
        variable = "sts:ExternalId"
        values   = local.external_ids
      }
    }
    dynamic "condition" {
      for_each = var.role_requires_session_name ? [1] : []
      content {
        test     = "StringEquals"
        variable = "sts:RoleSessionName"
        values   = var.role_session_name
      }
    }
    dynamic "condition" {
      for_each = var.trust_policy_conditions
      content {
        test     = condition.value.test
        variable = condition.value.variable
        values   = condition.value.values
      }
    }
  }
}

resource "aws_iam_role" "this" {
  count                = var.create_role ? 1 : 0
  name                 = var.role_name
  name_prefix          = var.role_name_prefix
  path                 = var.role_path
  permissions_boundary = var.role_permissions_boundary_arn
  assume_role_policy   = var.custom_role_trust_policy != "" ? var.custom_role_trust_policy : data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy_attachment" "custom" {
  count      = var.create_role ? coalesce(var.number_of_custom_role_policy_arns, length(var.custom_role_policy_arns)) : 0
  role       = aws_iam_role.this[0].name
  policy_arn = var.custom_role_policy_arns[count.index]
}

resource "aws_iam_role_policy_attachment" "admin" {
  count      = var.create_role && var.attach_admin_policy ? 1 : 0
  role       = aws_iam_role.this[0].name
  policy_arn = var.admin_role_policy_arn
}

resource "aws_iam_role_policy_attachment" "poweruser" {
  count      = var.create_role && var.attach_poweruser_policy ? 1 : 0
  role       = aws_iam_role.this[0].name
  policy_arn = var.poweruser_role_policy_arn
}

resource "aws_iam_role_policy_attachment" "readonly" {
  count      = var.create_role && var.attach_readonly_policy ? 1 : 0
  role       = aws_iam_role.this[0].name
  policy_arn = var.readonly_role_policy_arn
}

data "aws_iam_policy_document" "inline" {
  dynamic "statement" {
    for_each = var.inline_policy_statements
    iterator = it
    content {
      sid           = try(it.value.sid, null)
      effect        = try(it.value.effect, null)
      actions       = try(it.value.actions, null)
      not_actions   = try(it.value.not_actions, null)
      resources     = try(it.value.resources, null)
      not_resources = try(it.value.not_resources, null)
      dynamic "condition" {
        for_each = try(it.value.conditions, [])
        content {
          test     = condition.value.test
          variable = condition.value.variable
          values   = condition.value.values
        }
      }
    }
  }
}

resource "aws_iam_role_policy" "inline" {
  count       = var.create_role && length(var.inline_policy_statements) > 0 ? 1 : 0
  name_prefix = "the_role_inline_"
  role        = aws_iam_role.this[0].name
  policy      = data.aws_iam_policy_document.inline.json
}

output "iam_role_arn" {
  value = try(aws_iam_role.this[0].arn, "")
}
output "iam_role_name" {
  value = try(aws_iam_role.this[0].name, "")
}
output "iam_role_path" {
  value = try(aws_iam_role.this[0].path, "")
}
output "iam_role_unique_id" {
  value = try(aws_iam_role.this[0].unique_id, "")
}
