"""A client of Countersign for servers that talk to a language model. Standard library only; copy this file into your project.

    client = Countersign("https://countersign.example.com", key, "g-…")
    completion = openai.chat.completions.create(model=…, messages=messages, tools=client.tools("openai"))
    outcome = client.settle(completion, user="alice", on_sign_in=show_link, on_confirmation=ask)
    messages += [completion.choices[0].message, *outcome["results"]]

Results, sign-ins and connections are dictionaries, as the API returns them.
"""

from __future__ import annotations

import functools
import http.client
import itertools
import json
import math
import random
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from typing import Any, Callable, Optional

__version__ = "0.1.0"
__all__ = ["Countersign", "CountersignError"]

Text = Optional[str]
_quoted = functools.partial(urllib.parse.quote, safe="")

MAX_RETRY_AFTER = 60  # seconds; a longer Retry-After is left to the caller
FIRST_BACKOFF = 0.5
LONG_POLL, MIN_POLL = 55, 2.0  # seconds that a request waits for a sign-in, and that pass between two requests
MAX_ROUNDS = 4  # how often a user is sent to the same API, or asked about the same call, in one turn
FIRST_PROGRESS_POLL, LAST_PROGRESS_POLL, MAX_PROGRESS = 0.25, 5.0, 300.0


class CountersignError(Exception):
    """A request that failed. ``code`` is that of the problem, or ``network_error`` (no response arrived), ``unexpected_response``
    (the response is not one of Countersign) or ``call_in_progress`` (a call did not end in time)."""

    def __init__(self, code: str, message: str, status: int | None = None, request_id: Text = None, errors: Any = ()) -> None:
        super().__init__(message)
        self.code, self.status, self.request_id, self.errors = code, status, request_id, list(errors or ())


