# Model of terraform-aws-modules/iam/aws//modules/iam-role, versions 6.0.0 to 6.5.0.
# repository: https://github.com/terraform-aws-modules/terraform-aws-iam
# checked: 2026-11-23
# digest: 6.0.0 5fbf051e1ad1102146762376ce2ff5b6c30278c4ed71a4d69d95ed48a65a0214
# digest: 6.2.3 ccf09a925a6ef44971d074be4cc29d06a742574f68e609b5b10f9434045769cd
# digest: 6.5.0 c6cd4a854c12ae0eb4157e317a6acf5e0b4b25844e23c3fde9dc6c9749698d3f
# left out: tags, instance profiles, what OIDC and SAML add to the trust policy

variable "create" {
  type    = bool
  default = true
}
variable "name" {
  default = null
}
variable "use_name_prefix" {
  type    = bool
  default = true
}
variable "path" {
  default = null
}
variable "permissions_boundary" {
  default = null
}
variable "trust_policy_permissions" {
  default = null
}
variable "policies" {
  default = {}
}
variable "create_inline_policy" {
  type    = bool
  default = false
}
variable "source_inline_policy_documents" {
  default = []
}
variable "override_inline_policy_documents" {
  default = []
}
variable "inline_policy_permissions" {
  default = null
}
variable "enable_oidc" {
  type    = bool
  default = false
}
variable "enable_github_oidc" {
  type    = bool
  default = false
}
variable "enable_bitbucket_oidc" {
  type    = bool
  default = false
}
variable "enable_saml" {
  type    = bool
  default = false
}

data "left_out" "of_the_model" {}

locals {
  federated = var.enable_oidc || var.enable_github_oidc || var.enable_bitbucket_oidc || var.enable_saml
}

data "aws_iam_policy_document" "trust" {
  dynamic "statement" {
    for_each = var.trust_policy_permissions != null ? var.trust_policy_permissions : {}
    iterator = it
    content {
      sid           = try(coalesce(it.value.sid, it.key), it.key)
      effect        = try(coalesce(it.value.effect, "Allow"), "Allow")
      actions       = try(it.value.actions, null)
      not_actions   = try(it.value.not_actions, null)
      resources     = try(it.value.resources, null)
      not_resources = try(it.value.not_resources, null)
      dynamic "principals" {
        for_each = try(coalesce(it.value.principals, []), [])
        content {
          type        = principals.value.type
          identifiers = principals.value.identifiers
        }
      }
      dynamic "not_principals" {
        for_each = try(coalesce(it.value.not_principals, []), [])
        content {
          type        = not_principals.value.type
          identifiers = not_principals.value.identifiers
        }
      }
      dynamic "condition" {
        for_each = try(coalesce(it.value.condition, []), [])
        content {
          test     = condition.value.test
          variable = condition.value.variable
          values   = condition.value.values
        }
      }
    }
  }
}

data "aws_iam_policy_document" "inline" {
  source_policy_documents   = var.source_inline_policy_documents
  override_policy_documents = var.override_inline_policy_documents
  dynamic "statement" {
    for_each = var.inline_policy_permissions != null ? var.inline_policy_permissions : {}
    iterator = it
    content {
      sid           = try(coalesce(it.value.sid, it.key), it.key)
      effect        = try(coalesce(it.value.effect, "Allow"), "Allow")
      actions       = try(it.value.actions, null)
      not_actions   = try(it.value.not_actions, null)
      resources     = try(it.value.resources, null)
      not_resources = try(it.value.not_resources, null)
      dynamic "principals" {
        for_each = try(coalesce(it.value.principals, []), [])
        content {
          type        = principals.value.type
          identifiers = principals.value.identifiers
        }
      }
      dynamic "not_principals" {
        for_each = try(coalesce(it.value.not_principals, []), [])
        content {
          type        = not_principals.value.type
          identifiers = not_principals.value.identifiers
        }
      }
      dynamic "condition" {
        for_each = try(coalesce(it.value.condition, []), [])
        content {
          test     = condition.value.test
          variable = condition.value.variable
          values   = condition.value.values
        }
      }
    }
  }
}

resource "aws_iam_role" "this" {
  count                = var.create ? 1 : 0
  name                 = var.use_name_prefix ? null : var.name
  name_prefix          = var.use_name_prefix ? "${var.name}-" : null
  path                 = var.path
  permissions_boundary = var.permissions_boundary
  assume_role_policy   = local.federated ? data.left_out.of_the_model.trust_policy : data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy_attachment" "this" {
  for_each   = { for key, arn in var.policies : key => arn if var.create }
  role       = aws_iam_role.this[0].name
  policy_arn = each.value
}

resource "aws_iam_role_policy" "inline" {
  count       = var.create && var.create_inline_policy ? 1 : 0
  name        = var.use_name_prefix ? null : var.name
  name_prefix = var.use_name_prefix ? "${var.name}-" : null
  role        = aws_iam_role.this[0].name
  policy      = data.aws_iam_policy_document.inline.json
}

output "arn" {
  value = try(aws_iam_role.this[0].arn, null)
}
output "name" {
  value = try(aws_iam_role.this[0].name, null)
}
output "unique_id" {
  value = try(aws_iam_role.this[0].unique_id, null)
}
