"""What the sign-in pages take."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from eventsvc.core.forms import Email, FormModel, Line


class SignInForm(FormModel):
    email: Email
    password: Annotated[str, Field(max_length=200)] = ""
    next: Line = ""


class PasswordForm(FormModel):
    password: Annotated[str, Field(min_length=12, max_length=200)]
