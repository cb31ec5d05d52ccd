data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  _account    = data.aws_caller_identity.current.account_id
  _dns_suffix = data.aws_partition.current.dns_suffix
  _partition  = data.aws_partition.current.partition
  _region     = data.aws_region.current.id

  endpoint = "cognito-idp.${local._region}.${local._dns_suffix}"
  issuer   = "https://${local.endpoint}/${aws_cognito_user_pool.this.id}"

  recovery = coalesce(var.password.recovery, concat(
    contains(var.sign_up.verify, "email") ? ["verified_email"] : [],
    contains(var.sign_up.verify, "phone_number") ? ["verified_phone_number"] : [],
  ))

  # Which function speaks of tokens, and in which of Cognito's versions.
  _token_versions = { pre_token_generation = "V2_0", pre_token_generation_v1 = "V1_0", pre_token_generation_v3 = "V3_0" }
  _token_trigger  = one([for name in keys(var.triggers) : name if contains(keys(local._token_versions), name)])
}

resource "aws_cognito_user_pool" "this" {
  name                     = var.name
  deletion_protection      = var.protect ? "ACTIVE" : "INACTIVE"
  username_attributes      = var.sign_in
  auto_verified_attributes = var.sign_up.verify
  mfa_configuration        = var.mfa
  user_pool_tier           = var.threat_protection == "OFF" ? "ESSENTIALS" : "PLUS"
  tags                     = var.tags

  username_configuration {
    case_sensitive = false
  }

  password_policy {
    minimum_length                   = var.password.minimum_length
    password_history_size            = var.password.history_size
    require_lowercase                = var.password.lowercase
    require_numbers                  = var.password.numbers
    require_symbols                  = var.password.symbols
    require_uppercase                = var.password.uppercase
    temporary_password_validity_days = var.password.temporary_days
  }

  # A new address or number counts only once its code came back; until then the old one stays the verified one.
  # Cognito answers with no block at all when there is nothing to verify.
  dynamic "user_attribute_update_settings" {
    for_each = length(var.sign_up.verify) > 0 ? [var.sign_up.verify] : []
    content {
      attributes_require_verification_before_update = user_attribute_update_settings.value
    }
  }

  account_recovery_setting {
    dynamic "recovery_mechanism" {
      for_each = length(local.recovery) > 0 ? local.recovery : ["admin_only"]
      content {
        name     = recovery_mechanism.value
        priority = recovery_mechanism.key + 1
      }
    }
  }

  admin_create_user_config {
    allow_admin_create_user_only = !var.sign_up.open
  }

  verification_message_template {
    default_email_option = "CONFIRM_WITH_CODE"
  }

  user_pool_add_ons {
    advanced_security_mode = var.threat_protection
  }

  dynamic "software_token_mfa_configuration" {
    for_each = var.mfa != "OFF" && contains(var.mfa_methods, "totp") ? [true] : []
    content {
      enabled = true
    }
  }

  dynamic "email_mfa_configuration" {
    for_each = var.mfa != "OFF" && contains(var.mfa_methods, "email") ? [true] : []
    content {
      subject = "Your code to sign in"
      message = "Your code to sign in is {####}."
    }
  }

  dynamic "email_configuration" {
    for_each = var.email[*]
    content {
      email_sending_account = "DEVELOPER"
      source_arn            = email_configuration.value.arn
      from_email_address    = email_configuration.value.address
      configuration_set     = email_configuration.value.configuration_set
    }
  }

  dynamic "sms_configuration" {
    for_each = aws_iam_role.sms[*]
    content {
      external_id    = local.sms_external_id
      sns_caller_arn = sms_configuration.value.arn
      sns_region     = local._region
    }
  }

  dynamic "lambda_config" {
    for_each = length(var.triggers) == 0 ? [] : [{ for name, trigger in var.triggers : name => trigger.alias_arn }]
    content {
      create_auth_challenge          = lookup(lambda_config.value, "create_auth_challenge", null)
      custom_message                 = lookup(lambda_config.value, "custom_message", null)
      define_auth_challenge          = lookup(lambda_config.value, "define_auth_challenge", null)
      post_authentication            = lookup(lambda_config.value, "post_authentication", null)
      post_confirmation              = lookup(lambda_config.value, "post_confirmation", null)
      pre_authentication             = lookup(lambda_config.value, "pre_authentication", null)
      pre_sign_up                    = lookup(lambda_config.value, "pre_sign_up", null)
      user_migration                 = lookup(lambda_config.value, "user_migration", null)
      verify_auth_challenge_response = lookup(lambda_config.value, "verify_auth_challenge_response", null)

      kms_key_id = one(var.key[*].arn)

      dynamic "pre_token_generation_config" {
        for_each = local._token_trigger[*]
        content {
          lambda_arn     = lambda_config.value[pre_token_generation_config.value]
          lambda_version = local._token_versions[pre_token_generation_config.value]
        }
      }

      dynamic "custom_email_sender" {
        for_each = [for name, arn in lambda_config.value : arn if name == "custom_email_sender"]
        content {
          lambda_arn     = custom_email_sender.value
          lambda_version = "V1_0"
        }
      }

      dynamic "custom_sms_sender" {
        for_each = [for name, arn in lambda_config.value : arn if name == "custom_sms_sender"]
        content {
          lambda_arn     = custom_sms_sender.value
          lambda_version = "V1_0"
        }
      }
    }
  }

  # Constraints are always written out: Cognito answers with them, and would be asked for another pool each time.
  dynamic "schema" {
    for_each = var.sign_up.attributes
    content {
      name                     = schema.key
      attribute_data_type      = schema.value.type
      developer_only_attribute = false
      mutable                  = schema.value.mutable
      required                 = schema.value.required

      dynamic "string_attribute_constraints" {
        for_each = schema.value.type == "String" ? [schema.value] : []
        content {
          min_length = tostring(coalesce(string_attribute_constraints.value.minimum, 0))
          max_length = tostring(coalesce(string_attribute_constraints.value.maximum, 2048))
        }
      }

      dynamic "number_attribute_constraints" {
        for_each = schema.value.type == "Number" ? [schema.value] : []
        content {
          min_value = tostring(coalesce(number_attribute_constraints.value.minimum, 0))
          max_value = tostring(coalesce(number_attribute_constraints.value.maximum, 2147483647))
        }
      }
    }
  }

  lifecycle {
    # Cognito takes no attribute away and changes none; a difference here could only mean another pool, and all its people gone.
    ignore_changes = [schema]
  }
}
