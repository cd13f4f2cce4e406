# Model of terraform-aws-modules/iam/aws//modules/iam-policy, versions 2.0.0 to 5.60.0.
# repository: https://github.com/terraform-aws-modules/terraform-aws-iam
# checked: 2026-11-23
# digest: 2.0.0 156668a4dfb3e54dd7a20703dfaef177954fe92ac81d7b39055718aac48f8325
# digest: 4.1.0 95ec16f1db4473f8125ab4b1364ad6d88d8efe1dc07faf036996b61dfa46ecdf
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
