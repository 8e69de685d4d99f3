"""Exports of other systems: Sessionize's “All data”, pages of pretalx's API in both shapes."""

from __future__ import annotations

import contextlib
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from eventsvc.agenda.models import SessionState
from eventsvc.core.sheet import BadFile
from tests.agenda.test_exchange_files import read

SESSIONIZE: dict[str, Any] = {
    "sessions": [
        {
            "id": "581840",
            "title": "Robots",
            "description": "About robots",
            "startsAt": "2027-05-14T09:00:00",
            "endsAt": "2027-05-14T09:45:00",
            "isServiceSession": False,
            "isPlenumSession": False,
            "speakers": ["282a4701"],
            "categoryItems": [1, 11],
            "roomId": 39398,
            "status": "Accepted",
            "isConfirmed": True,
        },
        {"id": "9", "title": "Maybe", "status": "Nominated", "speakers": []},
        {
            "id": "d7eea897",
            "title": "Lunch",
            "isServiceSession": True,
            "isPlenumSession": True,
            "speakers": [],
            "roomId": 39398,
            "startsAt": "2027-05-14T12:00:00Z",
            "endsAt": "2027-05-14T13:00:00Z",
        },
    ],
    "speakers": [
        {
            "id": "282a4701",
            "firstName": "Julie",
            "lastName": "Yack",
            "fullName": "Julie Yack",
            "bio": "Builds",
            "tagLine": "COO",
            "questionAnswers": [{"questionId": 5, "answerValue": "D365UG"}],
        }
    ],
    "questions": [{"id": 5, "question": "Company", "questionType": "Short_Text"}],
    "categories": [
        {"id": 2, "title": "Track", "items": [{"id": 1, "name": "Machines"}]},
        {"id": 3, "title": "Session format", "items": [{"id": 11, "name": "Workshop"}]},
    ],
    "rooms": [{"id": 39398, "name": "Room A", "sort": 0}],
}


def test_sessionize_all_data() -> None:
    offer = read(json.dumps(SESSIONIZE).encode())

    robots, lunch = offer.sessions
    assert (robots.title, robots.track, robots.room, robots.source) == ("Robots", "Machines", "Room A", "sessionize:581840")
    assert (robots.values["kind"], robots.values["state"], str(robots.start)) == ("Workshop", SessionState.CONFIRMED, "2027-05-14 09:00:00")
    assert robots.speakers
    assert [(who.name, who.source) for who in robots.speakers] == [("Julie Yack", "sessionize:282a4701")]
    assert (lunch.values["kind"], lunch.room) == ("break", None)
    assert offer.speakers[0].values == {"name": "Julie Yack", "biography": "Builds", "job_title": "COO", "organisation": "D365UG"}
    assert offer.wrong == [("session 2", "Left out: its status is nominated.")]


CLASSIC = {
    "count": 1,
    "next": None,
    "results": [
        {
            "code": "ABCDE",
            "speakers": [{"name": "Jane", "code": "DEFAB", "biography": "A speaker", "avatar": "avatar.png", "email": "jane@orga.org"}],
            "title": "A talk",
            "submission_type": {"en": "Talk", "de": "Vortrag"},
            "track": None,
            "state": "confirmed",
            "abstract": "A good talk.",
            "description": "More",
            "duration": 30,
            "do_not_record": True,
            "content_locale": "en",
            "slot": {"start": "2027-05-14T10:00:00Z", "end": "2027-05-14T10:30:00Z", "room": "R101"},
        },
        {"code": "FGHIJ", "title": "Refused", "state": "rejected", "speakers": []},
    ],
}
NOW = {
    "results": [
        {
            "code": "ABCDE",
            "title": "A talk",
            "state": "accepted",
            "speakers": ["DEFAB"],
            "submission_type": 3,
            "track": 7,
            "duration": 30,
            "slots": [12],
            "tags": [],
            "answers": [],
        }
    ]
}
SLOTS = {
    "results": [
        {
            "id": 12,
            "room": 5,
            "start": "2027-05-14T11:00:00+01:00",
            "end": "2027-05-14T11:30:00+01:00",
            "submission": "ABCDE",
            "duration": 30,
        },
        {
            "id": 13,
            "room": 5,
            "start": "2027-05-14T12:00:00+01:00",
            "end": "2027-05-14T13:00:00+01:00",
            "submission": None,
            "description": {"en": "Lunch"},
        },
    ]
}
OTHERS: list[Any] = [
    {"results": [{"code": "DEFAB", "name": "Jane", "biography": "A speaker", "email": "jane@orga.org", "submissions": ["ABCDE"]}]},
    {"results": [{"id": 5, "name": {"en": "R101"}, "capacity": 120, "position": 1}]},
    {"results": [{"id": 7, "name": {"en": "Security"}, "color": "#00ff00", "position": 1}]},
    {"results": [{"id": 3, "name": {"en": "Talk"}, "default_duration": 30}]},
]


