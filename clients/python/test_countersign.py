"""Tests of the client against a server: test/sdk/python-client.e2e.ts starts Countersign and names it in the environment."""

import json
import os
import unittest
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from unittest import mock

import countersign
from countersign import Countersign, CountersignError

URL, KEY, GPT, ACTION, BROWSER = (os.environ[f"COUNTERSIGN_{name}"] for name in ("URL", "KEY", "GPT", "ACTION", "BROWSER"))


def browse(sign_in, ending="signs in"):
    """Has a person with a browser open the link."""
    body = json.dumps({"url": sign_in["url"], "ending": ending}).encode()
    with urllib.request.urlopen(urllib.request.Request(BROWSER, body, method="POST")) as response:
        response.read()


def call(call_id, name, arguments="{}"):
    return {"id": call_id, "type": "function", "function": {"name": name, "arguments": arguments}}


NOTE = json.dumps({"body": {"title": "Milk"}})


class Model:
    """An object of a vendor's package."""

    def __init__(self, **fields):
        self.fields = fields

    def model_dump(self, mode):
        assert mode == "json"
        return self.fields


class TestWithCountersign(unittest.TestCase):
    def setUp(self):
        self.client = Countersign(URL + "/", KEY, GPT)
        self.user = self.id()

    def settle(self, turn, **options):
        given = {"on_sign_in": lambda sign_in, _: browse(sign_in), "on_confirmation": lambda *_: True, **options}
        return self.client.settle(turn, user=self.user, **given)

    def test_lists_tools(self):
        names = [tool["function"]["name"] for tool in self.client.tools()]
        self.assertIn("listNotes", names)
        self.assertEqual([tool["name"] for tool in self.client.tools("anthropic", search="getNote")], ["getNote"])

    def test_runs_calls_of_every_vendor(self):
        message = {"role": "assistant", "tool_calls": [call("a", "about")]}
        completion = {"id": "chatcmpl-" + self.user, "choices": [{"message": message}]}
        for turn in (completion, Model(**completion), message, message["tool_calls"]):
            outcome = self.client.run(turn)
            self.assertEqual((outcome["complete"], outcome["format"]), (True, "openai"))
            self.assertEqual(outcome["results"][0]["tool_call_id"], "a")
        function_call = {"type": "function_call", "call_id": "b", "name": "about", "arguments": "{}"}
        response = {"id": "resp_" + self.user, "output": [{"type": "reasoning", "summary": []}, function_call]}
        self.assertEqual(self.client.run(response)["results"][0]["type"], "function_call_output")
        tool_use = {"type": "tool_use", "id": "c", "name": "about", "input": {}}
        self.assertEqual(self.client.run([Model(**tool_use)])["results"][0]["tool_use_id"], "c")
        for nothing in (None, [], {"role": "assistant", "content": "Hello"}, {"id": "x", "choices": []}):
            self.assertEqual(self.client.run(nothing)["results"], [])

    def test_settles_sign_ins_and_confirmations(self):
        asked = []

        def on_sign_in(sign_in, pending):
            asked.append((pending["tool_call_id"], sign_in["domain"]))
            browse(sign_in)

        def on_confirmation(confirmation, pending):
            asked.append((pending["tool_call_id"], confirmation["method"]))
            return True

        turn = [call("1", "listNotes"), call("2", "createNote", NOTE), call("3", "getNote", '{"id": "7"}')]
        outcome = self.settle(turn, on_sign_in=on_sign_in, on_confirmation=on_confirmation)
        self.assertEqual([result["tool_call_id"] for result in outcome["results"]], ["1", "2", "3"])
        self.assertEqual([about for about, _ in asked], ["1", "2"])
        self.assertEqual(asked[1][1], "POST")
        self.assertFalse([result for result in outcome["results"] if "Error" in result["content"]])

    def test_declines(self):
        cancels = lambda sign_in, _: browse(sign_in, "cancels")  # noqa: E731
        for on_sign_in in (lambda *_: False, cancels):
            outcome = self.settle([call("1", "listNotes")], on_sign_in=on_sign_in)
            self.assertTrue(outcome["complete"])
            self.assertEqual(len(outcome["results"]), 1)
        self.settle([call("2", "listNotes")])
        outcome = self.settle([call("3", "createNote", NOTE)], on_confirmation=lambda *_: False)
        self.assertNotIn("Error", outcome["results"][0]["content"])

    def test_ends_waiting_after_a_timeout(self):
        with self.assertRaises(TimeoutError):
            self.settle([call("1", "listNotes")], on_sign_in=lambda *_: None, timeout=1)

    def test_connects_and_disconnects(self):
        link = self.client.connect_link(self.user, ACTION)
        browse(link)
        self.assertEqual(self.client.signed_in(link["id"])["status"], "connected")
        (connection,) = self.client.connections(self.user, status="active")
        self.client.disconnect(connection["id"])
        self.assertEqual(self.client.connections(self.user, status="active"), [])

    def test_creates_tokens_for_mcp(self):
        token = self.client.mcp_token(self.user, expires_in=600)
        self.assertTrue(token["token"].startswith("cs_mcp_"))

    def test_raises_what_the_problem_says(self):
        with self.assertRaises(CountersignError) as caught:
            Countersign(URL, "no-key-at-all", GPT).tools()
        error = caught.exception
        self.assertEqual((error.code, error.status), ("unauthenticated", 401))
        self.assertTrue(error.request_id)
        with self.assertRaises(CountersignError) as caught:
            self.client.connect_link(self.user, "")
        self.assertEqual(caught.exception.errors[0]["pointer"], "/action_id")


