"""Places that ticket types and add-ons share, for the page and the API."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from eventsvc.core.forms import Blank, FormModel, Name
from eventsvc.ticketing.forms.add_ons import Codes


class QuotaForm(FormModel):
    """So many places (None: no limit) for all that is sold from them."""

    name: Annotated[Name, Field(max_length=120)]
    places: Annotated[int | None, Field(ge=0, le=1_000_000), Blank] = None
    ticket_types: Codes = []
    add_ons: Codes = []
