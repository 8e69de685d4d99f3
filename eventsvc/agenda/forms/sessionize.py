"""Sessionize: the view “All data” of its API (sessions, speakers, rooms, categories, questions) as an offer."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from eventsvc.agenda.forms import moments
from eventsvc.agenda.forms.columns import kind_of
from eventsvc.agenda.forms.offer import Frame, Offer, OfferedPlace, OfferedSession, OfferedSpeaker, Who, Wrong, each, text_of
from eventsvc.agenda.models import BREAK, SessionState
from eventsvc.core.text import clean, fold, one_line

_KIND = re.compile(r"format|type|kind")
_TRACK = re.compile(r"track|theme|stream|topic")
_LANGUAGE = re.compile(r"language")
_COMPANY = re.compile(r"compan|organi[sz]ation|employer|affiliation")
_JOB = re.compile(r"job|role|position|title")


def knows(document: Any) -> bool:
    return isinstance(document, dict) and isinstance(document.get("sessions"), list) and isinstance(document.get("speakers"), list)


def read(document: dict[str, Any], offer: Offer, frame: Frame) -> None:
    """Times without a zone are the event's. Ids of Sessionize are kept, so that a later export updates."""
    rooms = {str(one.get("id")): _line(one.get("name")) for one in _dicts(document.get("rooms"))}
    offer.rooms += [OfferedPlace(name) for name in rooms.values() if name]
    items = {
        str(item.get("id")): (fold(_line(group.get("title"))), _line(item.get("name")))
        for group in _dicts(document.get("categories"))
        for item in _dicts(group.get("items"))
    }
    questions = {str(one.get("id")): fold(_line(one.get("question"))) for one in _dicts(document.get("questions"))}
    names = {_line(one.get("id")): _name(one) for one in _dicts(document["speakers"])}

    def speaker(one: dict[str, Any], where: str) -> None:
        who = Who(_name(one), source=f"sessionize:{_line(one.get('id'))}"[:80])
        if not who.name:
            raise Wrong("This speaker has no name.")
        values = {"name": who.name, "biography": clean(text_of(one.get("bio")))[:20_000], "job_title": _line(one.get("tagLine"))}
        answers = _answers(one, questions)
        values["organisation"] = next((said for asked, said in answers if _COMPANY.search(asked)), "")
        values["job_title"] = next((said for asked, said in answers if _JOB.search(asked)), values["job_title"])
        offer.speakers.append(OfferedSpeaker(where, who, {name: text for name, text in values.items() if text}))

    def session(one: dict[str, Any], where: str) -> None:
        status = fold(_line(one.get("status")))
        if status not in ("", "accepted"):
            raise Wrong(f"Left out: its status is {status[:30]}.")
        title = _line(one.get("title"))
        if not title:
            raise Wrong("This session has no title.")
        start, end = _moment(one.get("startsAt"), frame), _moment(one.get("endsAt"), frame)
        moments.within(start, frame)
        service = one.get("isServiceSession") is True
        room = "" if one.get("isPlenumSession") is True and service else rooms.get(str(one.get("roomId")), "")
        filed = [items[str(item)] for item in one.get("categoryItems") or [] if str(item) in items]
        kind = next((name for group, name in filed if _KIND.search(group)), "")
        values: dict[str, Any] = {
            "abstract": clean(text_of(one.get("description"))),
            "kind": BREAK if service else kind_of(kind)[:80],
            "language": next((name for group, name in filed if _LANGUAGE.search(group)), "")[:20],
            "state": SessionState.CONFIRMED if start and (service or one.get("isConfirmed") is not False) else SessionState.DRAFT,
        }
        people = one.get("speakers")
        ids = [_line(who.get("id") if isinstance(who, dict) else who) for who in (people if isinstance(people, list) else [])]
        offer.sessions.append(
            OfferedSession(
                where,
                title=title[:400],
                source=f"sessionize:{_line(one.get('id'))}"[:80],
                values={name: value for name, value in values.items() if value != ""},
                track=next((name for group, name in filed if _TRACK.search(group)), None),
                room=room or None,
                start=start,
                end=moments.ends(start, end) if start else None,
                speakers=[Who(names.get(one_id, ""), source=f"sessionize:{one_id}"[:80]) for one_id in ids],
            )
        )

    each(document["speakers"], offer, "speaker", speaker)
    each(document["sessions"], offer, "session", session)


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _line(value: Any) -> str:
    return one_line(text_of(value))[:200]


def _name(one: dict[str, Any]) -> str:
    return _line(one.get("fullName")) or " ".join(filter(None, [_line(one.get("firstName")), _line(one.get("lastName"))]))


def _answers(one: dict[str, Any], questions: dict[str, str]) -> list[tuple[str, str]]:
    """(question, answer) of a speaker."""
    found = [(questions.get(str(a.get("questionId")), ""), _line(a.get("answerValue"))) for a in _dicts(one.get("questionAnswers"))]
    return [(asked, said) for asked, said in found if asked and said]


def _moment(value: Any, frame: Frame) -> datetime | None:
    return moments.moment(text_of(value), None, frame)
