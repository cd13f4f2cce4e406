# Model of lacework/cloudtrail/aws, versions 2.0.0 to 2.11.0.
# repository: https://github.com/lacework/terraform-aws-cloudtrail
# checked: 2026-11-23
# digest: 2.0.0 e8292599ad1eac2c8efa6ac5e08bb86ead8f27adf93a49885e490c4d192dd1ea
# digest: 2.4.0 3cf69f83730e4c0be88de267df6b9cf370a0800989ea1c99d8fda7620f36d81d
# digest: 2.8.0 f4eb43e31cd4871ba806b6a407c7d2ba49b27f307d0930140d413b63454ac981
# digest: 2.11.0 9cf6bc04c3b80813c2fd275f284acd118c2fc17c7359c9d0988477bc93e5c2f7
# left out: tags, the names and policies of the bucket, topic, queue and key, what is shared with Lacework

variable "use_existing_cloudtrail" {
  type    = bool
  default = false
}
variable "cloudtrail_name" {
  default = "lacework-cloudtrail"
}
variable "is_organization_trail" {
  type    = bool
  default = false
}
variable "enable_log_file_validation" {
  type    = bool
  default = true
}
variable "enable_cloudtrail_s3_management_events" {
  type    = bool
  default = false
}
variable "use_s3_bucket_notification" {
  type    = bool
  default = false
}
variable "use_existing_kms_key" {
  type    = bool
  default = false
}
variable "bucket_sse_key_arn" {
  default = ""
}

data "left_out" "of_the_model" {}

resource "aws_s3_bucket" "cloudtrail_bucket" {
  count  = var.use_existing_cloudtrail ? 0 : 1
  bucket = data.left_out.of_the_model.bucket_name
}

resource "aws_kms_key" "lacework_kms_key" {
  count  = var.use_existing_kms_key || var.use_existing_cloudtrail || var.bucket_sse_key_arn != "" ? 0 : 1
  policy = data.left_out.of_the_model.key_policy
}

resource "aws_cloudtrail" "lacework_cloudtrail" {
  count                      = var.use_existing_cloudtrail ? 0 : 1
  name                       = var.cloudtrail_name
  s3_bucket_name             = data.left_out.of_the_model.bucket_name
  is_multi_region_trail      = true
  is_organization_trail      = var.is_organization_trail
  enable_log_file_validation = var.enable_log_file_validation
  kms_key_id                 = var.use_existing_kms_key || var.bucket_sse_key_arn != "" ? var.bucket_sse_key_arn : aws_kms_key.lacework_kms_key[0].arn
  sns_topic_name             = var.use_s3_bucket_notification ? null : data.left_out.of_the_model.topic
  dynamic "event_selector" {
    for_each = var.enable_cloudtrail_s3_management_events ? [1] : []
    content {
      data_resource {
        type   = "AWS::S3::Object"
        values = ["${aws_s3_bucket.cloudtrail_bucket[0].arn}/*"]
      }
    }
  }
}
