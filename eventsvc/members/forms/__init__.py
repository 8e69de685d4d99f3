"""What a member organisation, its places at an event, and a file of organisations take."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from eventsvc.core.forms import Blank, Email, FormModel, Name
from eventsvc.members.forms import addresses
from eventsvc.members.models import OrganisationKind

MAX_DOMAINS = 20


def _split(value: Any) -> Any:
    texts = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    return [one for text in texts for one in re.split(r"[\s,;]+", str(text)) if one]


def _domains(value: list[str]) -> list[str]:
    """What was typed as domains, each once."""
    read = [(typed, addresses.read_domain(typed)) for typed in value]
    if wrong := [typed for typed, domain in read if domain is None]:
        raise ValueError(f"“{wrong[0][:60]}” is not an internet domain. Write the part behind the @, such as member.org.")
    found = list(dict.fromkeys(domain for _, domain in read if domain))
    if shared := [one for one in found if one in addresses.SHARED]:
        raise ValueError(f"Anybody can have an address at {shared[0]}. Leave it out, and give them the member code.")
    return found


def _own(value: list[str]) -> list[str]:
    if common := [one for one in value if one in addresses.PUBLIC_BODIES]:
        raise ValueError(f"{common[0]} belongs to many bodies. Write this one's own domain, or give a ticket type a rate for {common[0]}.")
    return value


Domains = Annotated[list[str], BeforeValidator(_split), AfterValidator(_domains), Field(max_length=MAX_DOMAINS)]
"""Internet domains by space, comma or line."""


def _code(value: Any) -> Any:
    return re.sub(r"[\s\-]", "", value).upper() if isinstance(value, str) else value


MemberCode = Annotated[str, BeforeValidator(_code), Field(max_length=40, pattern=r"^([A-Z0-9]{6,40})?$")]
"""Six or more letters and digits; spaces and hyphens are for reading only. Empty: one is made."""


class OrganisationForm(FormModel):
    name: Name
    kind: OrganisationKind = OrganisationKind.MEMBER
    domains: Annotated[Domains, AfterValidator(_own)] = []
    code: MemberCode = ""
    email: Annotated[Email | None, Blank] = None
    left: bool = False


class AllowanceForm(FormModel):
    free: Annotated[int, Field(ge=0, le=10_000), BeforeValidator(lambda value: 0 if value == "" else value)] = 0


class OrganisationRow(OrganisationForm):
    """A line of a file: an organisation, and its free places at the event where the file gives them."""

    free: Annotated[int | None, Field(ge=0, le=10_000), Blank] = None
