"""Background work and letters that show several domains, by what they are about: `orders`, `programme`."""

from __future__ import annotations

from eventsvc.agenda.rules import following, signups
from eventsvc.mail.jobs import Composer
from eventsvc.website.jobs import orders, programme
from eventsvc.website.rules import published

jobs = {signups.TELL: programme.place_free}
sweeps = [published.tell_attendees, programme.give_places_back, following.sweep]

letters: dict[str, Composer] = {
    "website/speaker_reminder": programme.speaker_reminder,
    "ticketing/confirmation": orders.confirmation,
    "ticketing/links": orders.links,
    "ticketing/waiting": orders.waiting_place,
    "ticketing/waiting_offer": orders.waiting_place,
    "ticketing/changed": orders.changed,
    "ticketing/reminder": orders.reminder,
    "ticketing/cancelled": orders.cancelled,
    "ticketing/ticket_cancelled": orders.ticket_cancelled,
    "ticketing/passed_on": orders.passed_on,
    "ticketing/passed_to_you": orders.passed_to_you,
    "ticketing/places": orders.places,
    "website/place": programme.place,
    "website/release": programme.release,
}
