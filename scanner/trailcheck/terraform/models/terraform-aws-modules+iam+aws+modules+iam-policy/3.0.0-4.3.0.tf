# Model of terraform-aws-modules/iam/aws//modules/iam-policy, versions 3.0.0 to 4.3.0.
# repository: https://github.com/terraform-aws-modules/terraform-aws-iam
# checked: 2026-11-23
# digest: 3.0.0 4300579b9c9a53522a04e0b10e1f73840d9ef0b34f42abdb52e3f707f98e3fcd
# digest: 4.0.0 4300579b9c9a53522a04e0b10e1f73840d9ef0b34f42abdb52e3f707f98e3fcd
# digest: 4.3.0 95ec16f1db4473f8125ab4b1364ad6d88d8efe1dc07faf036996b61dfa46ecdf
# left out: tags

variable "name" {
  default = null
}
variable "path" {
  default = "/"
}
variable "policy" {
  default = ""
}

resource "aws_iam_policy" "policy" {
  name        = var.name
  path        = var.path
  policy      = var.policy
}

output "id" {
  value = aws_iam_policy.policy.id
}
output "arn" {
  value = aws_iam_policy.policy.arn
}
output "name" {
  value = aws_iam_policy.policy.name
}
output "path" {
  value = aws_iam_policy.policy.path
}
output "policy" {
  value = aws_iam_policy.policy.policy
}
