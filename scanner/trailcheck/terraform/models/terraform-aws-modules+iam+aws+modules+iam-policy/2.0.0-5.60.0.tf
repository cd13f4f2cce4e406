# Model of terraform-aws-modules/iam/aws//modules/iam-policy, versions 2.0.0 to 5.60.0.
# repository: https://github.com/terraform-aws-modules/terraform-aws-iam
# checked: 2026-11-23
# digest: 2.0.0 0000000000000000000000000000000000000000000000000000000000000000
# digest: 4.1.0 0000000000000000000000000000000000000000000000000000000000000000
# digest: 5.60.0 0000000000000000000000000000000000000000000000000000000000000000
# left out: tags

variable "create_policy" {
  type    = bool
  default = true
}
variable "name" {
  default = null
}
variable "name_prefix" {
  default = null
}
variable "path" {
  default = "/"
}
variable "policy" {
  default = ""
}

resource "aws_iam_policy" "policy" {
  count       = var.create_policy ? 1 : 0
  name        = var.name
  name_prefix = var.name_prefix
  path        = var.path
  policy      = var.policy
}

output "id" {
  value = try(aws_iam_policy.policy[0].id, "")
}
output "arn" {
  value = try(aws_iam_policy.policy[0].arn, "")
}
output "name" {
  value = try(aws_iam_policy.policy[0].name, "")
}
output "path" {
  value = try(aws_iam_policy.policy[0].path, "")
}
output "policy" {
  value = try(aws_iam_policy.policy[0].policy, "")
}
