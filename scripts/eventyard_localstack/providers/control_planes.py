"""Settings only: what moto keeps so that it can be applied, changed, read back and removed. Nothing runs behind it.

https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/domainnames-domainname.html
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from moto.apigatewayv2.models import DomainName

from eventyard_localstack.providers.moto_service import moto_service, plugin

if TYPE_CHECKING:
    from localstack.services.plugins import Service

auto_scaling = plugin("autoscaling", partial(moto_service, "autoscaling"))
application_auto_scaling = plugin("application-autoscaling", partial(moto_service, "application-autoscaling"))
load_balancing = plugin("elbv2", partial(moto_service, "elbv2"))


def _http_apis() -> Service:
    original = DomainName.to_json

    def told(domain: Any) -> dict[str, Any]:
        """Say that a domain name is there, as whoever makes one waits to hear."""
        answer: dict[str, Any] = original(domain)
        region = domain.domain_name_arn.split(":")[3]
        ready = {
            "DomainNameStatus": "AVAILABLE",
            "ApiGatewayDomainName": f"d-settings.execute-api.{region}.amazonaws.com",
            "HostedZoneId": "ZSETTINGSONLY",
        }
        configurations = answer.get("domainNameConfigurations") or []
        lowered = {name[0].lower() + name[1:]: value for name, value in ready.items()}
        return {**answer, "domainNameConfigurations": [{**one, **lowered} for one in configurations]}

    DomainName.to_json = told
    return moto_service("apigatewayv2")


http_apis = plugin("apigatewayv2", _http_apis)
