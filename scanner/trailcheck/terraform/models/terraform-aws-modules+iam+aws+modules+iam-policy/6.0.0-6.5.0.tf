# Model of terraform-aws-modules/iam/aws//modules/iam-policy, versions 6.0.0 to 6.5.0.
# repository: https://github.com/terraform-aws-modules/terraform-aws-iam
# checked: 2026-11-23
# digest: 6.0.0 2e8c6912d92ee4bf4cbf9d8113ec2981792f63207afb457077fcb56aac8520bd
# digest: 6.5.0 f3a8c44da2f21ba962fc827f353b3b611015f84dd8e39a4da8d23920103a56d9
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
variable "path" {
  default = null
}
variable "policy" {
  default = ""
}

resource "aws_iam_policy" "policy" {
  count       = var.create ? 1 : 0
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
output "policy" {
  value = try(aws_iam_policy.policy[0].policy, "")
}
