// What a mark of a chart tells: shown where the pointer is, and stepped through with the arrow keys.
// Without this script each mark has its <title>, and every chart its table.

const CHART = "svg.chart:has([data-detail])";
const shown = document.createElement("div");
shown.className = "detail";
shown.setAttribute("role", "status");
shown.hidden = true;
document.body.append(shown);

const tell = (mark, x, y) => {
  shown.textContent = mark.dataset.detail;
  shown.hidden = false;
  const box = shown.getBoundingClientRect();
  const left = Math.min(Math.max(x - box.width / 2, 8), window.innerWidth - box.width - 8);
  const above = y - box.height - 12;
  shown.style.setProperty("left", `${left}px`);
  shown.style.setProperty("top", `${above > 8 ? above : y + 20}px`);
};
const stop = () => { shown.hidden = true; };

for (const chart of document.querySelectorAll(CHART)) {
  const marks = [...chart.querySelectorAll("[data-detail]")];
  for (const mark of marks) mark.querySelector("title")?.remove(); // else the browser says it a second time
  let at = -1;
  const go = (to) => {
    marks[at]?.classList.remove("at");
    at = (to + marks.length) % marks.length;
    marks[at].classList.add("at");
    const box = marks[at].getBoundingClientRect();
    tell(marks[at], box.left + box.width / 2, box.top);
  };
  const leave = () => { marks[at]?.classList.remove("at"); at = -1; stop(); };

  chart.addEventListener("pointermove", (event) => {
    const mark = event.target.closest("[data-detail]");
    if (mark) tell(mark, event.clientX, event.clientY); else stop();
  });
  chart.addEventListener("pointerleave", stop);
  if (chart.getAttribute("role") === "group") { // its marks are links: each can be reached by itself
    chart.addEventListener("focusin", (event) => go(marks.indexOf(event.target.closest("[data-detail]"))));
    chart.addEventListener("focusout", leave);
    continue;
  }
  chart.tabIndex = 0;
  chart.addEventListener("blur", leave);
  chart.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step) { event.preventDefault(); go(at < 0 && step < 0 ? marks.length - 1 : at + step); }
    if (event.key === "Escape") leave();
  });
}
