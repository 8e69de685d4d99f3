"""Which badges, in which design."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from eventsvc.core.forms import FormModel, Line

MOST = 5000
"""Badges in one PDF. Typst needs about a third of a megabyte of memory for each."""

Code = Annotated[str, Field(max_length=200)]


class BadgesForm(FormModel):
    """No `tickets` (codes, or what a scanner read) and no `types` (codes of ticket types): everybody's badge."""

    design: Line = "a6"
    tickets: Annotated[list[Code], Field(max_length=MOST)] | None = None
    types: Annotated[list[Code], Field(max_length=200)] | None = None
