// A picture that is zoomed, and two pairs of lines on it that measure time and voltage.
const LINES = [
  ["x", "first time line", 0.25],
  ["x", "second time line", 0.35],
  ["y", "first voltage line", 0.3],
  ["y", "second voltage line", 0.4],
];
const STEPS = {
  x: { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 },
  y: { ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1 },
};
const FINE = 0.25; // mm a key press: a hundredth of a second, a fortieth of a millivolt
const COARSE = 5; // mm with Shift: a square of the paper

export function attachPaper(paper) {
  const sheet = paper.querySelector(".sheet");
  const zoom = paper.querySelector("[data-do=zoom]");
  zoom.addEventListener("input", () => {
    sheet.style.setProperty("--zoom", zoom.value / 100);
    paper.querySelector("[data-say=zoom]").textContent = `${zoom.value}%`;
  });
  const switched = paper.querySelector("[data-do=calipers]");
  if (!switched) return;
  const calipers = new Calipers(sheet, paper.querySelector("[data-say=measured]"));
  switched.addEventListener("change", () => calipers.show(switched.checked));
}

class Calipers {
  constructor(sheet, told) {
    this.told = told;
    this.sheet = sheet;
    this.size = { x: Number(sheet.dataset.width), y: Number(sheet.dataset.height) };
    this.scale = { x: Number(sheet.dataset.second), y: Number(sheet.dataset.millivolt) };
    this.lines = LINES.map((line) => this.line(...line));
  }

  line(axis, name, share) {
    const line = document.createElement("div");
    line.className = `caliper ${axis}`;
    line.hidden = true;
    line.tabIndex = 0;
    line.role = "slider";
    line.ariaLabel = name;
    line.ariaOrientation = axis === "x" ? "horizontal" : "vertical";
    line.ariaValueMin = 0;
    line.ariaValueMax = this.size[axis];
    line.addEventListener("keydown", (event) => this.press(event, line, axis));
    line.addEventListener("pointerdown", (event) => line.setPointerCapture(event.pointerId));
    line.addEventListener("pointermove", (event) => this.drag(event, line, axis));
    this.sheet.append(line);
    this.move(line, axis, share * this.size[axis]);
    return line;
  }

  show(on) {
    for (const line of this.lines) line.hidden = !on;
    if (on) this.tell();
    else this.told.textContent = "";
  }

  press(event, line, axis) {
    const step = STEPS[axis][event.key];
    if (!step) return;
    event.preventDefault();
    this.move(line, axis, line.at + step * (event.shiftKey ? COARSE : FINE));
    this.tell();
  }

  drag(event, line, axis) {
    if (!line.hasPointerCapture(event.pointerId)) return;
    const box = this.sheet.getBoundingClientRect();
    const share = {
      x: (event.clientX - box.left) / box.width,
      y: (event.clientY - box.top) / box.height,
    };
    this.move(line, axis, share[axis] * this.size[axis]);
    this.tell();
  }

  move(line, axis, millimetres) {
    line.at = Math.min(Math.max(millimetres, 0), this.size[axis]);
    line.style.setProperty("--at", `${(100 * line.at) / this.size[axis]}%`);
    line.ariaValueNow = line.at.toFixed(2);
    line.ariaValueText = `${line.at.toFixed(2)} mm`;
  }

  tell() {
    const [left, right, above, below] = this.lines.map((line) => line.at);
    const seconds = Math.abs(right - left) / this.scale.x;
    const millivolts = Math.abs(below - above) / this.scale.y;
    const rate = seconds > 0 ? ` (${Math.round(60 / seconds)} per minute)` : "";
    this.told.textContent = `${Math.round(1000 * seconds)} ms${rate}, ${millivolts.toFixed(2)} mV`;
  }
}