class Countersign:
    """A client for one GPT. Its key can act for every user, so it must stay on your server."""

    def __init__(self, url: str, key: str, gpt_id: str, *, max_retries: int = 4, timeout: float = 120.0) -> None:
        if not isinstance(url, str) or not url.lower().startswith(("http://", "https://")):
            raise ValueError("url must be Countersign's PUBLIC_URL, such as https://countersign.example.com")
        if not key or not gpt_id:
            raise ValueError("key and gpt_id are required")
        self.gpt_id, self._gpt_path = gpt_id, f"/v1/gpts/{_quoted(gpt_id)}"
        self._url, self._key = url.rstrip("/"), key
        self._max_retries, self._timeout = max_retries, timeout
        # The API redirects no client: a redirect would take the key elsewhere.
        self._opener = urllib.request.build_opener(_NoRedirects)

    def tools(self, format: str = "openai", *, action_id: Text = None, tag: Text = None, search: Text = None) -> list[dict]:
        """Returns the GPT's tools for ``openai``, ``openai_responses``, ``anthropic``, ``mcp`` or ``gemini``."""
        query = {"format": format, "action_id": action_id, "tag": tag, "search": search}
        return self._all_pages(f"{self._gpt_path}/tools", query)

    def run(self, turn: Any, *, user: Text = None, conversation_id: Text = None, response_id: Text = None, resume: Text = None,
            confirmations: dict | None = None, declined: list | None = None, return_url: Text = None,
            unknown_tools: Text = None) -> dict:  # fmt: skip
        """Runs the tool calls of a model's turn. Failures of single calls are results.

        ``turn`` is the whole response (best: its id makes a repeated request safe), its message, or its tool calls, as objects
        of the vendor's package or as dictionaries.
        """
        plain = _plain(turn)
        # The server makes each call of a response once, so that a repeated request is safe.
        key = {"resume": resume} if resume else {"response_id": response_id or _response_id(plain)}
        body = {"tool_calls": _items(plain), **key, "user": user, "conversation_id": conversation_id, "declined": declined,
                "confirmations": confirmations, "return_url": return_url, "unknown_tools": unknown_tools}  # fmt: skip
        return self._send("POST", f"{self._gpt_path}/tool_calls", body=body, idempotent=True)

    def settle(self, turn: Any, *, on_sign_in: Callable[[dict, dict], Any], on_confirmation: Callable[[dict, dict], bool],
               timeout: float = math.inf, response_id: Text = None, **options: Any) -> dict:  # fmt: skip
        """Runs the calls until all of them have a result; ``options`` are those of ``run``.

        ``on_sign_in(sign_in, call)`` shows the user a link and returns at once; ``False`` declines the calls. A sign-in that failed
        is offered again; one that the user cancels or lets expire declines the calls. ``on_confirmation(confirmation, call)`` returns
        whether the call may be made. Raises ``TimeoutError`` after ``timeout`` seconds.
        """
        plain = _plain(turn)
        response_id = response_id or _response_id(plain)
        deadline = time.monotonic() + timeout
        answers = _Answers(on_sign_in, on_confirmation)
        resume, poll, waited = None, FIRST_PROGRESS_POLL, 0.0
        while True:
            given = {"confirmations": answers.confirmations, "declined": sorted(answers.declined)}
            outcome = self.run(plain, response_id=response_id, resume=resume, **given, **options)
            if outcome["complete"]:
                return outcome
            resume = outcome.get("resume") or resume
            pending = outcome["pending"]
            sign_ins = [call for call in pending if call["outcome"] == "sign_in_required"]
            confirmations = [call for call in pending if call["outcome"] == "confirmation_required"]
            # Sign-ins come first, because tokens of confirmations last ten minutes.
            for sign_in_id, calls in answers.offer(sign_ins):
                if self.signed_in(sign_in_id, timeout=_remaining(deadline))["status"] in ("denied", "expired"):
                    answers.decline(calls)
            if sign_ins:
                continue
            if confirmations:
                answers.ask(confirmations)
            elif waited >= MAX_PROGRESS:
                raise CountersignError("call_in_progress", f"{pending[0]['name']} is still in progress after {waited:.0f} s")
            else:
                _sleep(poll, deadline)
                waited, poll = waited + poll, min(poll * 2, LAST_PROGRESS_POLL)

    def signed_in(self, sign_in_id: str, *, timeout: float = math.inf) -> dict:
        """Waits until a sign-in is ``connected``, ``denied``, ``failed`` or ``expired``, and returns it."""
        deadline = time.monotonic() + timeout
        while True:
            start = time.monotonic()
            wait = int(min(LONG_POLL, _remaining(deadline)))
            sign_in = self._send("GET", f"/v1/sign-ins/{_quoted(sign_in_id)}", {"wait": wait}, idempotent=True)
            if sign_in["status"] not in ("pending", "awaiting_verification"):
                return sign_in
            # The server answers at once if too many others wait.
            _sleep(max(0.0, MIN_POLL - (time.monotonic() - start)), deadline)

    def connect_link(self, user: str, action_id: str, *, return_url: Text = None, scope: Text = None) -> dict:
        """Creates a link with which a user connects an account without a call."""
        body = {"gpt_id": self.gpt_id, "action_id": action_id, "user": user, "return_url": return_url, "scope": scope}
        return self._send("POST", "/v1/sign-ins", body=body)

    def connections(self, user: str, *, action_id: Text = None, status: Text = None) -> list[dict]:
        """Returns the connections of a user."""
        query = {"gpt_id": self.gpt_id, "user": user, "action_id": action_id, "status": status}
        return self._all_pages("/v1/connections", query)

    def disconnect(self, connection_id: str) -> None:
        """Deletes a connection and revokes its tokens at the provider where possible."""
        self._send("DELETE", f"/v1/connections/{_quoted(connection_id)}", idempotent=True)

    def mcp_token(self, user: str, *, expires_in: int | None = None) -> dict:
        """Creates a token with which an MCP client acts for this user, for at most 86,400 seconds."""
        return self._send("POST", "/v1/mcp-tokens", body={"gpt_id": self.gpt_id, "user": user, "expires_in": expires_in})

    def _all_pages(self, path: str, query: dict) -> list[dict]:
        page = self._send("GET", path, query, idempotent=True)
        data = page["data"]
        while page["next_cursor"] is not None:
            page = self._send("GET", path, {**query, "cursor": page["next_cursor"]}, idempotent=True)
            data += page["data"]
        return data

    def _send(self, method: str, path: str, query: dict = {}, body: dict | None = None, idempotent: bool = False) -> Any:
        """Repeats a 429 after its Retry-After, a 503 and, if the request is idempotent, a lost response."""
        for attempt in itertools.count():
            can_retry = attempt < self._max_retries
            try:
                status, headers, text = self._attempt(method, path, _present(query), body)
                delay = _retry_delay(status, headers, attempt)
                if delay is None or not can_retry:
                    # The first attempt deleted it, and its response was lost.
                    if method == "DELETE" and attempt > 0 and status == 404:
                        return None
                    return _parsed(f"{method} {path}", status, headers, text)
            except (OSError, http.client.HTTPException) as error:
                if not (can_retry and idempotent):
                    raise CountersignError("network_error", f"Countersign did not respond to {method} {path}") from error
                delay = _backoff(attempt)
            time.sleep(delay)

    def _attempt(self, method: str, path: str, query: dict, body: dict | None) -> tuple[int, Any, bytes]:
        url = self._url + path + ("?" + urllib.parse.urlencode(query) if query else "")
        data = None if body is None else json.dumps(_present(body)).encode()
        headers = {"accept": "application/json", "authorization": f"Bearer {self._key}"}
        headers.update({} if data is None else {"content-type": "application/json"})
        request = urllib.request.Request(url, data, headers, method=method)
        try:
            with self._opener.open(request, timeout=self._timeout) as response:
                return response.status, response.headers, response.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, error.read()


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


