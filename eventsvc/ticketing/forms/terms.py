"""What the terms of cancelling take."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from eventsvc.core.forms import Blank, FormModel, LocalMoment
from eventsvc.ticketing.forms.amounts import pounds
from eventsvc.ticketing.models import FeeKind


class TermsForm(FormModel):
    """As the organiser's page sends them; `percent` or `fixed` counts by `fee_kind`."""

    cancel_until: Annotated[LocalMoment | None, Blank] = None
    paid_too: bool = False
    free_until: Annotated[LocalMoment | None, Blank] = None
    fee_kind: FeeKind = FeeKind.NONE
    percent: Annotated[int, Field(ge=0, le=100), BeforeValidator(lambda value: value or 0)] = 0
    reverse_charge: bool = False
    fixed: Annotated[int, BeforeValidator(pounds), Field(ge=0, le=10_000_000)] = 0

    @model_validator(mode="after")
    def _order(self) -> TermsForm:
        if self.free_until and self.cancel_until and self.free_until > self.cancel_until:
            raise ValueError("It is free for longer than it is possible. Check both dates.")
        return self

    @property
    def fee_value(self) -> int:
        return {FeeKind.PERCENT: self.percent, FeeKind.FIXED: self.fixed}.get(self.fee_kind, 0)
