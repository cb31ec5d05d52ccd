"""Services of which there are settings only: they are kept, read back and removed."""

from __future__ import annotations


def test_an_http_api_and_its_domain_name_are_kept(localstack):
    apis = localstack.client("apigatewayv2")
    api = apis.create_api(Name=localstack.unique("api"), ProtocolType="HTTP")["ApiId"]
    name = f"{localstack.unique('api')}.example.com"
    settings = {"CertificateArn": "arn:aws:acm:eu-west-1:000000000000:certificate/x", "EndpointType": "REGIONAL"}
    apis.create_domain_name(DomainName=name, DomainNameConfigurations=[settings])
    (found,) = apis.get_domain_name(DomainName=name)["DomainNameConfigurations"]
    assert (found["DomainNameStatus"], found["CertificateArn"]) == ("AVAILABLE", settings["CertificateArn"])
    apis.delete_domain_name(DomainName=name)
    apis.delete_api(ApiId=api)
    assert api not in [one["ApiId"] for one in apis.get_apis()["Items"]]


def test_a_load_balancer_is_kept(localstack):
    ec2, balancers = localstack.client("ec2"), localstack.client("elbv2")
    network = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=network, CidrBlock=f"10.9.{number}.0/24", AvailabilityZone=f"eu-west-1{zone}")
        for number, zone in enumerate("ab")
    ]
    name = localstack.unique("lb")
    arn = balancers.create_load_balancer(Name=name, Subnets=[one["Subnet"]["SubnetId"] for one in subnets])
    arn = arn["LoadBalancers"][0]["LoadBalancerArn"]
    assert balancers.describe_load_balancers(LoadBalancerArns=[arn])["LoadBalancers"][0]["LoadBalancerName"] == name
    balancers.delete_load_balancer(LoadBalancerArn=arn)
    assert arn not in [one["LoadBalancerArn"] for one in balancers.describe_load_balancers()["LoadBalancers"]]


def test_what_is_scaled_is_kept(localstack):
    scaling, name = localstack.client("application-autoscaling"), localstack.unique("table")
    target = {
        "ServiceNamespace": "dynamodb",
        "ResourceId": f"table/{name}",
        "ScalableDimension": "dynamodb:table:ReadCapacityUnits",
    }
    scaling.register_scalable_target(**target, MinCapacity=1, MaxCapacity=5)
    (found,) = scaling.describe_scalable_targets(ServiceNamespace="dynamodb", ResourceIds=[target["ResourceId"]])[
        "ScalableTargets"
    ]
    assert (found["MinCapacity"], found["MaxCapacity"]) == (1, 5)
    scaling.deregister_scalable_target(**target)


def test_a_group_is_kept(localstack):
    groups, ec2, name = localstack.client("autoscaling"), localstack.client("ec2"), localstack.unique("group")
    ec2.create_launch_template(LaunchTemplateName=name, LaunchTemplateData={"ImageId": "ami-0c2023a1b2c3d4e5f"})
    groups.create_auto_scaling_group(
        AutoScalingGroupName=name,
        LaunchTemplate={"LaunchTemplateName": name, "Version": "$Latest"},
        MinSize=0,
        MaxSize=3,
        AvailabilityZones=["eu-west-1a"],
    )
    (found,) = groups.describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"]
    assert (found["MinSize"], found["MaxSize"]) == (0, 3)
    groups.delete_auto_scaling_group(AutoScalingGroupName=name, ForceDelete=True)
    ec2.delete_launch_template(LaunchTemplateName=name)