def test_pretalx_as_it_was_until_2025() -> None:
    offer = read(json.dumps(CLASSIC).encode())

    (talk,) = offer.sessions
    assert (talk.code, talk.title, talk.room, talk.minutes, talk.values["kind"]) == ("ABCDE", "A talk", "R101", 30, "Talk")
    assert talk.start
    assert talk.start.isoformat() == "2027-05-14T10:00:00+00:00"
    assert [(one.who.code, one.values["email"]) for one in offer.speakers] == [("DEFAB", "jane@orga.org")]
    assert offer.wrong == [("submission 2", "Left out: it is rejected, so it is no session.")]


def test_pretalx_as_it_is_now_with_pages_that_explain_the_numbers() -> None:
    offer = read(*(json.dumps(page).encode() for page in [SLOTS, NOW, *OTHERS]))

    talk, lunch = offer.sessions
    assert (talk.title, talk.track, talk.room, talk.values["kind"], talk.values["state"]) == (
        "A talk",
        "Security",
        "R101",
        "Talk",
        SessionState.DRAFT,
    )
    assert talk.start
    assert talk.start.isoformat() == "2027-05-14T11:00:00+01:00"
    assert talk.speakers
    assert (talk.speakers[0].name, talk.speakers[0].code) == ("Jane", "DEFAB")
    assert (lunch.title, lunch.values["kind"]) == ("Lunch", "break")
    assert (offer.rooms[0].values, offer.notes, offer.wrong) == ({"capacity": 120}, [], [])


def test_pretalx_numbers_without_their_pages_are_said() -> None:
    offer = read(json.dumps(NOW).encode())

    assert (offer.sessions[0].track, len(offer.notes)) == (None, 1)
    assert "?expand=" in offer.notes[0]


def test_a_page_of_slots_alone_places_what_is_known() -> None:
    offer = read(json.dumps(SLOTS).encode(), json.dumps(OTHERS[1]).encode())

    assert [(one.code, one.only_known, one.room) for one in offer.sessions if one.only_known] == [("ABCDE", True, "R101")]


FIELDS = [*SESSIONIZE["sessions"][0], *CLASSIC["results"][0], "name", "submission", "room", "start", "capacity", "color"]
PLAIN = st.sampled_from(
    [None, True, False, 0, -1, 10**30, 1.5, "", "x", "2027-05-14T09:00:00", "9999", "ABCDE", [], {}, [[]], [{}], {"en": 1}]
)
JSON = st.dictionaries(
    st.sampled_from(FIELDS), PLAIN | st.lists(PLAIN, max_size=2) | st.dictionaries(st.sampled_from(FIELDS), PLAIN, max_size=3)
)


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(["sessions", "speakers", "rooms", "categories", "questions", "results"]), st.lists(JSON, max_size=4), PLAIN)
def test_odd_json_never_breaks_anything(name: str, rows: list[Any], other: Any) -> None:
    for document in (
        {"sessions": [], "speakers": [], name: rows},
        {"results": rows},
        {"sessions": rows, "speakers": other},
        [*rows, other],
    ):
        with contextlib.suppress(BadFile):
            assert read(json.dumps(document).encode()).what
