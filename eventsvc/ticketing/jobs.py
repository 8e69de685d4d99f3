from eventsvc.mail.jobs import Composer

letters: dict[str, Composer] = {}
