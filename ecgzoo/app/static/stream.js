// The parts of an answer, one for each line of JSON, as they come.
export async function* parts(body, signal) {
  const answer = await fetch("/answers", { method: "POST", body, signal });
  if (!answer.ok) {
    yield { place: "progress", html: "" };
    yield { place: "refused", html: escaped(await answer.text()) };
    return;
  }
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    for (const line of lines) yield JSON.parse(line);
  }
}

function escaped(text) {
  const paragraph = document.createElement("p");
  paragraph.className = "warning";
  paragraph.textContent = text;
  return paragraph.outerHTML;
}
