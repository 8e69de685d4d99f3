"""The people: 120 attendees, who bought what, who came, what they thought."""

from __future__ import annotations

import random
import uuid
from datetime import UTC, datetime, time, timedelta

from eventsvc.agenda.models import BREAK, Session
from eventsvc.checkin import rules as checkin
from eventsvc.core.clock import now, travel
from eventsvc.demo import extras, questions
from eventsvc.events.models import Event
from eventsvc.speakers.models import Speaker
from eventsvc.surveys import rules as surveys
from eventsvc.surveys.models import Question, QuestionKind, Survey
from eventsvc.ticketing.forms import OrderForm, TicketWanted
from eventsvc.ticketing.models import Order, OrderState, PayMethod, Ticket, TicketState
from eventsvc.ticketing.rules import orders, placing

ATTENDEES, CAME, ANSWERED, LETTERS = 120, 71, 28, 6
FIRST = [
    "Aisha",
    "Ben",
    "Chloe",
    "Dev",
    "Emily",
    "Farah",
    "George",
    "Hannah",
    "Imran",
    "Jasmine",
    "Karim",
    "Leah",
    "Mohammed",
    "Niamh",
    "Omar",
    "Poppy",
    "Quentin",
    "Ruth",
    "Sunita",
    "Tariq",
    "Uma",
    "Victoria",
    "William",
    "Xin",
    "Yasmin",
    "Zoë",
    "Małgorzata",
    "Björn",
    "Nguyễn",
    "José",
]
LAST = [
    "Ahmed",
    "Bailey",
    "Clarke",
    "Davies",
    "Evans",
    "Fletcher",
    "Gill",
    "Hussain",
    "Iqbal",
    "Jones",
    "Kaur",
    "Lewis",
    "Malik",
    "Novák",
    "O'Connor",
    "Patel",
    "Quinn",
    "Rahman",
    "Singh",
    "Taylor",
    "Udoh",
    "Vaughan",
    "Walker",
    "Xu",
    "Young",
    "Zieliński",
    "Śliwa",
    "Åkesson",
]
WORK = {
    "nhs-and-academic": [
        (
            "Arden Hospitals NHS Trust",
            ["Biomedical Scientist", "Ward Manager", "Consultant Physician", "Point-of-Care Coordinator", "Pharmacist"],
        ),
        ("Mercia University", ["Research Fellow", "PhD Student", "Lecturer", "Research Nurse"]),
        ("Black Country Primary Care", ["Practice Nurse", "General Practitioner", "Practice Manager"]),
        ("Midlands Genomics", ["Clinical Scientist", "Bioinformatician"]),
    ],
    "member-organisation": [
        ("Severn Assays", ["Product Manager", "Field Scientist", "Quality Lead"]),
        ("Longbridge Imaging", ["Account Director", "Software Engineer"]),
        ("Kite Point-of-Care", ["Founder", "Clinical Specialist"]),
    ],
    "non-member": [
        ("Tidewater Labs", ["Business Development"]),
        ("Independent", ["Consultant"]),
        ("Hallam Diagnostics", ["Sales Director", "Scientist"]),
    ],
}
SAID = [
    "More time between sessions: the Foundry was full before I got there.",
    "Please keep the meet-the-buyer tables. Two good conversations in half an hour.",
    "The microphones in the Canal Room were too quiet at the back.",
    "A quiet room would help. So would more vegetarian food.",
    "Slides before the talk, so that I can follow on my phone.",
    "Start at nine thirty for those who come by train.",
    "More patients on the stage. Samuel's panel was the best part of the day.",
]


async def fill(event: Event) -> None:
    """Everybody, in a fixed order of chance: two demos are alike."""
    choose = random.Random(7)
    await _speakers(event)
    await _attendees(event, choose)
    await _come_in(event, choose)
    await _answer(event, choose)


