# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""CloudFront is told that a key is missing where it may list the bucket.

S3 answers 404 `NoSuchKey` for a missing key to whoever holds `s3:ListBucket`, and 403 to others. MiniStack answers
CloudFront 403 in either case, so that a site's error page for 404 is never seen.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
"""

from __future__ import annotations

from typing import Any

from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id, get_region
from ministack.services import s3

_FORBIDDEN = 403


def install() -> None:
    """Look, once CloudFront was refused, whether it may know why."""
    original = s3.serve_cloudfront_origin_fetch

    def fetch(bucket: str, key: str, method: str, headers: Any, source_arn: str = "", oai_id: str = "") -> Any:
        answer = original(bucket, key, method, headers, source_arn=source_arn, oai_id=oai_id)
        if answer[0] != _FORBIDDEN or not source_arn or key in s3._ensure_bucket(bucket)["objects"]:
            return answer
        if not _may_list(bucket, source_arn):
            return answer
        return s3._error("NoSuchKey", "The specified key does not exist.", 404, f"/{bucket}/{key}")

    s3.serve_cloudfront_origin_fetch = fetch


def _may_list(bucket: str, source_arn: str) -> bool:
    owner = s3._bucket_owner_account(bucket) or get_account_id()
    policy = s3._bucket_policies.get_scoped(owner, None, bucket)
    if not policy:
        return False
    request = iam_evaluator.EvalContext(
        principal_arn="*",
        principal_type="Service",
        principal_account="",
        action="s3:ListBucket",
        resource_arn=f"arn:aws:s3:::{bucket}",
        region=get_region(),
        service_context={"aws:sourcearn": source_arn},
    )
    found = iam_evaluator.evaluate_resource_policy(policy, request, service="cloudfront.amazonaws.com")
    return bool(found.decision == "Allow")
