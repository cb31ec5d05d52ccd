"""A distribution before a closed bucket, as a page has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.integration.support.workbench import Workbench


def distribution(bench: Workbench, name: str) -> dict[str, Any]:
    """Put a distribution before a bucket and return it."""
    cloudfront = bench.client("cloudfront")
    signing = {
        "Name": name,
        "OriginAccessControlOriginType": "s3",
        "SigningBehavior": "always",
        "SigningProtocol": "sigv4",
    }
    control = cloudfront.create_origin_access_control(OriginAccessControlConfig=signing)["OriginAccessControl"]["Id"]
    origin = {
        "Id": "site",
        "DomainName": f"{name}.s3.{bench.region}.amazonaws.com",
        "OriginAccessControlId": control,
        "S3OriginConfig": {"OriginAccessIdentity": ""},
    }
    made: dict[str, Any] = cloudfront.create_distribution(
        DistributionConfig={
            "CallerReference": name,
            "Comment": "",
            "Enabled": True,
            "DefaultRootObject": "index.html",
            "Origins": {"Quantity": 1, "Items": [origin]},
            "DefaultCacheBehavior": {
                "TargetOriginId": "site",
                "ViewerProtocolPolicy": "redirect-to-https",
                "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",
            },
        }
    )["Distribution"]
    return made
