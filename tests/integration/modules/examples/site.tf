# A single page with headers of its own, on a bucket with a key and a name of its own.
module "site_key" {
  source   = "../../modules/key"
  name     = "${var.prefix}-site"
  services = ["cloudfront.amazonaws.com"]
  protect  = var.protect
}

module "site" {
  source      = "../../modules/site"
  name        = "${var.prefix}-site"
  bucket_name = "${var.prefix}-site-pages"
  key         = module.site_key.key
  single_page = true
  error_pages = { "403" = "/forbidden.html" }
  price_class = "PriceClass_200"
  protect     = var.protect
  tags        = { part = "site" }

  headers = {
    content_security_policy = { frame-ancestors = ["'self'"], object-src = ["'none'"] }
    custom                  = { X-Robots-Tag = "noindex" }
  }
}

output "site" {
  value = merge(module.site.site, { grant = module.site.grants.publish, alarms = module.site.alarms })
}
