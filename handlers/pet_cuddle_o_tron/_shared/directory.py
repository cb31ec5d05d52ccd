"""The user pool, as far as reminders need it: the verified address and number of one person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from pet_cuddle_o_tron._shared import aws
from pet_cuddle_o_tron._shared.reminders import Channel


class PersonUnknownError(Exception):
    """The pool knows nobody by that name any more, or somebody else, or has disabled them."""


@dataclass(frozen=True)
class Contact:
    """What a person has verified; what they have merely typed is not here."""

    email: str | None = None
    phone_number: str | None = None

    def address(self, channel: Channel) -> str | None:
        """Return where a channel reaches the person."""
        return self.email if channel is Channel.EMAIL else self.phone_number


# The attribute a person has to verify for each channel, by the name the pool gives it.
ATTRIBUTES = {Channel.EMAIL: "email", Channel.SMS: "phone_number"}


@dataclass(frozen=True)
class Directory:
    """One user pool."""

    client: Any
    pool: str

    def contact(self, username: str, owner: str) -> Contact:
        """Return the verified contacts of a person.

        Parameters
        ----------
        username
            The name the access token carries.
        owner
            The `sub` it carries: a name that was freed and taken again belongs to another person.

        Raises
        ------
        PersonUnknownError
            Nobody enabled has both.
        """
        try:
            answer = self.client.admin_get_user(UserPoolId=self.pool, Username=username)
        except ClientError as error:
            if aws.code(error) != "UserNotFoundException":
                raise
            raise PersonUnknownError from None
        known = {attribute["Name"]: attribute["Value"] for attribute in answer["UserAttributes"]}
        if known.get("sub") != owner or not answer.get("Enabled", True):
            raise PersonUnknownError
        verified = [name for name in ATTRIBUTES.values() if known.get(f"{name}_verified") == "true"]
        return Contact(**{name: known[name] for name in verified if known.get(name)})
