# refused: module.http_api.aws_apigatewayv2_vpc_link.this[0] | ApiGatewayV2: CreateVpcLink, https response error StatusCode
module "http_api" {
  source  = "../../modules/http-api"
  name    = "${var.prefix}-http-api"
  network = { subnet_ids = ["subnet-0123456789abcdef0"], security_group_ids = ["sg-0123456789abcdef0"] }
  routes = {
    "GET /x" = { auth = "iam", listener = { arn = "arn:aws:elasticloadbalancing:eu-west-1:000000000000:listener/app/x/1/2" } }
  }
}
