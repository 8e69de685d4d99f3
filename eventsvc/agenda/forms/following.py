"""Keeping a session."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from eventsvc.core.forms import FormModel, Line


class FavouriteForm(FormModel):
    """Which session, and whether it is to be kept (without a word: it is)."""

    session: Annotated[Line, Field(min_length=1, max_length=20)]
    on: bool = True
