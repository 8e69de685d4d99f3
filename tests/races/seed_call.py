"""Run beside a server: a closed call with a code that has one use left, a proposer, and six speakers with a
session each. Prints facts as JSON."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import timedelta

from eventsvc.cfp.models import AccessCode
from eventsvc.core import db
from eventsvc.core.clock import now
from eventsvc.core.config import settings
from eventsvc.events.models import Event, EventState
from tests.make import make_call, make_proposal, make_proposer, make_session, make_speaker


async def main() -> None:
    await db.connect(settings().database_url)
    event = await Event.get(slug=sys.argv[1])
    await event.change(state=EventState.PUBLISHED)
    call = await make_call(event, closes_at=now() - timedelta(days=1))
    await AccessCode.create(call=call, code="LASTUSE000", uses=1)
    await AccessCode.create(call=call, code="PLENTY0000", uses=50)
    proposal = await make_proposal(event, speakers=[await make_proposer(event)])
    people = [await make_speaker(event, email=f"giver{n}@example.org") for n in range(6)]
    given = [(one.secret, (await make_session(event, speakers=[one])).code) for one in people]
    print(json.dumps({"accept": proposal.code, "given": given}))
    await db.close()


if __name__ == "__main__":
    asyncio.run(main())
