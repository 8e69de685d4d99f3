"""A small server that behaves like Stripe's API for what we use: Checkout Sessions, refunds, idempotency keys, signed messages."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import re
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

KEY, SECRET = "sk_test_of_the_tests", "whsec_of_the_tests"


class Stripe:
    """What Stripe knows: `sessions` and `refunds` by id. `away` lets it answer 503 to everything; `no_refunds` says no for good."""

    def __init__(self) -> None:
        self.sessions: dict[str, dict[str, Any]] = {}
        self.refunds: list[dict[str, Any]] = []
        self.answers: dict[str, tuple[str, int, dict[str, Any]]] = {}
        self.lock = threading.Lock()
        self.away = self.no_refunds = False
        self.base = ""

    def pay(self, session: str) -> None:
        """Somebody pays on the page."""
        one = self.sessions[session]
        assert one["status"] == "open"
        one.update(status="complete", payment_status="paid", payment_intent=f"pi_{session}", url=None)

    def told(self, session: str, what: str = "checkout.session.completed", **changed: Any) -> dict[str, Any]:
        """Its message, as `content=` and `headers=` of a request."""
        return message(what, {**self.sessions[session], **changed})

    def answer(self, method: str, path: str, form: dict[str, str], key: str) -> tuple[int, dict[str, Any]]:
        with self.lock:
            if self.away:
                return 503, {"error": {"type": "api_error", "message": "away"}}
            sent = json.dumps([path, form], sort_keys=True)
            if key and key in self.answers:
                first, status, body = self.answers[key]
                if first != sent:
                    return 400, {"error": {"type": "idempotency_error", "message": "Keys for idempotent requests can only be used again"}}
                return status, body
            status, body = self._do(method, path, form)
            if key:
                self.answers[key] = (sent, status, dict(body))
            return status, body

    def _do(self, method: str, path: str, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        found = re.fullmatch(r"/v1/checkout/sessions/(\w+)(/expire)?", path)
        if path == "/v1/checkout/sessions":
            return 200, self._open(form)
        if found and found[1] in self.sessions:
            session = self.sessions[found[1]]
            if found[2] and session["status"] != "open":
                return 400, _no('Only Checkout Sessions with a status in ["open"] can be expired.')
            if found[2]:
                session.update(status="expired", url=None)
            return 200, session
        if path == "/v1/refunds":
            back = sum(one["amount"] for one in self.refunds if one["payment_intent"] == form["payment_intent"])
            paid = next(one for one in self.sessions.values() if one.get("payment_intent") == form["payment_intent"])
            if self.no_refunds or back + int(form["amount"]) > paid["amount_total"]:
                return 400, _no("Refund amount is greater than unrefunded amount on charge.", "charge_already_refunded")
            made = {"id": f"re_{len(self.refunds)}", "object": "refund", **form, "amount": int(form["amount"]), "status": "succeeded"}
            self.refunds.append(made)
            return 200, made
        return 404, _no("No such thing", "resource_missing")

    def _open(self, form: dict[str, str]) -> dict[str, Any]:
        name = f"cs_test_{len(self.sessions) + 1}_{hashlib.sha256(json.dumps(form).encode()).hexdigest()[:12]}"
        made = {
            "id": name,
            "object": "checkout.session",
            "url": f"{self.base}/pay/{name}",
            "status": "open",
            "payment_status": "unpaid",
            "payment_intent": None,
            "amount_total": int(form["line_items[0][price_data][unit_amount]"]) * int(form["line_items[0][quantity]"]),
            "currency": form["line_items[0][price_data][currency]"],
            "metadata": {"payment": form["metadata[payment]"], "order": form["metadata[order]"]},
            "success_url": form["success_url"],
            "cancel_url": form["cancel_url"],
            "expires_at": int(form.get("expires_at", time.time() + 86400)),
        }
        assert made["expires_at"] - time.time() >= 1800, "Stripe keeps a page for at least half an hour"
        self.sessions[name] = made
        return made


def _no(said: str, code: str = "") -> dict[str, Any]:
    return {"error": {"type": "invalid_request_error", "message": said, "code": code}}


def message(what: str, thing: dict[str, Any], *, secret: str = SECRET, at: float | None = None) -> dict[str, Any]:
    """A signed message of Stripe's (v1: HMAC-SHA256 over `t.body`)."""
    body = json.dumps({"id": "evt_1", "object": "event", "type": what, "data": {"object": thing}}).encode()
    moment = int(at or time.time())
    mac = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return {"content": body, "headers": {"stripe-signature": f"t={moment},v1={mac}", "content-type": "application/json; charset=utf-8"}}


@contextlib.contextmanager
def stripe_server() -> Iterator[Stripe]:
    stripe = Stripe()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.startswith("/pay/"):
                self.page(*self.path.removeprefix("/pay/").partition("?")[::2])
                return
            assert self.headers["authorization"] == f"Bearer {KEY}"
            length = int(self.headers.get("content-length") or 0)
            form = dict(parse_qsl(self.rfile.read(length).decode(), keep_blank_values=True))
            status, body = stripe.answer(self.command, self.path, form, self.headers.get("idempotency-key", "") if length else "")
            raw = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(raw)))
            self.send_header("stripe-should-retry", "false")
            self.end_headers()
            self.wfile.write(raw)

        def page(self, session: str, query: str) -> None:
            """The page to pay on: one link that pays and leads back."""
            if query:
                stripe.pay(session)
            self.send_response(303 if query else 200)
            self.send_header("location", stripe.sessions[session]["success_url"])
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(b"<h1>Card number</h1><a href='?pay=1'>Pay now</a>")

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *args: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    stripe.base = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield stripe
    finally:
        server.shutdown()
        server.server_close()
