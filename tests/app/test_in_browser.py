"""The page as a user meets it: files dropped in a real browser, right and wrong ones."""

import csv
import json
import time
import warnings
from urllib.parse import urlsplit

import numpy as np
import pytest
from app_tab import Tab, saved
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from typer.testing import CliRunner

from ecgzoo.app.files_in_memory import MEMORY, PREFIX
from ecgzoo.cli import app
from ecgzoo.errors import DataWarning, sentence_of

pytestmark = pytest.mark.whole

MODEL = "cnn1d.ecg_images"


def predicted(file, *options):
    """What the command line answers, in the file's folder as a user would ask."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)  # of what is assumed of a CSV file
        return CliRunner().invoke(app, ["predict", str(file), "--model", MODEL, "--json", *options])


def faults(tab):
    """What axe-core finds that keeps somebody out."""
    found = Axe().run(tab.page).response["violations"]
    return [
        (one["id"], one["nodes"][0]["html"][:200])
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("name", ["normal.csv", "page.png", "scan.jpg"])
def test_a_file_gets_the_answer_of_predict_and_all_that_goes_with_it(tab, address, samples, name):
    tab.drop(samples / name).wait()
    expected = json.loads(predicted(samples / name).stdout)
    assert tab.shares() == {one: f"{p:.3f}" for one, p in expected["probabilities"].items()}
    assert f"Most probable: {expected['label']} " in tab.text("answer")
    assert f"threshold: {', '.join(expected['above_thresholds'])}." in tab.text("answer")
    for place in ("paper", "read", "why", "domains", "similar"):
        assert tab.page.locator(f"#{place}").is_visible()
    assert tab.page.locator("#traced").is_visible() == (name != "normal.csv")
    assert (tab.text("progress"), tab.text("refused")) == ("", "")
    assert tab.console == []
    assert tab.hosts == {urlsplit(address).netloc}
    assert faults(tab) == []


def blank(file):
    Image.fromarray(np.full((600, 800), 255, np.uint8)).save(file)


WRONG = {
    "notes.txt": lambda file: file.write_text("Dear colleague,\nthe ECG is normal."),
    "empty.csv": lambda file: file.write_text(""),
    "letter.pdf": lambda file: file.write_bytes(b"%PDF-1.7 nothing"),
    "blank.png": blank,
    "two.csv": lambda file: file.write_text("I,II\n" + "0.1,0.2\n0.3,0.1\n" * 800),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_file_gets_the_sentence_of_the_command_line(tab, tmp_path, monkeypatch, name):
    WRONG[name](tmp_path / name)
    monkeypatch.chdir(tmp_path)
    told = [] if name.endswith((".pdf", ".png")) else ["--sampling-rate", "500"]  # pages have none
    sentence = sentence_of(predicted(name, *told).exception)
    tab.page.get_by_text("rate and unit").click()
    tab.page.get_by_label("Samples per second").fill("500")
    tab.drop(tmp_path / name).wait()
    assert sentence in (tab.text("refused"), tab.text("answer"))
    assert tab.page.locator("#why").is_hidden()
    assert tab.console == []
    assert faults(tab) == []


def test_several_files_are_a_table_that_is_saved_and_opens_each(tab, samples, tmp_path):
    (tmp_path / "notes.txt").write_text("Dear colleague,")
    tab.drop(samples / "normal.csv", tmp_path / "notes.txt", samples / "infarction.csv").wait()
    assert faults(tab) == []
    with saved(tab, "answers.csv", tmp_path).open(newline="") as stream:
        rows = {row["file"]: row for row in csv.DictReader(stream)}
    assert list(rows) == ["infarction.csv", "normal.csv", "notes.txt"]
    for name in ("infarction.csv", "normal.csv"):
        expected = json.loads(predicted(samples / name).stdout)
        shares = {one: float(rows[name][one]) for one in expected["probabilities"]}
        assert shares == pytest.approx(expected["probabilities"], abs=1e-5)
        assert rows[name]["label"] == expected["label"]
    assert "notes.txt" in rows["notes.txt"]["error"]
    tab.page.get_by_role("button", name="infarction.csv").click()
    tab.wait_for("answer")
    assert "infarction.csv by cnn1d" in tab.text("answer")
    assert tab.page.locator("#table tbody tr").count() == 3


def test_the_leads_of_a_page_are_saved_and_read_again(tab, samples, tmp_path):
    tab.drop(samples / "scan.jpg").wait_for("read")
    for name in ("scan.csv", "scan.hea", "scan.dat"):
        saved(tab, name, tmp_path)
    from_page = json.loads(predicted(samples / "scan.jpg").stdout)["probabilities"]
    for name in ("scan.csv", "scan.hea"):
        again = json.loads(predicted(tmp_path / name).stdout)["probabilities"]
        assert again == pytest.approx(from_page, abs=0.02)  # rounded to microvolts


def test_two_tabs_at_once_do_not_mix(context, address, samples):
    pair = [Tab(context.new_page(), address) for _ in range(2)]
    names = ["normal.csv", "infarction.csv"]
    for one, name in zip(pair, names, strict=True):
        one.drop(samples / name)
    for one, name in zip(pair, names, strict=True):
        one.wait_for("answer")
        expected = json.loads(predicted(samples / name).stdout)["probabilities"]
        assert one.shares() == {label: f"{p:.3f}" for label, p in expected.items()}
        assert name in one.text("answer")


def test_another_model_is_asked_about_the_same_file(tab, samples):
    tab.drop(samples / "normal.csv").wait_for("answer")
    tab.page.locator("[name=model]").select_option(label="cnn2d.ecg_images")
    tab.page.get_by_text("normal.csv by cnn2d").wait_for()
    tab.wait()
    assert tab.page.locator("#why").is_visible()


def test_an_example_and_a_similar_record_are_opened_with_the_keyboard_alone(tab):
    tab.page.get_by_role("button", name="a normal ECG").focus()
    tab.page.keyboard.press("Enter")
    tab.page.locator("#similar button").first.wait_for()
    nearest = tab.page.locator("#similar button").first
    name = nearest.inner_text()
    assert (
        tab.page.locator("#similar td").nth(1).inner_text() == "0.000"
    )  # itself is in the package
    nearest.press("Enter")
    tab.page.get_by_text(f"{name}.csv by cnn1d").wait_for()


def test_the_paper_is_to_scale_and_calipers_measure_on_it(tab, samples):
    tab.drop(samples / "normal.csv").wait_for("paper")
    sheet, page = tab.page.locator("#paper .sheet"), tab.page
    millimetres = float(sheet.get_attribute("data-width"))
    assert sheet.bounding_box()["width"] == pytest.approx(millimetres * 96 / 25.4, abs=1)
    page.get_by_label("Calipers").check()
    first = page.get_by_role("slider", name="first time line")
    first.focus()
    before = measured(page)
    for _ in range(4):
        page.keyboard.press("ArrowRight")  # to the second line, a millimetre in all
    after = measured(page)
    assert before[0] - after[0] == pytest.approx(40, abs=1)
    assert before[1] == after[1]
    page.get_by_role("slider", name="first voltage line").focus()
    page.keyboard.press("Shift+ArrowUp")
    assert measured(page)[1] - after[1] == pytest.approx(0.5, abs=0.01)
    page.locator("#paper [data-do=zoom]").fill("200")
    assert sheet.bounding_box()["width"] == pytest.approx(2 * millimetres * 96 / 25.4, abs=1)
    assert measured(page)[0] == after[0]


def measured(page):
    """Milliseconds and millivolts between the calipers."""
    words = page.locator("[data-say=measured]").inner_text().split()
    return int(words[0]), float(words[-2])


def test_calipers_are_dragged(tab, samples):
    tab.drop(samples / "normal.csv").wait_for("paper")
    tab.page.get_by_label("Calipers").check()
    line = tab.page.get_by_role("slider", name="first time line")
    line.scroll_into_view_if_needed()
    before, box = measured(tab.page)[0], line.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + 20
    tab.page.mouse.move(x, y)
    tab.page.mouse.down()
    tab.page.mouse.move(x - 10 * 96 / 25.4, y)  # away from the second line, ten millimetres
    tab.page.mouse.up()
    assert measured(tab.page)[0] - before == pytest.approx(400, abs=15)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_all_without_scrolling_sideways(chromium, address, samples, scheme):
    size = {"width": 390, "height": 800}
    with chromium.new_context(viewport=size, color_scheme=scheme) as context:
        tab = Tab(context.new_page(), address).drop(samples / "page.png").wait()
        assert tab.page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        assert faults(tab) == []


def test_nothing_is_left_of_a_file_when_it_is_answered(tab, samples):
    tab.drop(samples / "normal.csv").wait()
    patient = time.monotonic() + 60  # what a tab that was closed had asked for may still be read
    while left := list(MEMORY.glob(f"{PREFIX}*")):
        assert time.monotonic() < patient, left
        time.sleep(0.1)
