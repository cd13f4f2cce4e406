# Model of cloudposse/cloudtrail/aws, versions 0.17.0 to 0.24.0.
# repository: https://github.com/cloudposse/terraform-aws-cloudtrail
# checked: 2026-11-23
# digest: 0.17.0 584295ae4c73d3588a4576c49526adc9bdde93fcd623bc45c0023a54aaa4ffda
# digest: 0.20.1 bbe3fa5c1d2d43cffe1c7f7427a0d9325f19ddc68fd51907c7e07836e612912e
# digest: 0.21.0 a27e74a8d0ad9636270d54956a69ed8e3e3cb69ad990a56f32914f3ad7b337e9
# digest: 0.22.0 92e1414c7ed3a5f77d1020752c497a6c8ffe14b5f7fb3d6f2ba4b8da40c5098c
# digest: 0.24.0 fa8edf7597e8c52db670fd211132c54e5a2a8ad6d312f59ed876d467f359ee66
# left out: tags

variable "enabled" {
  type    = bool
  default = null
}
variable "namespace" {
  default = null
}
variable "tenant" {
  default = null
}
variable "environment" {
  default = null
}
variable "stage" {
  default = null
}
variable "name" {
  default = null
}
variable "delimiter" {
  default = null
}
variable "attributes" {
  default = null
}
variable "label_order" {
  default = null
}
variable "regex_replace_chars" {
  default = null
}
variable "id_length_limit" {
  type    = number
  default = null
}
variable "label_value_case" {
  default = null
}
variable "context" {
  default = {}
}
variable "s3_bucket_name" {}
variable "enable_logging" {
  type    = bool
  default = true
}
variable "enable_log_file_validation" {
  type    = bool
  default = true
}
variable "is_multi_region_trail" {
  type    = bool
  default = true
}
variable "include_global_service_events" {
  type    = bool
  default = false
}
variable "is_organization_trail" {
  type    = bool
  default = false
}
variable "cloud_watch_logs_role_arn" {
  default = ""
}
variable "cloud_watch_logs_group_arn" {
  default = ""
}
variable "kms_key_arn" {
  default = ""
}
variable "sns_topic_name" {
  default = null
}
variable "s3_key_prefix" {
  default = null
}
variable "insight_selector" {
  default = []
}
variable "event_selector" {
  default = []
}
variable "advanced_event_selector" {
  default = []
}

module "this" {
  source              = "cloudposse/label/null"
  version             = "0.25.0"
  enabled             = var.enabled
  namespace           = var.namespace
  tenant              = var.tenant
  environment         = var.environment
  stage               = var.stage
  name                = var.name
  delimiter           = var.delimiter
  attributes          = var.attributes
  label_order         = var.label_order
  regex_replace_chars = var.regex_replace_chars
  id_length_limit     = var.id_length_limit
  label_value_case    = var.label_value_case
  context             = var.context
}

resource "aws_cloudtrail" "default" {
  count                         = module.this.enabled ? 1 : 0
  name                          = module.this.id
  s3_bucket_name                = var.s3_bucket_name
  s3_key_prefix                 = var.s3_key_prefix
  cloud_watch_logs_group_arn    = var.cloud_watch_logs_group_arn
  cloud_watch_logs_role_arn     = var.cloud_watch_logs_role_arn
  enable_logging                = var.enable_logging
  enable_log_file_validation    = var.enable_log_file_validation
  include_global_service_events = var.include_global_service_events
  is_multi_region_trail         = var.is_multi_region_trail
  is_organization_trail         = var.is_organization_trail
  kms_key_id                    = var.kms_key_arn
  sns_topic_name                = var.sns_topic_name
  dynamic "event_selector" {
    for_each = var.event_selector
    iterator = it
    content {
      read_write_type                  = try(it.value.read_write_type, null)
      include_management_events        = try(it.value.include_management_events, null)
      exclude_management_event_sources = try(it.value.exclude_management_event_sources, null)
      dynamic "data_resource" {
        for_each = try(it.value.data_resource, [])
        iterator = item
        content {
          type   = item.value.type
          values = item.value.values
        }
      }
    }
  }
  dynamic "advanced_event_selector" {
    for_each = var.advanced_event_selector
    iterator = it
    content {
      name = try(it.value.name, null)
      dynamic "field_selector" {
        for_each = it.value.field_selector
        iterator = one
        content {
          field           = one.value.field
          equals          = try(one.value.equals, null)
          not_equals      = try(one.value.not_equals, null)
          starts_with     = try(one.value.starts_with, null)
          not_starts_with = try(one.value.not_starts_with, null)
          ends_with       = try(one.value.ends_with, null)
          not_ends_with   = try(one.value.not_ends_with, null)
        }
      }
    }
  }
  dynamic "insight_selector" {
    for_each = var.insight_selector
    content {
      insight_type = insight_selector.value.insight_type
    }
  }
}

output "cloudtrail_id" {
  value = join("", aws_cloudtrail.default[*].id)
}
output "cloudtrail_arn" {
  value = join("", aws_cloudtrail.default[*].arn)
}
output "cloudtrail_home_region" {
  value = join("", aws_cloudtrail.default[*].home_region)
}
