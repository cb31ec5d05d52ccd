# refused: aws_lb_listener_certificate.load_balancer | Unknown ELBv2 action: AddListenerCertificates
resource "aws_lb_listener_certificate" "load_balancer" {
  listener_arn    = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/demo/50dc6c495c0c9188/f2f7dc8efc522ab2"
  certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"
}
