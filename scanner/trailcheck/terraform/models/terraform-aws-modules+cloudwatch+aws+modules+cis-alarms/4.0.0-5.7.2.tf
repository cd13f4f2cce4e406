# Model of terraform-aws-modules/cloudwatch/aws//modules/cis-alarms, versions 4.0.0 to 5.7.2.
# repository: https://github.com/terraform-aws-modules/terraform-aws-cloudwatch
# checked: 2026-11-23
# digest: 4.0.0 7e85282900591e8401c302a7fb8398f3b45e2ec5c9a7c060d03c950b64481a03
# digest: 5.0.0 794f5ee86af86fd9c17eeb917f42677599d1c5e1acd2c736b5d300e7dfe07f43
# digest: 5.7.2 60bb02a002125ce5eb48b7f2bcd1e1435d4efe014aa701e8b1b6bddc73d3b579
# left out: tags, the patterns of the filters, random names, the alarms themselves

variable "create" {
  type    = bool
  default = true
}
variable "control_overrides" {
  default = {}
}
variable "name_prefix" {
  default = ""
}
variable "disabled_controls" {
  default = []
}
variable "log_group_name" {
  default = ""
}

data "left_out" "of_the_model" {}

locals {
  controls = toset([for name in local.all : name if var.create && !contains(var.disabled_controls, name)])
  all = [
    "UnauthorizedAPICalls",
    "NoMFAConsoleSignin",
    "RootUsage",
    "IAMChanges",
    "CloudTrailCfgChanges",
    "ConsoleSigninFailures",
    "DisableOrDeleteCMK",
    "S3BucketPolicyChanges",
    "AWSConfigChanges",
    "SecurityGroupChanges",
    "NACLChanges",
    "NetworkGWChanges",
    "RouteTableChanges",
    "VPCChanges",
    "AWSOrganizationsChanges",
  ]
}

resource "aws_cloudwatch_log_metric_filter" "this" {
  for_each       = local.controls
  name           = data.left_out.of_the_model.names
  pattern        = data.left_out.of_the_model[each.key]
  log_group_name = try(var.control_overrides[each.key].log_group_name, var.log_group_name)
}