async def _speakers(event: Event) -> None:
    for speaker in await Speaker.filter(event=event).order_by("id"):
        wanted = TicketWanted(ticket_type="speaker", name=speaker.name, organisation=speaker.organisation, job_title=speaker.job_title)
        email = f"{speaker.code.lower()}@example.org"
        with travel(now() - timedelta(days=50)):
            await placing.place_order(event, OrderForm(email=email, tickets=[wanted]), source="organiser", letter=False, by="demo")


async def _attendees(event: Event, choose: random.Random) -> None:
    number, chance, added = 0, random.Random(11), random.Random(13)
    while number < ATTENDEES:
        code = choose.choices(list(WORK), [78, 14, 8])[0]
        organisation, jobs = choose.choice(WORK[code])
        size = min(choose.choices([1, 2, 3], [88, 8, 4])[0], ATTENDEES - number)
        names = [f"{choose.choice(FIRST)} {choose.choice(LAST)}" for _ in range(size)]
        people = [
            TicketWanted(
                ticket_type=code,
                name=name,
                organisation=organisation,
                job_title=choose.choice(jobs),
                answers=questions.said(chance),
                add_ons=extras.taken(added),
            )
            for name in names
        ]
        pays = code != "nhs-and-academic" or any(one.add_ons for one in people)
        form = OrderForm(
            email=f"attendee{number + 1}@example.org",
            tickets=people,
            invoice_to=f"{organisation}\nAccounts Payable\nBirmingham" if pays else "",
        )
        with travel(now() - timedelta(days=choose.triangular(0.2, 40, 6))):
            order = await placing.place_order(event, form, source="page", letter=False)
            if order.state == OrderState.PLACED and choose.random() < 0.75:
                await orders.pay(order, PayMethod.BANK, by="demo")
        number += size
    part = await Order.filter(event=event, state=OrderState.PLACED).order_by("id").first()
    if part:
        await orders.pay(part, PayMethod.BANK, by="demo", amount=part.due // 2)
    for order in await Order.filter(event=event, state=OrderState.PAID, source="page").order_by("-id").limit(LETTERS):
        await orders.resend(order, by="demo")


async def _come_in(event: Event, choose: random.Random) -> None:
    entrance = (await checkin.lists_of(event))[0]
    entrance.event = event
    tickets = await Ticket.filter(event=event, state=TicketState.VALID).order_by("id")
    choose.shuffle(tickets)
    opened = datetime.combine(event.start, time(8, 30), event.zone).astimezone(UTC)
    until = max(min(now(), opened + timedelta(hours=2)), opened + timedelta(minutes=5))
    moments = sorted(opened + (until - opened) * choose.betavariate(2, 3) for _ in range(CAME))
    for ticket, moment in zip(tickets, moments, strict=False):
        scan = checkin.ScanIn(
            id=uuid.UUID(int=choose.getrandbits(128)),
            code=ticket.code,
            at=moment,
            direction="in",
            device=choose.choice(["Door A", "Door B"]),
        )
        await checkin.scan(entrance, [scan])


async def _answer(event: Event, choose: random.Random) -> None:
    survey = await Survey.get(event=event).prefetch_related("questions")
    came = await Ticket.filter(event=event, scans__admits=True).order_by("id")
    talks = await Session.filter(event=event).exclude(kind=BREAK).order_by("id")
    for ticket in came[:ANSWERED]:
        await surveys.reply(survey, ticket, {f"q{q.id}": _opinion(q, talks, choose) for q in survey.questions})
    await survey.change(invited_at=now())


def _opinion(question: Question, talks: list[Session], choose: random.Random) -> str:
    if question.kind == QuestionKind.SCALE:
        return str(choose.choices([5, 6, 7, 8, 9, 10], [1, 1, 3, 6, 9, 8])[0])
    if question.kind == QuestionKind.SESSION:
        return choose.choice(talks[:9]).code
    return choose.choice(SAID) if choose.random() < 0.5 else ""
