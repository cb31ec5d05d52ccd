"""A role that may send as a domain sends from its addresses, whichever API verified it."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError


@pytest.mark.parametrize("api", ["ses", "sesv2"])
def test_mail_from_a_domain_is_allowed_on_the_domain(bench, api):
    domain = f"{bench.unique('mail')}.example.com"
    if api == "ses":
        bench.client("ses").verify_domain_identity(Domain=domain)
    else:
        bench.client("sesv2").create_email_identity(EmailIdentity=domain)
    identity = f"arn:aws:ses:{bench.region}:{bench.account}:identity/{domain}"
    allowed = {"StringEquals": {"ses:FromAddress": f"orders@{domain}"}}
    mail = bench.acting(
        "sesv2", {"Effect": "Allow", "Action": "ses:SendEmail", "Resource": identity, "Condition": allowed}
    )

    def send(sender):
        text = {"Data": "hello"}
        return mail.send_email(
            FromEmailAddress=sender,
            Destination={"ToAddresses": ["one@example.com"]},
            Content={"Simple": {"Subject": text, "Body": {"Text": text}}},
        )

    assert send(f"orders@{domain}")["MessageId"]
    with pytest.raises(ClientError, match="AccessDenied"):
        send(f"ceo@{domain}")
