"""The demo's call for proposals: open for twelve more days, two dozen proposals in every state. All names are made up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from eventsvc.agenda.models import Track
from eventsvc.cfp.forms.call import CallForm, CodesForm, FieldForm, LettersForm, TypeForm
from eventsvc.cfp.forms.entry import Asked, read
from eventsvc.cfp.forms.proposal import ProposerForm
from eventsvc.cfp.models import Author, Call, FieldKind, FieldTarget, Proposal, ProposalState, ProposalType
from eventsvc.cfp.rules import authors, calls, codes, entries, fields, proposals, proposing
from eventsvc.core.clock import now, travel
from eventsvc.events.models import Event
from eventsvc.mail.models import Letter, LetterState

BY = "Olivia Organiser"
TEXT = """The big talks of the day are planned. **The open sessions are yours:** ten-minute lightning talks, posters in the Glasshouse, and the evening seminars and workshops that follow through the winter.

We look for people who have *done* something and will say how it went, also when it went wrong:

- tests that moved closer to patients, and what that did to a ward or a practice
- imaging with and without a machine beside you
- pathways, waiting lists, money: who pays, who gains
- data and rules: how to say yes

First-time speakers are welcome. If you have never done this, write to us: we read drafts and help with slides. The house is step-free, with hearing loops in all rooms."""
ACCEPTED = "Dear {name},\n\nwe are delighted: “{title}” is part of {event}.\n\nPlease confirm within a week, on your own page:\n\n{link}\n\nThere you also tell us what you need on stage."
TYPES = [("Talk", 20, 0), ("Lightning talk", 10, 0), ("Workshop", 90, -4), ("Poster", 5, 9)]

# title, type, track, level, abstract, the people: (name, organisation, job title), state, days ago, seats (workshops)
ALL = [
    ("What a porter taught us about sample transport", "talk", "Pathways", "For everyone", "A third of our late samples were never late at all: they sat in a lift. We followed two hundred tubes from vein to analyser with the people who carry them, drew one map, and changed four small things. Turnaround fell by forty minutes.", [("Denise Holloway", "Arden Hospitals NHS Trust", "Portering manager"), ("Dr Arjun Mehrotra", "Arden Hospitals NHS Trust", "Consultant biochemist")], "accepted", 19, ""),
    ("Urine dipsticks and the phone in your pocket", "talk", "Point of care", "For everyone", "Nine hundred people tested themselves at home with a paper strip and their own camera. We show which phones, which kitchens and which lamps spoil a result, and the one drawing that halved the failures.", [("Wiktoria Zając", "Severn Assays", "Product lead")], "accepted", 18, ""),
    ("Sepsis alerts nobody turned off", "talk", "Pathways", "For practitioners", "Alert fatigue is a design problem. We cut alerts by two thirds without missing a case in six months, and publish the rules, the mistakes and the meeting where it nearly ended.", [("Dr Folasade Bankole", "Sandwell Acute Trust", "Intensive care consultant")], "submitted", 17, ""),
    ("Reading X-rays at three in the morning", "talk", "Imaging and AI", "For practitioners", "Forty night shifts, two groups, one assistant that points and never speaks. Accuracy barely moved; confidence did. What that is worth, and to whom.", [("Dr Pádraig Ó Súilleabháin", "Longbridge Imaging", "Radiologist"), ("Hana Kobayashi", "Mercia University", "Research fellow")], "submitted", 16, ""),
    ("A spreadsheet is not a medical device, until it is", "lightning-talk", "Data and rules", "For everyone", "Every department has one: the sheet that decides. Ten minutes on how to find it, who owns it, and what to do before the auditor does.", [("Gareth Prosser", "Pell & Hart Solicitors", "Associate")], "submitted", 16, ""),
    ("Low-cost haemoglobin in forty antenatal clinics", "talk", "Point of care", "For everyone", "Anaemia found at the booking visit instead of six weeks later. The test costs less than the postage of the old one. What midwives changed about it before they would use it.", [("Sister Blessing Achieng", "Black Country Maternity Network", "Lead midwife")], "submitted", 15, ""),
    ("Build a lateral-flow test in ninety minutes", "workshop", "Point of care", "Beginners welcome", "Paper, gold and patience: each table makes a working strip and then breaks it in five ways that factories know well. No laboratory needed; bring a sleeve you do not mind.", [("Rufus Adeoye", "Severn Assays", "Process engineer"), ("Marta Villanueva", "Severn Assays", "Chemist")], "submitted", 15, "24"),
    ("How we lost four hundred results, and found them", "talk", "Data and rules", "For everyone", "One character in one interface. A story without villains: the eleven days, the letter to patients, and the checks that would have told us in an hour.", [("Colm Devaney", "Midlands Pathology Alliance", "Integration lead")], "submitted", 14, ""),
    ("Teaching a model to say ‘I do not know’", "talk", "Imaging and AI", "For practitioners", "Calibrated doubt is worth more than two points of accuracy. We show a chest model that abstains on one film in nine, and what the reporting room did with those.", [("Dr Yuki Hartmann", "Mercia University", "Lecturer in machine learning")], "submitted", 13, ""),
    ("Breath, not blood: an asthma clinic without needles", "poster", "Point of care", "For everyone", "Exhaled nitric oxide in three primary-care networks: what it replaced, what it did not, and how children scored it.", [("Dr Nia Llewellyn", "Primary Care Wolverhampton North", "GP partner")], "submitted", 13, ""),
    ("The cost of a repeat scan", "lightning-talk", "Imaging and AI", "For everyone", "One in fourteen is done again. Ten minutes of bar charts that made our finance director buy a cushion.", [("Pritam Sandhu", "Longbridge Imaging", "Operations manager")], "submitted", 12, ""),
    ("Write your intended purpose in an hour", "workshop", "Data and rules", "Beginners welcome", "Founders leave with one page that a regulator will read to the end. Bring your product and the sentence you use at parties.", [("Tamsin Brightwell", "Pell & Hart Solicitors", "Partner"), ("Iqra Bashir", "Fern Regulatory", "Consultant")], "submitted", 12, "30"),
    ("Diagnostics in a mosque car park", "talk", "Pathways", "For everyone", "Six Fridays, one van, eleven hundred people. Who came, who had never been asked before, and what follow-up really costs.", [("Sameera Qureshi", "Birmingham East Public Health", "Programme lead"), ("Imam Yusuf Darwish", "Small Heath Community Trust", "Trustee")], "submitted", 11, ""),
    ("Ultrasound by people who are not radiologists", "talk", "Imaging and AI", "For practitioners", "Sixty hours of training, two years of audit, and an honest list of what should stay with specialists.", [("Dr Leonie Okafor-Byrne", "Arden Hospitals NHS Trust", "Emergency physician")], "submitted", 10, ""),
    ("A freezer is a promise", "poster", "Data and rules", "For everyone", "Consent forms of 1998 meet sequencing of today: what our biobank asked, whom, and how many answered.", [("Dr Mireille Fontaine", "Midlands Genomics", "Biobank curator")], "submitted", 9, ""),
    ("Faster troponin, slower discharge", "lightning-talk", "Pathways", "For practitioners", "We bought an hour and lost it at the pharmacy. What a test can and cannot fix.", [("Dr Ewan McAllister", "Sandwell Acute Trust", "Acute medicine")], "submitted", 8, ""),
    ("Our chatbot books phlebotomy, badly, and people love it", "lightning-talk", "Pathways", "For everyone", "It knows three sentences. That was the secret.", [("Lorna Peverell", "Severnside Surgeries", "Practice manager")], "submitted", 7, ""),
    ("Measuring a spectrometer’s bad mood", "poster", "Point of care", "For practitioners", "Drift has causes. We logged four years of them: doors, buses, an ice-cream van.", [("Anselm Pryce-Jones", "Mercia University", "Doctoral student")], "submitted", 6, ""),
    ("Synthetic patients for honest tests", "talk", "Data and rules", "For practitioners", "Data nobody has to guard, good enough to find real bugs in; and the three questions it must never answer.", [("Dr Chidera Umeh", "Fern Regulatory", "Data scientist")], "submitted", 4, ""),
    ("The quiet cost of a false positive", "talk", "Everyone", "For everyone", "We asked two hundred people a year later. They remembered the phone call, not the all-clear. How to write that letter.", [("Dr Hester Lindqvist", "Mercia University", "Health psychologist"), ("Bronagh Mulholland", "Patients Together", "Trustee")], "submitted", 2, ""),
    ("Microfluidics on a bus", "talk", "Point of care", "For everyone", "It worked on the bench.", [("Kofi Amponsah", "Severn Assays", "Engineer")], "draft", 6, ""),
    ("Contrast without guilt", "poster", "Imaging and AI", "For practitioners", "", [("Dr Solveig Brandt", "Longbridge Imaging", "Radiographer")], "draft", 3, ""),
    ("An evening on early economic models", "workshop", "Pathways", "Beginners welcome", "Half of it is arithmetic; the other half is saying no.", [("Rowan Castellanos", "Black Country Growth Fund", "Analyst")], "draft", 1, "20"),
    ("Blockchain for blood", "talk", "Data and rules", "For everyone", "A ledger for every unit.", [("Max Steele", "ChainVein", "Founder")], "rejected", 20, ""),
    ("Home genome parties", "talk", "Everyone", "For everyone", "What could go right.", [("Sunny Delacroix", "GeneBrunch", "Host")], "withdrawn", 14, ""),
]  # fmt: skip
BIOGRAPHIES = [
    "{first} has worked with laboratories in the West Midlands for ten years, and keeps bees.",
    "{first} came to diagnostics from a ward, and still does one shift a month.",
    "{first} builds things that people in gloves can use, and teaches others to.",
    "",
]


async def fill(event: Event) -> None:
    """Made when the demo is, through the same verbs as any other."""
    with travel(now() - timedelta(days=24)):
        call = await calls.add_call(event, by=BY)
        await _ask(event, call)
    asked = await entries.asked_of_organiser(event, call)
    tracks = {track.name: track.code for track in await Track.filter(event=event)}
    for number, row in enumerate(ALL):
        with travel(now() - timedelta(days=row[7], hours=number % 9, minutes=number * 7 % 60)):
            await _propose(event, call, asked, row, tracks, number)
    await codes.make_codes(event, call, CodesForm(count=4, uses=1, note="For the panel of hospital trusts", type="talk"), by=BY)
    # All but the newest letters went out long since.
    kept = [letter.id for letter in await Letter.filter(kind__startswith="cfp/").order_by("-id").limit(4)]
    await Letter.filter(kind__startswith="cfp/", id__not_in=kept).update(state=LetterState.SENT, sent_at=now())


async def _ask(event: Event, call: Call) -> None:
    """Text, types and the five questions."""
    today = event.local(now()).replace(tzinfo=None, hour=23, minute=59, second=0, microsecond=0)
    closes = today + timedelta(days=36)
    for position, (name, minutes, more) in enumerate(TYPES):
        known = await ProposalType.get_or_none(call=call, name=name)
        own = closes + timedelta(days=more) if more else None
        await calls.save_type(event, call, known, TypeForm(name=name, minutes=minutes, closes_at=own, position=position), by=BY)
    questions: list[dict[str, Any]] = [
        {"kind": "one_of", "label": "Who is it for?", "required": True, "public": True, "choices": ["For everyone", "For practitioners", "Beginners welcome"]},
        {"kind": "text", "label": "What will people take home?", "hint": "One or two sentences; we print them on the programme.", "max_length": 300, "public": True},
        {"kind": "number", "label": "How many seats at most?", "types": ["workshop"]},
        {"kind": "many_of", "label": "What do you need?", "hint": "We do our best to have it ready.", "target": "speaker", "choices": ["Step-free stage", "Hearing loop", "Sign language", "A quiet room", "Help with slides"]},
        {"kind": "url", "label": "A talk of yours to watch", "target": "speaker", "names_author": True},
        {"kind": "yes_no", "label": "Would you chair this session?", "target": "reviewer"},
    ]  # fmt: skip
    for question in questions:
        await fields.save_field(event, call, None, FieldForm(**{"target": FieldTarget.SESSION, **question}), by=BY)
    wanted = CallForm(
        text=TEXT,
        opens_at=today - timedelta(days=1),
        closes_at=closes,
        published=True,
        languages=["en", "cy"],
        asks_track=True,
        max_per_person=3,
    )
    await calls.change_call(event, call, wanted, by=BY)
    await calls.change_letters(call, LettersForm(accepted_subject="You are on the programme of {event}", accepted_text=ACCEPTED), by=BY)


async def _propose(event: Event, call: Call, asked: Asked, row: Any, tracks: dict[str, str], number: int) -> None:
    title, kind, track, level, abstract, people, state, _, seats = row
    address = [f"{name.replace('Dr ', '').split()[0].lower()}.{name.split()[-1].lower()}@example.org" for name, _, _ in people]
    address = [one.encode("ascii", "ignore").decode() for one in address]
    name, organisation, job_title = people[0]
    first = name.removeprefix("Dr ").split()[0]
    by_kind = {field.kind: field.key for field in asked.of(FieldTarget.SESSION)}
    person = {field.kind: field.key for field in asked.of(FieldTarget.SPEAKER)}
    given = [
        *(("title", title), ("type", kind), ("track", tracks.get(track, "")), ("language", "en"), ("abstract", abstract)),
        *(("name", name), ("email", address[0]), ("organisation", organisation), ("job_title", job_title)),
        *(("biography", BIOGRAPHIES[number % 4].format(first=first)), ("co_speakers", "\n".join(address[1:]))),
        *((by_kind[FieldKind.ONE_OF], level), (by_kind[FieldKind.NUMBER], seats), (by_kind[FieldKind.TEXT], _home(abstract))),
        (person[FieldKind.MANY_OF], ["Hearing loop", "", "A quiet room", "Help with slides"][number % 4]),
    ]
    entry = read(asked, given, complete=state != "draft", person=ProposerForm)
    assert not entry.form.errors, (title, entry.form.errors)
    await proposing.propose(event, call, entry, submit=state != "draft")
    proposal = await Proposal.get(call=call, title=title).select_related("call", "type", "track")
    for other, (co_name, house, job) in zip(
        await Author.filter(proposal=proposal, position__gt=0).select_related("speaker"), people[1:], strict=True
    ):
        await other.speaker.change(name=co_name, organisation=house, job_title=job)
        if co_name != "Bronagh Mulholland":  # she has not answered yet
            await authors.join(event, proposal, other, by=co_name)
    with travel(now() + timedelta(days=2)):
        if state in ("accepted", "rejected"):
            await proposals.set_state(event, proposal, ProposalState(state), by=BY, tell=True)
        elif state == "withdrawn":
            proposal.call.event = event
            await proposals.withdraw(event, proposal, by=name)


def _home(abstract: str) -> str:
    """The last sentence will do."""
    sentences = [part.strip() for part in abstract.split(".") if part.strip()]
    return f"{sentences[-1]}."[:300] if len(sentences) > 1 else ""
