"""From the journal to the wire: new entries become deliveries, due ones are claimed, signed, sent, and tried again.

A worker that dies loses nothing: its lease runs out. What was sent and not noted is sent again with the same id.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Any

import httpcore
import orjson

from eventsvc.audit.models import Entry
from eventsvc.core.clock import now, utc
from eventsvc.core.db import fetch, on_sqlite, transaction
from eventsvc.core.errors import Refused
from eventsvc.events.models import Event
from eventsvc.webhooks.models import AFTER, Delivery, DeliveryState, Endpoint, message_id
from eventsvc.webhooks.rules import network

LEASE = timedelta(minutes=2)
SETTLED = timedelta(seconds=60)
"""Entries younger than this may be followed by one with a smaller number whose transaction took longer: they are looked at again."""
AT_ONCE = 10
KEEP = timedelta(days=30)


async def spread() -> int:
    """Make deliveries of the entries that endpoints have not heard. Returns how many; doing it twice makes no second one."""
    made = 0
    for endpoint in await Endpoint.filter(stopped_at=None).select_related("event"):
        entries = await Entry.filter(event_id=endpoint.event_id, id__gt=endpoint.seen).order_by("id").limit(500)
        if not entries:
            continue
        known = set(await Delivery.filter(endpoint=endpoint, entry_id__gt=endpoint.seen).values_list("entry_id", flat=True))
        for entry in entries:
            if entry.id not in known and endpoint.hears(entry.action):
                made += await _make(endpoint, entry)
        settled = [entry.id for entry in entries if entry.created_at < now() - SETTLED]
        if settled:
            await Endpoint.filter(id=endpoint.id, seen__lt=settled[-1]).update(seen=settled[-1])
    return made


async def _make(endpoint: Endpoint, entry: Entry) -> int:
    """One delivery, unless another worker made it."""
    body = orjson.dumps(said(endpoint.event, entry)).decode()
    moment = now()
    rows = await fetch(
        """INSERT INTO webhook_delivery (endpoint_id, entry_id, code, action, body, state, attempts, next_at, error, created_at)
           VALUES ($1, $2, $3, $4, $5, 'waiting', 0, $6, '', $6) ON CONFLICT (endpoint_id, entry_id) DO NOTHING RETURNING id""",
        endpoint.id,
        entry.id,
        message_id(),
        entry.action,
        body,
        moment,
    )
    return len(rows)


def said(event: Event, entry: Entry) -> dict[str, Any]:
    """The message: what happened to what, and where to ask for more. The journal holds no names or addresses, so neither does this."""
    return {
        "type": entry.action,
        "timestamp": utc(entry.created_at),
        "data": {"event": event.slug, "kind": entry.subject_kind, "code": entry.subject, **entry.facts},
    }


def sign(secret: str, code: str, moment: datetime, body: bytes) -> dict[str, str]:
    """The three headers of Standard Webhooks 1.0: HMAC-SHA256 over `id.timestamp.body`, the secret's base64 decoded."""
    stamp = str(int(moment.timestamp()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    mac = hmac.new(key, f"{code}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return {"Webhook-Id": code, "Webhook-Timestamp": stamp, "Webhook-Signature": f"v1,{base64.b64encode(mac).decode()}"}


async def send_due() -> int:
    """Send what is due. Returns how many were tried."""
    claimed = await _claim()
    answers = await asyncio.gather(*(_post(delivery) for delivery in claimed))
    for delivery, (status, error) in zip(claimed, answers, strict=True):
        await _note(delivery, status, error)
    return len(claimed)


async def _claim() -> list[Delivery]:
    moment = now()
    skip = "" if on_sqlite() else "FOR UPDATE SKIP LOCKED"
    rows = await fetch(
        f"""UPDATE webhook_delivery SET leased_until = $2, attempts = attempts + 1 WHERE id IN (
              SELECT d.id FROM webhook_delivery d JOIN webhook_endpoint e ON e.id = d.endpoint_id
              WHERE d.state = 'waiting' AND d.next_at <= $1 AND e.stopped_at IS NULL
                AND (d.leased_until IS NULL OR d.leased_until < $1) ORDER BY d.next_at LIMIT $3 {skip.replace("UPDATE", "UPDATE OF d")})
            RETURNING id""",  # noqa: S608
        moment,
        moment + LEASE,
        AT_ONCE,
    )
    return await Delivery.filter(id__in=[row["id"] for row in rows]).select_related("endpoint")


async def _post(delivery: Delivery) -> tuple[int | None, str]:
    """(status or None, what went wrong or nothing). Asks the database nothing: several run at once."""
    endpoint, body = delivery.endpoint, orjson.dumps(delivery.body)
    headers = {"Content-Type": "application/json", "User-Agent": "eventsvc-webhooks", **sign(endpoint.secret, delivery.code, now(), body)}
    status: int | None = None
    try:
        status = await network.post(endpoint.url, headers, body)
        error = "" if 200 <= status < 300 else f"The answer was {status}."
    except Refused as refusal:
        error = refusal.sentence
    except (httpcore.TimeoutException, TimeoutError):
        error = f"No answer within {network.SECONDS:.0f} seconds."
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol, OSError) as exc:
        error = f"The connection failed: {exc}"[:300]
    except (TypeError, ValueError):  # an address that was kept before it was judged as now; the other deliveries go on
        error = "The address cannot be used. Add it again."
    return status, error


async def _note(delivery: Delivery, status: int | None, error: str) -> None:
    async with transaction():
        if not error:
            await delivery.change(state=DeliveryState.SENT, sent_at=now(), leased_until=None, status=status, error="")
        elif status == 410 or delivery.attempts > len(AFTER):
            await delivery.change(state=DeliveryState.FAILED, leased_until=None, status=status, error=error)
        else:
            later = now() + AFTER[delivery.attempts - 1]
            await delivery.change(next_at=later, leased_until=None, status=status, error=error)
        if status == 410:
            await Endpoint.filter(id=delivery.endpoint_id).update(stopped_at=now())


async def forget() -> int:
    """Drop deliveries that ended long ago. Returns how many."""
    return await Delivery.filter(created_at__lt=now() - KEEP).exclude(state=DeliveryState.WAITING).delete()
