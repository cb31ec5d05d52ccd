# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""An SES identity keeps its default configuration set.

`CreateEmailIdentity` takes a `ConfigurationSetName`, `PutEmailIdentityConfigurationSetAttributes` changes it, and
`GetEmailIdentity` answers it. MiniStack forgets the first and does not know the second: every second plan sets it
again.

https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_PutEmailIdentityConfigurationSetAttributes.html
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import unquote

from ministack.services import ses_v2

_IDENTITIES = "/v2/email/identities"
_CONFIGURATION_SET = re.compile(rf"{_IDENTITIES}/([^/]+)/configuration-set")
_OK = 200


def install() -> None:
    """Keep it in the identity's record, which is what is answered."""
    original = ses_v2.handle_request

    async def handle(method: str, path: str, headers: Any, body: Any, query_params: Any) -> Any:
        change = _CONFIGURATION_SET.fullmatch(path.rstrip("/")) if method == "PUT" else None
        identity = ses_v2._identities.get(unquote(change[1])) if change else None
        if identity is not None:
            _keep(identity, json.loads(body or b"{}"))
            return ses_v2.json_response({})
        answer = await original(method, path, headers, body, query_params)
        if method == "POST" and path.rstrip("/") == _IDENTITIES and answer[0] == _OK:
            data = json.loads(body)
            _keep(ses_v2._identities[data["EmailIdentity"]], data)
        return answer

    ses_v2.handle_request = handle


def _keep(identity: dict[str, Any], data: dict[str, Any]) -> None:
    identity.pop("ConfigurationSetName", None)
    if data.get("ConfigurationSetName"):
        identity["ConfigurationSetName"] = data["ConfigurationSetName"]
