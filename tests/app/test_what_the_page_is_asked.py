"""What the page's server takes and refuses, without a browser."""

import asyncio
import urllib.error
import urllib.request
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.datastructures import Headers

from ecgzoo.app import question
from ecgzoo.app.desk import Desk
from ecgzoo.app.files_in_memory import asked_in, laid_out
from ecgzoo.app.models import Models, choices
from ecgzoo.app.part import Part
from ecgzoo.artifact.labels import Labels, write_labels
from ecgzoo.errors import SignalError, UnknownNameError

BOUNDARY = "b0undary"
HEADERS = Headers({"content-type": f"multipart/form-data; boundary={BOUNDARY}"})


def posted(files=(), **fields):
    """The body that a browser sends."""
    parts = [f'name="{name}"\r\n\r\n{value}' for name, value in fields.items()]
    parts += [
        f'name="files"; filename="{name}"\r\nContent-Type: a/b\r\n\r\n{contents}'
        for name, contents in files
    ]
    lines = [f"--{BOUNDARY}\r\nContent-Disposition: form-data; {part}\r\n" for part in parts]
    return "".join([*lines, f"--{BOUNDARY}--\r\n"]).encode()


def read(body):
    async def stream():
        for start in range(0, len(body), 7):
            yield body[start : start + 7]

    return asyncio.run(question.read_question(HEADERS, stream()))


def test_a_question_is_what_was_posted():
    files = [("../../a.hea", "one"), (r"C:\records\a.dat", "two")]
    found = read(posted(files, model="m", rate="250", unit="uV", start="1.5"))
    assert found.files == {"a.hea": b"one", "a.dat": b"two"}
    assert (found.model, found.sampling_rate, found.unit, found.start) == ("m", 250.0, "uV", 1.5)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (posted(model="m"), "expected a file; none was sent. Drop or choose one."),
        (
            posted([("a", "b")], rate="fast"),
            "expected samples per second, from 0.001 on; got 'fast'",
        ),
        (posted([("a", "b")], start="-1"), "expected a second of the record, from 0 on; got '-1'"),
        (posted([("..", "b")]), "expected a file with a name; got '..'"),
        (
            posted([("monday/a.csv", "b"), ("c.csv", "d"), ("tuesday/a.csv", "e")]),
            "expected a name of its own for each file; a.csv came twice: rename one",
        ),
    ],
)
def test_what_is_no_question_is_said(body, sentence):
    with pytest.raises(SignalError) as refused:
        read(body)
    assert str(refused.value) == sentence


def test_a_body_of_another_kind_is_said():
    with pytest.raises(SignalError, match="as multipart/form-data, as a browser sends"):
        asyncio.run(question.read_question(Headers({}), None))


def test_more_than_fits_is_refused_before_it_is_all_there(monkeypatch):
    monkeypatch.setattr(question, "MOST", 2**20)
    taken = []

    async def stream():
        yield posted([("a", "")]).removesuffix(f"\r\n--{BOUNDARY}--\r\n".encode())
        for _ in range(9):
            taken.append(1)
            yield bytes(2**19)

    with pytest.raises(SignalError, match="more than 1 MiB were sent"):
        asyncio.run(question.read_question(HEADERS, stream()))
    assert len(taken) == 2


def test_what_belongs_to_a_record_is_not_asked_about_by_itself():
    header = b"a 1 250 2\na.dat 16 200 16 0 0 0 0 I\n"
    with laid_out(
        {"a.hea": header, "a.dat": bytes(4), "b.csv": b"I\n1\n", "c.txt": b"x"}
    ) as folder:
        assert [path.name for path in asked_in(folder)] == ["a.hea", "b.csv", "c.txt"]
    with laid_out({"a.dat": bytes(4)}) as folder:
        assert [path.name for path in asked_in(folder)] == ["a.dat"]
    assert not folder.exists()


def test_only_what_is_offered_is_loaded():
    models = Models(choices([], Path("none"), Path("none")))
    with pytest.raises(UnknownNameError, match="unknown model '/etc'"):
        models.load("/etc")


def test_a_model_is_loaded_again_when_another_version_is_stable(tmp_path):
    for number in ("1", "2"):
        (tmp_path / "cnn1d" / number).mkdir(parents=True)
        (tmp_path / "cnn1d" / number / "saved_model.pb").touch()
    write_labels(tmp_path / "cnn1d", Labels(2, 2))
    offered = next(one for one in choices([], tmp_path, Path("none")) if one.kind == "exported")
    models = Models([replace(offered, load=object)])
    first = models.load("exported: cnn1d")
    assert models.load("exported: cnn1d") is first
    write_labels(tmp_path / "cnn1d", Labels(1, 1))
    assert models.load("exported: cnn1d") is not first


def test_a_server_does_not_tell_its_models():
    with pytest.raises(ValueError, match="name them with --model"):
        choices([], Path("none"), Path("none"), "http://localhost:8501")


def test_work_for_a_tab_that_is_gone_stops_at_its_next_part():
    desk, done = Desk(), []

    def work(put):
        for place in "abcdefgh":
            put(Part(place, ""))
            asyncio.run(asyncio.sleep(0.05))
            done.append(place)

    async def leave():
        async for part in desk.answer(work):
            assert part.place == "a"
            break

    asyncio.run(leave())
    desk.close()
    assert len(done) < 8


def asked(address, path, **headers):
    """The code that a request gets, and what is said."""
    request = urllib.request.Request(address + path, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_other_sites_and_other_names_of_this_machine_are_refused(address):
    assert asked(address, "")[0] == 200
    assert asked(address, "", Host="attacker.example")[0] == 400
    assert asked(address, "", **{"Sec-Fetch-Site": "cross-site"})[0] == 200  # a link to the page
    code, said = asked(address, "examples/normal.csv", **{"Sec-Fetch-Site": "cross-site"})
    assert (code, said) == (403, "expected a request of this page's own")


def test_what_is_not_there_is_said(address):
    assert asked(address, "static/../cases.py")[0] == 404
    code, said = asked(address, "examples/norm.csv")
    assert code == 404
    assert "normal.csv" in said
    assert asked(address, "records/MI(1).png")[0] == 404
