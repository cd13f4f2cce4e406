# Model of terraform-aws-modules/iam/aws//modules/iam-policy, versions 4.5.0 to 5.60.0.
# repository: https://github.com/terraform-aws-modules/terraform-aws-iam
# checked: 2026-11-23
# digest: 4.5.0 6e9404cdc6bc59d4844c33d28804a44f5d10bb6105eaaecf811e5a5ee023b1e2
# digest: 5.0.0 cec4d191383e5b75a356ccd27c57160a4084b1fbc3c37bf7113624446fccc8f1
# digest: 5.60.0 e27bfb602934fcf9a09f625dd39c5c5dc7a78c0963b1deb9990ce73d13e0367a
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
