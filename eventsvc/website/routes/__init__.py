"""Pages of the whole: what everybody sees (`public`), an attendee's own day (`my_day`), plan (`following`) and
ticket for a colleague (`passing`), who signed up (`signups`),
an organisation's own page (`company`), a speaker's area (`speaker…`), the organiser's overview (`organiser`) and speakers (`speakers`)."""

from eventsvc.website.routes import (
    company,
    following,
    my_day,
    organiser,
    passing,
    public,
    signups,
    speaker,
    speaker_prepare,
    speaker_slides,
    speakers,
)

routes = [
    *public.front,
    *organiser.routes,
    *signups.routes,
    *speakers.routes,
    *speaker.routes,
    *speaker_prepare.routes,
    *speaker_slides.routes,
    *passing.routes,
    *company.routes,
    *my_day.routes,
    *following.routes,
    *public.routes,
]

__all__ = ["routes"]
