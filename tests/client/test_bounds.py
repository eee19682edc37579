"""An answer takes no more time and no more memory than the client allows."""

import time
import tracemalloc

import pytest
from client_methods import SIGNALS
from raw_server import OK, chunked, raw_server, repeated, sized

from ecgzoo.client import Client, ServerError

ENDLESS = {
    "a body without a length": (OK + b"\r\n", b" " * 10**5),
    "a body of a length beyond all": (sized(b"", b"1" + b"0" * 30), b" " * 10**5),
    "a chunk below zero": (chunked(b"-1\r\n"), b" " * 10**5),
    "small chunks": (chunked(b""), b"400\r\n" + b" " * 1024 + b"\r\n"),
    "a refusal": (b"HTTP/1.1 400 Bad\r\n\r\n", b" " * 10**5),
}


@pytest.mark.parametrize(("start", "piece"), ENDLESS.values(), ids=ENDLESS)
def test_no_more_is_taken_than_was_allowed(start, piece) -> None:
    with raw_server(repeated(start, piece)) as address:
        client = Client(address, "heart", timeout=5, largest_answer=2**20)
        tracemalloc.start()
        with pytest.raises(ServerError) as caught:
            client.status()
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert caught.value.came == "expected an answer of at most 1048576 bytes; got more"
    assert "largest_answer" in caught.value.remedy
    assert most < 2**23


def test_an_answer_of_just_the_size_is_taken() -> None:
    body = b'{"model_version_status": []}'
    with raw_server(sized(body)) as address:
        assert Client(address, "heart", largest_answer=len(body)).status() == []
        with pytest.raises(ServerError, match=f"at most {len(body) - 1} bytes"):
            Client(address, "heart", largest_answer=len(body) - 1).status()


SLOW = {
    "a status line": (b"HTTP/1.1 ", b"2"),
    "headers": (OK, b"x"),
    "a body": (sized(b"", b"100000"), b" "),
    "a body without a length": (OK + b"\r\n", b" "),
    "chunks": (chunked(b""), b"1\r\n \r\n"),
    "a chunk's size": (chunked(b"1;"), b"x"),
    "what follows the last chunk": (chunked(b"0\r\n"), b"x: y\r\n"),
    "promises to go on": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
}


@pytest.mark.parametrize("pause", [0.01, 0], ids=["dripping", "flooding"])
@pytest.mark.parametrize(("start", "piece"), SLOW.values(), ids=SLOW)
def test_a_timeout_is_for_all_of_a_call_though_bytes_still_come(start, piece, pause) -> None:
    """What floods without an end meets another bound first, or this one."""
    with raw_server(repeated(start, piece, pause)) as address:
        client = Client(address, "heart", timeout=0.2)
        before = time.monotonic()
        with pytest.raises(ServerError) as caught:
            client.predict(SIGNALS)
        assert time.monotonic() - before < 4
    if pause:
        assert caught.value.came == "no answer within 0.2 s"
        assert "longer timeout" in caught.value.remedy


def test_a_timeout_is_also_for_a_server_that_does_not_read() -> None:
    with raw_server(lambda _: time.sleep(0.5), reads=False) as address:
        client = Client(address, "heart", timeout=0.2)
        with pytest.raises(ServerError, match="no answer within 0.2 s"):
            client.predict_bytes([bytes(2**24)])


def test_waiting_ends_though_the_server_never_answers() -> None:
    with raw_server(repeated(OK, b"x", 0.01)) as address:
        before = time.monotonic()
        with pytest.raises(ServerError):
            Client(address, "heart", timeout=60).wait(seconds=0.2)
        assert time.monotonic() - before < 4
