# Model of terraform-aws-modules/cloudwatch/aws//modules/cis-alarms, versions 3.0.0 to 3.3.0.
# repository: https://github.com/terraform-aws-modules/terraform-aws-cloudwatch
# checked: 2026-11-23
# digest: 3.0.0 e66fa4c6435aa149dbc8ee53b52109f29324db390c70c6020c60787bba76cc54
# digest: 3.3.0 aea8c1dc96e3666c09a293d7eb6c54dfac8add3bd84c4e168916c5f32a5d1b65
# left out: tags, the patterns of the filters, random names, the alarms themselves

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
  controls = toset([for name in local.all : name if !contains(var.disabled_controls, name)])
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
  log_group_name = var.log_group_name
}
