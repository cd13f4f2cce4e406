# Model of cloudposse/label/null, versions 0.22.0 to 0.25.0.
# repository: https://github.com/cloudposse/terraform-null-label
# checked: 2026-11-23
# digest: 0.22.1 0b5dd23b8cd24db3e3063e3078c0b5eca90a128895ac1bfea50c8bde6086a2dd
# digest: 0.24.1 0506be342cdf8bf83bd10719f0f19ef299136f7d43c910faf4495d1939e08e3e
# digest: 0.25.0 6e7080aa0577e77d54dd0f5bbc4493579dbd239b2618e603252a94cbeafe8632
# left out: tags in lists, descriptors

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
variable "tags" {
  default = {}
}
variable "additional_tag_map" {
  default = {}
}
variable "label_key_case" {
  default = null
}
variable "descriptor_formats" {
  default = {}
}
variable "labels_as_tags" {
  default = ["default"]
}
variable "context" {
  default = {}
}

locals {
  given = {
    enabled             = var.enabled != null ? var.enabled : try(var.context.enabled, true)
    namespace           = var.namespace != null ? var.namespace : try(var.context.namespace, null)
    tenant              = var.tenant != null ? var.tenant : try(var.context.tenant, null)
    environment         = var.environment != null ? var.environment : try(var.context.environment, null)
    stage               = var.stage != null ? var.stage : try(var.context.stage, null)
    name                = var.name != null ? var.name : try(var.context.name, null)
    delimiter           = var.delimiter != null ? var.delimiter : try(var.context.delimiter, null)
    attributes          = compact(distinct(concat(local.inherited, var.attributes != null ? var.attributes : [])))
    label_order         = var.label_order != null ? var.label_order : try(var.context.label_order, null)
    regex_replace_chars = var.regex_replace_chars != null ? var.regex_replace_chars : try(var.context.regex_replace_chars, null)
    id_length_limit     = var.id_length_limit != null ? var.id_length_limit : try(var.context.id_length_limit, null)
    label_value_case    = var.label_value_case != null ? var.label_value_case : try(var.context.label_value_case, null)
    label_key_case      = var.label_key_case != null ? var.label_key_case : try(var.context.label_key_case, null)
    tags                = merge(try(var.context.tags, {}), var.tags)
    additional_tag_map  = merge(try(var.context.additional_tag_map, {}), var.additional_tag_map)
    descriptor_formats  = merge(try(var.context.descriptor_formats, {}), var.descriptor_formats)
    labels_as_tags      = try(var.context.labels_as_tags, var.labels_as_tags)
  }
  inherited = try(var.context.attributes, null) != null ? try(var.context.attributes, []) : []
  strip     = local.given.regex_replace_chars != null ? local.given.regex_replace_chars : "/[^-a-zA-Z0-9]/"
  case      = local.given.label_value_case != null ? local.given.label_value_case : "lower"
  between   = local.given.delimiter != null ? local.given.delimiter : "-"
  limit     = local.given.id_length_limit != null ? local.given.id_length_limit : 0
  order     = local.given.label_order != null ? coalescelist(local.given.label_order, local.usual) : local.usual
  usual     = ["namespace", "environment", "stage", "name", "attributes"]
  bare = {
    for key in ["namespace", "tenant", "environment", "stage", "name"] :
    key => local.given[key] != null ? replace(local.given[key], local.strip, "") : ""
  }
  cased = {
    for key, word in local.bare :
    key => local.case == "none" ? word : local.case == "upper" ? upper(word) : local.case == "title" ? title(lower(word)) : lower(word)
  }
  extra = compact(distinct([
    for word in [for said in local.given.attributes : replace(said, local.strip, "")] :
    local.case == "none" ? word : local.case == "upper" ? upper(word) : local.case == "title" ? title(lower(word)) : lower(word)
  ]))
  parts = merge(local.cased, { attributes = join(local.between, local.extra) })
  full  = join(local.between, [for key in local.order : local.parts[key] if local.parts[key] != ""])
  room  = local.limit - 5 - length(local.between)
  digest    = format("%s%s", md5(local.full), "qrstuvwxyz")
  hash      = replace(local.case == "title" ? title(local.digest) : local.case == "upper" ? upper(local.digest) : local.digest, local.strip, "")
  front = local.room <= 0 ? "" : "${trimsuffix(substr(local.full, 0, local.room), local.between)}${local.between}"
  short = substr("${local.front}${local.hash}", 0, local.limit)
  id    = local.limit != 0 && length(local.full) > local.limit ? local.short : local.full
}

output "id" {
  value = local.given.enabled ? local.id : ""
}
output "id_full" {
  value = local.given.enabled ? local.full : ""
}
output "enabled" {
  value = local.given.enabled
}
output "namespace" {
  value = local.given.enabled ? local.cased.namespace : ""
}
output "tenant" {
  value = local.given.enabled ? local.cased.tenant : ""
}
output "environment" {
  value = local.given.enabled ? local.cased.environment : ""
}
output "stage" {
  value = local.given.enabled ? local.cased.stage : ""
}
output "name" {
  value = local.given.enabled ? local.cased.name : ""
}
output "attributes" {
  value = local.given.enabled ? local.extra : []
}
output "delimiter" {
  value = local.given.enabled ? local.between : ""
}
output "context" {
  value = merge(local.given, local.cased, { attributes = local.extra, delimiter = local.between, label_order = local.order, regex_replace_chars = local.strip, id_length_limit = local.limit, label_value_case = local.case })
}
