"""Validated JSON endpoints, problem+json (RFC 9457) and an OpenAPI 3.1 document, all from the handlers' signatures.

A handler names what it wants: path and query parameters by name, one pydantic model as the body, and whatever the guard
provides (`event`, `token`). Who may is answered before what was sent is judged.
"""

from __future__ import annotations

import inspect
import re
import typing
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, Generic, TypeVar

import orjson
from pydantic import AwareDatetime, BaseModel, Field, PlainSerializer, TypeAdapter, ValidationError, create_model
from pydantic.json_schema import models_json_schema
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.core.clock import utc
from eventsvc.core.errors import Invalid, Refused
from eventsvc.core.forms import errors_of
from eventsvc.core.web import tagged

T = TypeVar("T")
REF = "#/components/schemas/{model}"
Limit = Annotated[int, Field(ge=1, le=500, description="how many at most")]
After = Annotated[str | None, Field(description="the `next` of the page before")]


Moment = Annotated[AwareDatetime, PlainSerializer(utc, return_type=str, when_used="json")]
"""A moment that says its zone on the way in, and is UTC with a Z on the way out."""


class Items(BaseModel, Generic[T]):
    """A page of a list; `next` goes into `?after=` for the next page and is null on the last."""

    items: list[T]
    next: str | None = None


class Problem(BaseModel):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str = ""
    errors: list[dict[str, str]] | None = None


def problem(refusal: Refused) -> Response:
    """A refusal as application/problem+json."""
    body: dict[str, Any] = {
        "type": f"urn:eventsvc:problem:{refusal.kind}",
        "title": refusal.title,
        "status": refusal.status,
        "detail": refusal.sentence,
    }
    if isinstance(refusal, Invalid):
        body["errors"] = [{"field": name.replace("-", "."), "message": said} for name, said in refusal.errors]
    elif refusal.field:
        body["errors"] = [{"field": refusal.field.replace("-", "."), "message": refusal.sentence}]
    headers = {"Cache-Control": "no-store"}
    if refusal.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if refusal.status == 429:
        headers["Retry-After"] = "60"
    return Response(orjson.dumps(body), refusal.status, headers, media_type="application/problem+json")


Guard = Callable[[Request, str | None], Awaitable[dict[str, Any]]]
"""(request, scope needed or None) → what the handler may ask for by name. Raises Unauthorised, Forbidden or NotFound."""


@dataclass
class Operation:
    method: str
    path: str
    call: Callable[..., Awaitable[Any]]
    scope: str | None
    status: int = 200
    errors: dict[int, str] = field(default_factory=dict)
    media_type: str = "application/json"
    answers: Any = None
    """What a handler that writes its answer by itself (a Response) answers with."""

    def __post_init__(self) -> None:
        hints = typing.get_type_hints(self.call, include_extras=True)
        self.names = set(re.findall(r"{(\w+)", self.path))
        returned = hints.pop("return", None)
        self.result: Any = self.answers or returned
        self.body_name, self.body, self.request_name = "", None, ""
        self.given: list[str] = []
        fields: dict[str, Any] = {}
        for name, parameter in inspect.signature(self.call).parameters.items():
            kind = hints[name]
            if kind is Request:
                self.request_name = name
            elif isinstance(kind, type) and issubclass(kind, BaseModel):
                self.body_name, self.body = name, kind
            elif name in ("event", "token"):
                self.given.append(name)
            else:
                fields[name] = (kind, ... if parameter.default is parameter.empty else parameter.default)
        self.params: type[BaseModel] | None = create_model(f"{self.call.__name__}_params", **fields) if fields else None
        self.out = None if self.result in (None, type(None), Response) else TypeAdapter(self.result)


def get(path: str, call: Callable[..., Awaitable[Any]], scope: str | None, **more: Any) -> Operation:
    return Operation("GET", path, call, scope, **more)


def post(path: str, call: Callable[..., Awaitable[Any]], scope: str | None, status: int = 200, **more: Any) -> Operation:
    return Operation("POST", path, call, scope, status, **more)


def put(path: str, call: Callable[..., Awaitable[Any]], scope: str | None, **more: Any) -> Operation:
    return Operation("PUT", path, call, scope, **more)


def patch(path: str, call: Callable[..., Awaitable[Any]], scope: str | None, **more: Any) -> Operation:
    return Operation("PATCH", path, call, scope, **more)


def delete(path: str, call: Callable[..., Awaitable[Any]], scope: str | None, **more: Any) -> Operation:
    return Operation("DELETE", path, call, scope, 204, **more)


