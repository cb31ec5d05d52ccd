"""Whom messages are passed on to."""

from __future__ import annotations

from dataclasses import dataclass, field

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

TIMEOUT_SECONDS = (2, 5)


def session() -> requests.Session:
    """Return a session that tries again what may be tried again."""
    made = requests.Session()
    made.mount("https://", HTTPAdapter(max_retries=Retry(total=2, backoff_factor=0.2, status_forcelist=(502, 503))))
    return made


@dataclass(frozen=True)
class Receiver:
    """One address."""

    address: str
    session: requests.Session = field(default_factory=session)

    def send(self, caller: str, message: str) -> int:
        """Return the status of the answer."""
        headers = {"x-caller": caller}
        return self.session.post(self.address, data=message, headers=headers, timeout=TIMEOUT_SECONDS).status_code
