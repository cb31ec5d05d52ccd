"""Settings of the second version of SES that moto forgets or lacks: they are kept and read back.

Where an event destination leads, nothing is sent: mails have no events here.

https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_CreateConfigurationSetEventDestination.html
https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetConfigurationSet.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from localstack.aws.api import CommonServiceException
from moto.ses.models import ConfigurationSet
from moto.sesv2.models import SESV2Backend, sesv2_backends

if TYPE_CHECKING:
    from collections.abc import Callable

    from eventyard_localstack.providers.moto_service import Handler


def install() -> dict[str, Handler]:
    """Mend what moto answers; return the operations it lacks."""
    original = ConfigurationSet.to_dict_v2
    ConfigurationSet.to_dict_v2 = lambda kept: _described(original(kept))
    for name in ("get_email_identity", "delete_email_identity"):
        setattr(SESV2Backend, name, _by_address(getattr(SESV2Backend, name)))
    return {
        "CreateConfigurationSetEventDestination": _create,
        "UpdateConfigurationSetEventDestination": _update,
        "DeleteConfigurationSetEventDestination": _delete,
        "GetConfigurationSetEventDestinations": _list,
    }


def _described(answer: dict[str, Any]) -> dict[str, Any]:
    """Leave out what was never set, and undo that moto wraps one of the settings twice."""
    sending = answer["SendingOptions"]["SendingEnabled"]
    enabled = sending.get("SendingEnabled", True) if isinstance(sending, dict) else sending
    kept = {name: value for name, value in answer.items() if value not in ({}, [])}
    return {**kept, "SendingOptions": {"SendingEnabled": enabled}}


def _by_address(original: Callable[..., Any]) -> Callable[..., Any]:
    """Find an address by the path it is asked for with, in which an `@` is escaped."""
    return lambda backend, email_identity: original(backend, unquote(email_identity))


def _destinations(context: Any, request: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return what is kept with a configuration set, which it goes away with."""
    backend = sesv2_backends[context.account_id][context.region]
    kept = backend.get_configuration_set(request["ConfigurationSetName"])
    destinations: dict[str, dict[str, Any]] = kept.__dict__.setdefault("event_destinations_v2", {})
    return destinations


def _create(context: Any, request: dict[str, Any]) -> dict[str, Any]:
    kept, name = _destinations(context, request), request["EventDestinationName"]
    if name in kept:
        raise CommonServiceException("AlreadyExistsException", f"Event destination <{name}> already exists.", 400)
    kept[name] = request["EventDestination"]
    return {}


def _update(context: Any, request: dict[str, Any]) -> dict[str, Any]:
    kept, name = _destinations(context, request), request["EventDestinationName"]
    kept[name] = {**_found(kept, name), **request["EventDestination"]}
    return {}


def _delete(context: Any, request: dict[str, Any]) -> dict[str, Any]:
    kept, name = _destinations(context, request), request["EventDestinationName"]
    _found(kept, name)
    del kept[name]
    return {}


def _list(context: Any, request: dict[str, Any]) -> dict[str, Any]:
    kept = _destinations(context, request)
    return {"EventDestinations": [{"Name": name, **settings} for name, settings in kept.items()]}


def _found(kept: dict[str, dict[str, Any]], name: str) -> dict[str, Any]:
    if name not in kept:
        raise CommonServiceException("NotFoundException", f"Event destination <{name}> does not exist.", 404)
    return kept[name]