class Api:
    """All operations: their routes below `prefix`, and the document that describes them."""

    def __init__(self, title: str, version: str, prefix: str, guard: Guard, operations: list[Operation]) -> None:
        self.title, self.version, self.prefix, self.guard, self.operations = title, version, prefix, guard, operations
        self._document: bytes | None = None

    def routes(self) -> list[Route]:
        document = Route(f"{self.prefix}/openapi.json", self.document)
        return [
            document,
            *(
                Route(self.prefix + op.path, self._endpoint(op), methods=[op.method], name=f"api.{op.call.__name__}")
                for op in self.operations
            ),
        ]

    def _endpoint(self, op: Operation) -> Callable[[Request], Awaitable[Response]]:
        async def handle(request: Request) -> Response:
            provided = await self.guard(request, op.scope)
            arguments: dict[str, Any] = {name: provided[name] for name in op.given}
            try:
                if op.params:
                    params = op.params.model_validate({**request.query_params, **request.path_params})
                    arguments.update({name: getattr(params, name) for name in type(params).model_fields})
                if op.body:
                    arguments[op.body_name] = op.body.model_validate_json(await request.body() or b"null")
            except ValidationError as exc:
                raise Invalid(errors_of(exc)) from None
            if op.request_name:
                arguments[op.request_name] = request
            result = await op.call(**arguments)
            if isinstance(result, Response):
                return result
            headers = {"Cache-Control": "no-store"}
            if op.out is None:
                return Response(status_code=op.status, headers=headers)
            answer = Response(op.out.dump_json(result, by_alias=True), op.status, headers, media_type="application/json")
            public = op.scope is None and provided.get("token") is None
            return tagged(request, answer) if public else answer

        return handle

    async def document(self, request: Request) -> Response:
        """GET /api/v1/openapi.json"""
        if self._document is None:
            self._document = orjson.dumps(self.openapi())
        return Response(self._document, media_type="application/json", headers={"Cache-Control": "public, max-age=300"})

    def openapi(self) -> dict[str, Any]:
        """OpenAPI 3.1 (JSON Schema 2020-12)."""
        wanted: list[tuple[Any, Any]] = [(Problem, "serialization")]
        for op in self.operations:
            if op.body:
                wanted.append((op.body, "validation"))
            wanted += [(model, "serialization") for model in _models(op.result)]
        names, schemas = models_json_schema(list(dict.fromkeys(wanted)), ref_template=REF)
        paths: dict[str, Any] = {}
        for op in self.operations:
            paths.setdefault(self.prefix + op.path, {})[op.method.lower()] = self._describe(op, names)
        return {
            "openapi": "3.1.0",
            "info": {"title": self.title, "version": self.version, "description": "Times are UTC, RFC 3339. Money is in minor units."},
            "paths": paths,
            "components": {**schemas_of(schemas), "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
        }

    def _describe(self, op: Operation, names: dict[Any, Any]) -> dict[str, Any]:
        lines = (inspect.getdoc(op.call) or op.call.__name__).splitlines()
        said = {"content": {"application/problem+json": {"schema": names[(Problem, "serialization")]}}}
        ok: dict[str, Any] = {"description": "Done"}
        if op.out is not None:
            ok["content"] = {"application/json": {"schema": op.out.json_schema(ref_template=REF, mode="serialization")}}
            ok["content"]["application/json"]["schema"].pop("$defs", None)
        elif op.media_type != "application/json":
            ok["content"] = {op.media_type: {"schema": {"type": "string", "format": "binary"}}}
        item: dict[str, Any] = {
            "operationId": op.call.__name__,
            "summary": lines[0],
            "tags": [op.call.__module__.split(".")[1]],
            "responses": {str(op.status): ok, **{str(code): {"description": text, **said} for code, text in op.errors.items()}},
        }
        if len(lines) > 1:
            item["description"] = "\n".join(lines[1:]).strip()
        if op.scope is not None:
            item["security"] = [{"token": []}]
            item["responses"] |= {
                "401": {"description": "No valid token", **said},
                "403": {"description": f"The token lacks the scope {op.scope}", **said},
            }
        if op.names:
            item["responses"]["404"] = {"description": "Not found", **said}
        if op.params or op.body:
            item["responses"]["422"] = {"description": "What was sent does not make sense", **said}
        properties: dict[str, Any] = {}
        if op.params:
            schema = op.params.model_json_schema(ref_template=REF)
            properties = {name: (shape, name in schema.get("required", [])) for name, shape in schema["properties"].items()}
        for name in op.names - properties.keys():
            properties[name] = ({"type": "string"}, True)
        item["parameters"] = [
            {"name": name, "in": "path" if name in op.names else "query", "required": name in op.names or needed, "schema": shape}
            for name, (shape, needed) in properties.items()
        ]
        if op.body:
            item["requestBody"] = {"required": True, "content": {"application/json": {"schema": names[(op.body, "validation")]}}}
        return item


def schemas_of(schemas: dict[str, Any]) -> dict[str, Any]:
    return {"schemas": schemas.get("$defs", {})}


def _models(kind: Any) -> list[type[BaseModel]]:
    """The pydantic models inside a result type, so that they are described once."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return [kind]
    return [model for part in typing.get_args(kind) for model in _models(part)]
