# Model of terraform-aws-modules/cloudwatch/aws//modules/cis-alarms, versions 2.0.0 to 2.5.0.
# repository: https://github.com/terraform-aws-modules/terraform-aws-cloudwatch
# checked: 2026-11-23
# digest: 2.0.0 4035a7ef27d35304439aea7e4a68c093c8a27a8d3be90e3dc69f837b168cdb79
# digest: 2.5.0 5dd8a611da630dac765d38f201c802f2cfacbae6d2a46a0844d8e9b7b45c1ac9
# left out: tags, the patterns of the filters, random names, the alarms themselves

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
  ]
}

resource "aws_cloudwatch_log_metric_filter" "this" {
  for_each       = local.controls
  name           = data.left_out.of_the_model.names
  pattern        = data.left_out.of_the_model[each.key]
  log_group_name = var.log_group_name
}
