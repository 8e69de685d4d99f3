"""What the contact of an organisation fills in: places to take, who comes, a list of people."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from eventsvc.core.forms import Email, FormModel, Line, Name, Prose
from eventsvc.ticketing.forms import MAX_TICKETS, PersonLine, PersonName


class PlacesForm(FormModel):
    """Places without names, on one invoice where they cost anything. `free_seen`: how many free ones the page showed."""

    ticket_type: Annotated[Name, Field(max_length=40)]
    count: Annotated[int, Field(ge=1, le=MAX_TICKETS)]
    invoice_to: Annotated[Prose, Field(max_length=1000)] = ""
    purchase_order: Annotated[Line, Field(max_length=80)] = ""
    free_seen: Annotated[int | None, Field(ge=0, le=10_000)] = None


class PlaceForm(FormModel):
    """Who comes on a place of an organisation."""

    name: PersonName
    email: Email
    job_title: PersonLine = ""


class PeopleForm(FormModel):
    """A pasted list: a person a line."""

    people: Annotated[Prose, Field(min_length=1)]
