# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""Sending mail is allowed on the sender's identity and the configuration set, with SES's condition keys.

IAM checks `ses:SendEmail` and `ses:SendRawEmail` on the identity the mail is sent from and on the configuration set it
names, and knows `ses:FromAddress` and `ses:Recipients`. MiniStack checks them on `*` and knows neither key, so that a
role which may send as one address only is denied.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsimpleemailservicev2.html
https://docs.aws.amazon.com/ses/latest/dg/control-user-access.html
"""

from __future__ import annotations

import json
from contextvars import ContextVar
from dataclasses import dataclass
from email.utils import getaddresses, parseaddr
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from ministack.core import iam_actions, iam_evaluator
from ministack.core.responses import get_account_id, get_region
from ministack.services import ses, ses_v2

if TYPE_CHECKING:
    from collections.abc import Mapping

_SEND_ACTIONS = frozenset({"ses:SendEmail", "ses:SendRawEmail"})
_V2_PATH = "/v2/email/outbound-emails"


@dataclass(frozen=True)
class _Sending:
    """What IAM has to know of one request to send."""

    sender: str
    recipients: tuple[str, ...]
    configuration_set: str

    @property
    def resources(self) -> list[str]:
        """ARNs the caller needs the permission on."""
        domain = self.sender.rpartition("@")[2]
        known = {*ses._identities, *ses_v2._identities}  # each API keeps its own
        identity = domain if self.sender not in known and domain in known else self.sender
        prefix = f"arn:aws:ses:{get_region()}:{get_account_id()}"
        sets = [f"{prefix}:configuration-set/{self.configuration_set}"] if self.configuration_set else []
        return [f"{prefix}:identity/{identity}", *sets]

    @property
    def context(self) -> dict[str, Any]:
        """SES's own condition keys."""
        return {"ses:FromAddress": self.sender, "ses:Recipients": list(self.recipients)}


# The request is read where its resource is asked for, and checked right after, in the same task.
_sending: ContextVar[_Sending | None] = ContextVar("sending", default=None)


def install() -> None:
    """Name the resources and the conditions to IAM."""
    resource_of, enforce = iam_actions.extract_resource_arn, iam_evaluator.enforce

    def extract_resource_arn(service: str, method: str, path: str, headers: Any, body: bytes, *rest: Any) -> str:
        found: str = resource_of(service, method, path, headers, body, *rest)
        sending = _read(method, path, body) if service == "ses" and found == "*" else None
        _sending.set(sending)
        return sending.resources[0] if sending else found

    def enforce_sending(
        key: str,
        action: str,
        service: str,
        region: str,
        resource_arn: str = "*",
        service_context: Mapping[str, Any] | None = None,
    ) -> Any:
        sending = _sending.get() if action in _SEND_ACTIONS else None
        if sending is None:
            return enforce(key, action, service, region, resource_arn=resource_arn, service_context=service_context)
        context = {**(service_context or {}), **sending.context}
        answers = (
            enforce(key, action, service, region, resource_arn=arn, service_context=context)
            for arn in sending.resources
        )
        return next((denied for denied in answers if denied), None)

    iam_actions.extract_resource_arn = extract_resource_arn
    iam_evaluator.enforce = enforce_sending


def _read(method: str, path: str, body: bytes) -> _Sending | None:
    if method != "POST":
        return None
    if path.rstrip("/") == _V2_PATH:
        return _read_v2(body)
    form = {name: values[0] for name, values in parse_qs(body.decode(errors="replace")).items()}
    if f"ses:{form.get('Action')}" not in _SEND_ACTIONS:
        return None
    recipients = [value for name, value in form.items() if name.startswith("Destination")]
    return _sent(form.get("Source", ""), recipients, form.get("ConfigurationSetName", ""))


def _read_v2(body: bytes) -> _Sending | None:
    try:
        data = json.loads(body or b"{}")
    except ValueError:
        return None
    recipients = [address for addresses in data.get("Destination", {}).values() for address in addresses]
    return _sent(data.get("FromEmailAddress", ""), recipients, data.get("ConfigurationSetName", ""))


def _sent(sender: str, recipients: list[str], configuration_set: str) -> _Sending | None:
    address = parseaddr(sender)[1]
    if not address:
        return None
    return _Sending(address, tuple(found for _, found in getaddresses(recipients) if found), configuration_set)
