"""What a price for members and public bodies takes, and the letter of somebody who declines an order."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from eventsvc.core.forms import FormModel, Name, Prose
from eventsvc.members.forms import Domains
from eventsvc.members.models import OrganisationKind
from eventsvc.ticketing.forms import Pounds


class RateForm(FormModel):
    """A price for organisations of these kinds and for addresses in these domains, in pounds and pence."""

    name: Annotated[Name, Field(max_length=80)]
    kinds: list[OrganisationKind] = []
    suffixes: Domains = []
    price: Pounds = 0
    free_places: bool = False

    @model_validator(mode="after")
    def _whom(self) -> RateForm:
        if not self.kinds and not self.suffixes:
            raise ValueError("Say whom this price is for: tick a kind of organisation, or write an e-mail domain.")
        if self.free_places and not self.kinds:
            raise ValueError("Free places are those of organisations. Tick a kind of organisation too.")
        return self


class DeclineForm(FormModel):
    """What the letter says, in the organiser's words; empty for our own."""

    words: Annotated[Prose, Field(max_length=4000)] = ""