class _Answers:
    """The user's answers during a turn."""

    def __init__(self, on_sign_in: Callable, on_confirmation: Callable) -> None:
        self.confirmations: dict[str, str] = {}
        self.declined: set[str] = set()
        self._on_sign_in, self._on_confirmation = on_sign_in, on_confirmation
        self._rounds: dict[str, int] = {}

    def offer(self, calls: list[dict]) -> list[tuple[str, list[dict]]]:
        """Offers one sign-in for each API: a GPT has one action for each domain, and a user signs in to an action once."""
        groups: dict[str, list[dict]] = {}
        for call in calls:
            groups.setdefault(call["sign_in"]["domain"], []).append(call)
        offered = []
        for domain, group in groups.items():
            sign_in = group[0]["sign_in"]
            if self._may_ask(domain) and self._on_sign_in(sign_in, group[0]) is not False:
                offered.append((sign_in["id"], group))
            else:
                self.decline(group)
        return offered

    def ask(self, calls: list[dict]) -> None:
        for call in calls:
            call_id, confirmation = call["tool_call_id"], call["confirmation"]
            if self._may_ask(call_id) and self._on_confirmation(confirmation, call) is True:
                self.confirmations[call_id] = confirmation["token"]
            else:
                self.decline([call])

    def decline(self, calls: list[dict]) -> None:
        for call in calls:
            self.confirmations.pop(call["tool_call_id"], None)
            self.declined.add(call["tool_call_id"])

    def _may_ask(self, about: str) -> bool:
        self._rounds[about] = self._rounds.get(about, 0) + 1
        return self._rounds[about] <= MAX_ROUNDS


def _plain(value: Any) -> Any:
    """Returns objects of the vendors' packages as dictionaries."""
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else value


def _items(turn: Any) -> list:
    """Returns the items of a turn, among which the server finds the tool calls."""
    if not isinstance(turn, dict):
        return turn or []
    if isinstance(turn.get("choices"), list):
        return _items(turn["choices"][0].get("message")) if turn["choices"] else []
    for name in ("output", "tool_calls", "content"):
        if isinstance(turn.get(name), list):
            return turn[name]
    return []


def _response_id(turn: Any) -> str:
    found = turn.get("id") if isinstance(turn, dict) else None
    return found if isinstance(found, str) and found else str(uuid.uuid4())


def _parsed(what: str, status: int, headers: Any, text: bytes) -> Any:
    if status == 204:
        return None
    request_id = headers.get("x-request-id")
    try:
        body = json.loads(text)
    except ValueError:
        body = None
    if 200 <= status < 300 and isinstance(body, dict):
        return body
    if status >= 400 and isinstance(body, dict) and "code" in body and "detail" in body:
        raise CountersignError(body["code"], body["detail"], status, body.get("request_id") or request_id, body.get("errors"))
    message = f"{what}: the response with status {status} is not one of Countersign; check the URL and the proxies before it"
    raise CountersignError("unexpected_response", message, status, request_id)


def _retry_delay(status: int, headers: Any, attempt: int) -> float | None:
    if status not in (429, 503):
        return None
    seconds = headers.get("retry-after") or ""
    if not (seconds.isascii() and seconds.isdigit()):
        return _backoff(attempt) if status == 503 else None
    return int(seconds) if int(seconds) <= MAX_RETRY_AFTER else None


def _backoff(attempt: int) -> float:
    return FIRST_BACKOFF * 2**attempt * random.uniform(0.5, 1)


def _remaining(deadline: float) -> float:
    remaining = deadline - time.monotonic()
    if remaining <= 0:
        raise TimeoutError("the calls did not end in time")
    return remaining


def _sleep(seconds: float, deadline: float) -> None:
    time.sleep(min(seconds, _remaining(deadline)))


def _present(values: dict) -> dict:
    return {name: value for name, value in values.items() if value is not None}
