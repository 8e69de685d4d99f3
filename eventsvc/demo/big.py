"""A second event at real size, as a frab schedule that goes through the same import as anybody's."""

from __future__ import annotations

import random
import uuid
from datetime import date, datetime, time, timedelta
from xml.etree.ElementTree import Element, SubElement, tostring
from zoneinfo import ZoneInfo

from eventsvc.agenda.rules import imports

SLUG = "open-health"
ROOMS, DAYS, SLOTS = 24, 2, 19
TRACKS = [
    "Assays",
    "Pathology",
    "Imaging",
    "Genomics",
    "Wearables",
    "Regulation",
    "Procurement",
    "Open hardware",
    "Open source",
    "Data",
    "Primary care",
    "Screening",
    "Patients",
    "Startups",
    "Education",
    "Security",
]
START = ["How we", "Why we never", "What it takes to", "Ten ways to", "Measuring how to", "Learning to", "Daring to", "The day we had to"]
VERB = ["validate", "buy", "deploy", "calibrate", "explain", "share", "retire", "repair", "teach", "fund"]
THING = [
    "a blood gas analyser",
    "a national registry",
    "a low-field scanner",
    "an open genome pipeline",
    "a rapid test",
    "a thousand sensors",
    "a screening letter",
    "a hospital data lake",
    "a model card",
    "a lab robot",
]
PLACE = [
    "in a district hospital",
    "with six volunteers",
    "before winter",
    "across nine trusts",
    "without new money",
    "on a ferry",
    "for people who cannot come",
    "in a weekend",
]
FIRST = [
    "Ada",
    "Bo",
    "Chidi",
    "Dana",
    "Eero",
    "Fleur",
    "Gita",
    "Hugo",
    "Ines",
    "Jun",
    "Kofi",
    "Lena",
    "Mateo",
    "Noor",
    "Oya",
    "Pia",
    "Rui",
    "Sana",
    "Tariq",
    "Ursula",
    "Vik",
    "Wanja",
    "Ximena",
    "Yara",
    "Zane",
]
LAST = [
    "Abbot",
    "Bello",
    "Costa",
    "Dahl",
    "Eriksen",
    "Fofana",
    "Garcia",
    "Horvat",
    "Ito",
    "Jansen",
    "Kumar",
    "Lindqvist",
    "Moreau",
    "Nwosu",
    "Oduya",
    "Petrov",
    "Rossi",
    "Sato",
    "Thorne",
    "Ueda",
    "Vega",
    "Weber",
    "Xiong",
    "Yilmaz",
    "Zhou",
]


async def make() -> None:
    await imports.import_schedule(schedule(), slug=SLUG, create=True, by="demo")


def schedule(first: date | None = None) -> bytes:
    """About 900 sessions in 24 rooms over two days, four weeks from now, as frab XML. The same each time but for the dates."""
    choose = random.Random(2027)
    first = first or date.today() + timedelta(days=28)
    zone = ZoneInfo("Europe/London")
    root = Element("schedule")
    SubElement(root, "version").text = "1.0"
    conference = SubElement(root, "conference")
    for name, value in (
        ("acronym", SLUG),
        ("title", "Open Health Technology Congress"),
        ("start", str(first)),
        ("end", str(first + timedelta(days=DAYS - 1))),
        ("days", str(DAYS)),
        ("timeslot_duration", "00:05"),
        ("time_zone_name", zone.key),
    ):
        SubElement(conference, name).text = value
    people = [(number, f"{choose.choice(FIRST)} {choose.choice(LAST)}") for number in range(1, 961)]
    number = 0
    for index in range(DAYS):
        day_date = first + timedelta(days=index)
        begin = datetime.combine(day_date, time(9), zone)
        day = SubElement(
            root, "day", index=str(index + 1), date=str(day_date), start=begin.isoformat(), end=(begin + timedelta(hours=11)).isoformat()
        )
        for room_number in range(ROOMS):
            room = SubElement(day, "room", name=f"Room {chr(65 + room_number // 6)}{room_number % 6 + 1}")
            moment = begin + timedelta(minutes=5 * (room_number % 3))
            for _ in range(SLOTS):
                number += 1
                moment = _session(room, number, moment, choose, people)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + bytes(tostring(root, encoding="utf-8"))


def _session(room: Element, number: int, moment: datetime, choose: random.Random, people: list[tuple[int, str]]) -> datetime:
    """One talk; returns when the room is free again."""
    minutes = choose.choice([20, 25, 25, 30])
    session = SubElement(room, "event", id=str(number), guid=str(uuid.uuid5(uuid.NAMESPACE_URL, f"open-health-{number}")))
    title = f"{choose.choice(START)} {choose.choice(VERB)} {choose.choice(THING)} {choose.choice(PLACE)}"
    for name, value in (
        ("date", moment.isoformat()),
        ("start", f"{moment:%H:%M}"),
        ("duration", f"00:{minutes}"),
        ("room", room.get("name")),
        ("slug", f"open_health-{number}-talk"),
        ("url", f"https://open-health.example.org/talks/{number}"),
        ("title", title),
        ("subtitle", ""),
        ("track", TRACKS[(number * 7) % len(TRACKS)]),
        ("type", "talk"),
        ("language", "en"),
        ("abstract", f"{title}: what we planned, what happened, and the numbers. Questions welcome from the first minute."),
        ("description", ""),
    ):
        SubElement(session, name).text = value
    persons = SubElement(session, "persons")
    for person_id, name in choose.sample(people, choose.choice([1, 1, 1, 2])):
        SubElement(persons, "person", id=str(person_id)).text = name
    return moment + timedelta(minutes=minutes + 5)
