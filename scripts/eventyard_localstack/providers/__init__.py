"""Services the core lacks, served from moto on the same port: those in which moto really does what AWS does.

Nothing here imports LocalStack: the list is read before it starts.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Provider:
    """One service that moto serves.

    Parameters
    ----------
    service
        Its name in boto3.
    module
        The module below this package that holds `factory`.
    reason
        What the core does instead; one sentence.
    factory
        Function that makes the service, in LocalStack's words.
    """

    service: str
    module: str
    reason: str
    factory: str = "provide"


PROVIDERS: tuple[Provider, ...] = (
    Provider("dynamodb", "dynamodb", "Its DynamoDB is a Java program that it downloads."),
    Provider("dynamodbstreams", "dynamodbstreams", "Its streams are those of the Java program."),
    Provider("autoscaling", "control_planes", "Auto Scaling is missing.", "auto_scaling"),
    Provider("application-autoscaling", "control_planes", "It is missing.", "application_auto_scaling"),
    Provider("elbv2", "control_planes", "Load balancers are missing.", "load_balancing"),
    Provider("apigatewayv2", "control_planes", "HTTP APIs are missing.", "http_apis"),
    Provider("sesv2", "sesv2", "The second version of SES is missing."),
    Provider("cognito-idp", "user_pools", "User pools are missing."),
    Provider("cognito-identity", "identity_pools", "Identity pools are missing."),
)


def overrides() -> dict[str, str]:
    """Return the settings that put our providers in the place of the core's."""
    return {f"PROVIDER_OVERRIDE_{provider.service.upper().replace('-', '_')}": "eventyard" for provider in PROVIDERS}
