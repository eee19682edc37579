// The page: takes files, asks about them, and puts each part of the answer in its place.
import { parts } from "./stream.js";
import { attachPaper } from "./paper.js";

const form = document.getElementById("question");
const input = document.getElementById("files");
const drop = document.getElementById("drop");
const progress = document.getElementById("progress");
const refused = document.getElementById("refused");
const places = document.querySelectorAll("#found section > div");

let dropped = []; // what is asked about; it lives in this tab alone
let shown = []; // of several, the files of the one that is open
let asking = new AbortController();

function clear(keep = []) {
  refused.replaceChildren();
  for (const place of places) {
    if (keep.includes(place.id)) continue;
    place.replaceChildren();
    place.parentElement.hidden = true;
  }
}

function put({ place, html }) {
  if (place === "progress") {
    progress.textContent = html;
    return;
  }
  const element = document.getElementById(place);
  element.innerHTML = html;
  if (place !== "refused") element.parentElement.hidden = false;
  element.querySelectorAll(".paper").forEach(attachPaper);
}

async function ask(files, keep = []) {
  asking.abort();
  const mine = (asking = new AbortController());
  clear(keep);
  progress.textContent = "Waiting for its turn";
  document.body.ariaBusy = "true";
  const body = new FormData(form);
  body.delete("files");
  for (const file of files) body.append("files", file, file.name);
  try {
    for await (const part of parts(body, mine.signal)) {
      if (mine === asking) put(part);
    }
  } catch (error) {
    if (mine !== asking) return;
    put({ place: "progress", html: "" });
    refused.textContent = `No answer: ${error.message}`;
  }
  if (mine === asking) document.body.ariaBusy = "false";
}

function take(files) {
  if (!files.length) return;
  dropped = [...files];
  shown = [];
  ask(dropped);
}

function again() {
  if (shown.length) ask(shown, ["table"]);
  else if (dropped.length) ask(dropped);
}

// A file of several with what belongs to it: the files of a WFDB record share a stem.
function show(name) {
  const stem = (file) => file.replace(/\.[^.]*$/, "");
  const header = /\.hea$/i.test(name);
  shown = dropped.filter((one) => one.name === name || (header && stem(one.name) === stem(name)));
  ask(shown, ["table"]);
}

async function example({ example: address, name }) {
  const answer = await fetch(address);
  if (!answer.ok) {
    refused.textContent = await answer.text();
    return;
  }
  const file = new File([await answer.blob()], name ?? address.split("/").at(-1));
  take([file]);
}

input.addEventListener("change", () => take(input.files));
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("change", (event) => event.target !== input && again());
document.addEventListener("click", ({ target }) => {
  if (target.dataset?.example) example(target.dataset);
  if (target.dataset?.show) show(target.dataset.show);
});
// Anywhere on the page will do: a file that misses the box must not replace the page.
for (const kind of ["dragenter", "dragover"]) {
  addEventListener(kind, (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
}
addEventListener("dragleave", () => drop.classList.remove("over"));
addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  take(event.dataTransfer.files);
});