class TestFailures(unittest.TestCase):
    """Failures that the server does not have on request, from a server that sends what a test says."""

    def setUp(self):
        self.replies, self.seen = [], []
        test = self

        class Handler(BaseHTTPRequestHandler):
            def reply(self):
                length = int(self.headers.get("content-length") or 0)
                test.seen.append((self.command, self.path, self.rfile.read(length)))
                status, headers, body = test.replies.pop(0) if test.replies else (200, {}, {"data": [], "next_cursor": None})
                if status == "lost":
                    return
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                if status != 204:
                    self.wfile.write(json.dumps(body).encode())

            do_GET = do_POST = do_DELETE = reply

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=self.server.serve_forever, daemon=True).start()
        self.client = Countersign(f"http://127.0.0.1:{self.server.server_port}", "the-key", "g-1")
        backoff = mock.patch.object(countersign, "FIRST_BACKOFF", 0.001)
        backoff.start()
        self.addCleanup(backoff.stop)

    def tearDown(self):
        self.server.shutdown()
        self.server.server_close()

    def failure(self, function, *args, **options):
        with self.assertRaises(CountersignError) as caught:
            function(*args, **options)
        return caught.exception

    def test_repeats_what_is_safe(self):
        problem = {"code": "x", "detail": "later"}
        for reply in ((429, {"retry-after": "0"}, problem), (503, {}, problem), ("lost", {}, {})):
            self.replies, self.seen = [reply], []
            self.assertEqual(self.client.tools(), [])
            self.assertEqual(len(self.seen), 2)

    def test_repeats_a_run_with_the_same_response_id(self):
        self.replies = [("lost", {}, {}), (200, {}, {"complete": True, "results": []})]
        self.client.run([call("1", "about")])
        self.assertEqual(self.seen[0], self.seen[1])
        self.assertTrue(json.loads(self.seen[0][2])["response_id"])

    def test_does_not_repeat_what_is_not_safe(self):
        for reply in ((429, {}, {}), (429, {"retry-after": "3600"}, {}), (500, {}, {})):
            self.replies, self.seen = [reply], []
            self.failure(self.client.tools)
            self.assertEqual(len(self.seen), 1)
        self.replies, self.seen = [("lost", {}, {})], []
        self.assertEqual(self.failure(self.client.connect_link, "alice", "act-1").code, "network_error")
        self.assertEqual(len(self.seen), 1)

    def test_a_deletion_whose_first_response_was_lost_succeeds(self):
        gone = (404, {}, {"code": "not_found", "detail": "gone"})
        self.replies = [("lost", {}, {}), gone]
        self.assertIsNone(self.client.disconnect("conn-1"))
        self.replies = [gone]
        self.assertEqual(self.failure(self.client.disconnect, "conn-1").code, "not_found")

    def test_follows_no_redirect(self):
        self.replies = [(302, {"location": "/elsewhere"}, {})]
        self.assertEqual(self.failure(self.client.tools).code, "unexpected_response")
        self.assertEqual(len(self.seen), 1)

    def test_refuses_other_responses(self):
        self.replies = [(200, {}, "text")]
        self.assertEqual(self.failure(self.client.tools).code, "unexpected_response")

    def test_offers_a_failed_sign_in_again_four_times(self):
        offered = []
        offer = {"id": "si-1", "domain": "a.example"}
        pending = {"tool_call_id": "1", "name": "x", "outcome": "sign_in_required", "sign_in": offer}
        round = [(200, {}, {"complete": False, "pending": [pending], "resume": "r"}), (200, {}, {"status": "failed"})]
        self.replies = round * 4 + round[:1] + [(200, {}, {"complete": True, "results": []})]
        self.client.settle([], on_sign_in=lambda *_: offered.append(1), on_confirmation=lambda *_: True)
        self.assertEqual(len(offered), 4)
        self.assertEqual(json.loads(self.seen[-1][2])["declined"], ["1"])

    def test_polls_calls_in_progress(self):
        pending = {"tool_call_id": "1", "name": "x", "outcome": "in_progress"}
        busy = (200, {}, {"complete": False, "pending": [pending], "resume": "r"})
        self.replies = [busy, busy, (200, {}, {"complete": True, "results": []})]
        never = {"on_sign_in": None, "on_confirmation": None}
        with mock.patch.object(countersign, "FIRST_PROGRESS_POLL", 0.001):
            self.assertTrue(self.client.settle([], **never)["complete"])
            self.replies = [busy] * 9
            with mock.patch.object(countersign, "MAX_PROGRESS", 0.01):
                self.assertEqual(self.failure(self.client.settle, [], **never).code, "call_in_progress")

    def test_does_not_show_the_key(self):
        self.assertNotIn("the-key", repr(self.client))
        self.server.shutdown()
        self.server.server_close()
        client = Countersign(self.client._url, "the-key", "g-1", max_retries=0)
        error = self.failure(client.tools)
        self.assertNotIn("the-key", repr(error) + str(error) + repr(error.__cause__))

    def test_refuses_unusable_options(self):
        for options in (("example.com", "k", "g"), ("http://x", "", "g"), ("http://x", "k", "")):
            with self.assertRaises(ValueError):
                Countersign(*options)


if __name__ == "__main__":
    unittest.main()
