"""Run beside a server: an event's call with proposals that are decided, and a reviewer; or just proposals (`bare`). Prints facts as JSON."""

from __future__ import annotations

import asyncio
import json
import sys

from eventsvc.cfp.models import Proposal, ProposalState
from eventsvc.cfp.rules import decisions
from eventsvc.cfp.rules.phases import call_of
from eventsvc.core import db
from eventsvc.core.config import settings
from eventsvc.events.models import Event
from tests.cfp.reviewing import make_category, make_phase, make_reviewer
from tests.make import make_call, make_proposal, make_proposer


async def seed(slug: str, count: int) -> dict[str, object]:
    event = await Event.get(slug=slug)
    await make_call(event)
    await make_phase(event)
    scale, reviewer = await make_category(event), await make_reviewer(event, "racer")
    call = await call_of(event)
    rows = [await make_proposal(event) for _ in range(count)]
    for row in rows:
        row.call = call
    await decisions.decide(rows[: count // 2], ProposalState.ACCEPTED, by="seed")
    await decisions.decide(rows[count // 2 :], ProposalState.REJECTED, by="seed")
    undecided = await make_proposal(event)
    send = [f"{row.code}:{row.pending}" for row in await Proposal.filter(call=call).exclude(pending=None)]
    return {"send": send, "open": undecided.code, "scale": scale.id, "reviewer": reviewer.user.email}


async def bare(slug: str, count: int) -> dict[str, object]:
    event = await Event.get(slug=slug)
    await make_call(event)
    rows = []
    for number in range(count):
        author = await make_proposer(event, name=f"Wilhelmina Hargreaves-{number}", email=f"author{number}@example.org")
        rows.append(await make_proposal(event, title=f"Idea number {number + 1}", speakers=[author]))
    return {"titles": [row.title for row in rows]}


async def main() -> None:
    await db.connect(settings().database_url)
    print(json.dumps(await (bare if "bare" in sys.argv else seed)(sys.argv[1], int(sys.argv[2]))))
    await db.close()


if __name__ == "__main__":
    asyncio.run(main())
