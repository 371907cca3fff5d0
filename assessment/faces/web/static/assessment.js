// What a browser with scripts does besides: nothing on these pages needs it.

const zh = document.documentElement.lang.startsWith("zh");
const say = (en, cn) => (zh ? cn : en);

// Ask before what cannot be undone; and never send a form twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.confirm && !window.confirm(form.dataset.confirm)) return event.preventDefault();
  if (form.method !== "post") return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  const button = event.submitter;
  if (button && form.dataset.busy) button.textContent = form.dataset.busy;
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// Whoever signs out leaves nothing of what he typed in this browser; what no server has is not wiped unasked.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!(form.getAttribute("action") ?? "").endsWith("/sign-out")) return;
  event.preventDefault();
  const kept = Object.keys(localStorage).filter((key) => key.startsWith(`kept:${person}:`));
  const visits = await unsent().catch(() => ({ keys: [] }));
  const asked = say("This browser keeps what you typed and did not send. Signing out wipes it. Sign out?", "本浏览器保存有您填写但未提交的内容，退出后将被清除。确定退出吗？");
  if (kept.length + visits.keys.length && !window.confirm(asked)) return delete form.dataset.sent;
  for (const key of kept) localStorage.removeItem(key);
  if (visits.keys.length) await visits.wipe();
  sessionStorage.clear();
  form.submit();
});

// What this person found on visits and the server has not got yet; visit.js keeps it.
async function unsent() {
  const held = await new Promise((done, failed) => {
    const asked = indexedDB.open("visits", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("queue", { keyPath: "id" });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
  const every = await new Promise((done, failed) => {
    const asked = held.transaction("queue").objectStore("queue").getAll();
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
  const keys = every.filter((one) => one.person === person).map((one) => one.id);
  const wipe = () => new Promise((done) => {
    const writing = held.transaction("queue", "readwrite");
    for (const key of keys) writing.objectStore("queue").delete(key);
    writing.oncomplete = done;
  });
  return { keys, wipe };
}

// "/" leads to the search, from wherever nothing is being typed.
const seek = document.querySelector("[data-seek]");
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const box = seek?.checkVisibility() ? seek : document.querySelector("main [name=q]");
  if (!box) return;
  event.preventDefault();
  box.focus();
});

// The error summary is read first.
document.querySelector(".errors")?.focus();

// A filter narrows the rows shown while one types; the button asks the server for all of them.
for (const input of document.querySelectorAll("[data-filters]")) {
  const table = document.getElementById(input.dataset.filters);
  input.addEventListener("input", () => {
    const wanted = input.value.trim().toLowerCase();
    for (const row of table?.tBodies ?? []) {
      for (const line of row.rows) line.hidden = wanted !== "" && !line.textContent.toLowerCase().includes(wanted);
    }
  });
}

// Buttons that only a browser can serve.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// What is typed is kept in this browser until the server has taken it: a dead network or a closed lid loses nothing.
const TYPED = "input:not([type=hidden]):not([type=password]):not([type=file]), textarea, select";
const read = (form) => {
  const kept = {};
  for (const field of form.querySelectorAll(TYPED)) {
    if (!field.name) continue;
    if (field.type === "checkbox" || field.type === "radio") {
      if (field.checked) (kept[field.name] ??= []).push(field.value);
    } else kept[field.name] = field.value;
  }
  return kept;
};
const put = (form, kept) => {
  for (const field of form.querySelectorAll(TYPED)) {
    if (!(field.name in kept)) continue;
    if (field.type === "checkbox" || field.type === "radio") field.checked = kept[field.name].includes(field.value);
    else field.value = kept[field.name];
  }
};
const person = document.body.dataset.person ?? "";
for (const form of document.querySelectorAll("form[data-keep]:not([data-cells])")) {
  const key = `kept:${person}:${form.dataset.keep}`;
  const first = JSON.stringify(read(form));
  const kept = localStorage.getItem(key);
  if (kept && kept !== first && !document.querySelector(".errors")) offer(form, key, JSON.parse(kept));
  form.addEventListener("input", () => localStorage.setItem(key, JSON.stringify(read(form))));
  form.addEventListener("submit", () => sessionStorage.setItem("sent", key));
}
function offer(form, key, kept) {
  const note = document.createElement("p");
  note.className = "note going";
  note.append(say("You had begun to fill this in. ", "您之前填写过一部分。"));
  const take = Object.assign(document.createElement("button"), { type: "button", className: "btn small" });
  take.textContent = say("Put it back", "恢复");
  take.addEventListener("click", () => (put(form, kept), note.remove()));
  note.append(take);
  form.prepend(note);
}
// Only the answer to a form, and only one without an error, proves that the server has it.
const sent = sessionStorage.getItem("sent"), isAnswer = sessionStorage.getItem("posted");
sessionStorage.removeItem("posted");
if (sent && isAnswer && !document.querySelector(".errors, [data-refused]")) {
  localStorage.removeItem(sent);
  sessionStorage.removeItem("sent");
}
document.addEventListener("submit", (event) => {
  if (!event.defaultPrevented && event.target.method === "post") sessionStorage.setItem("posted", "yes");
});

// What the marks of a chart tell is fetched only where there is a chart.
if (document.querySelector("svg.chart [data-detail]")) import("./charts.js");

// A form that only asks is answered while one types; its button does the same without this.
for (const form of document.querySelectorAll("form[data-live]")) {
  let waiting, asking;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    asking?.abort();
    waiting = setTimeout(async () => {
      asking = new AbortController();
      const address = `${location.pathname}?${new URLSearchParams(new FormData(form))}`;
      try {
        const answer = await fetch(address, { signal: asking.signal, credentials: "same-origin" });
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.getElementById(form.dataset.live);
        if (!fresh) return;
        document.getElementById(form.dataset.live).replaceWith(document.adoptNode(fresh));
        const heading = page.querySelector("h1");
        if (heading) document.querySelector("h1").textContent = heading.textContent;
        history.replaceState(null, "", address);
      } catch { /* overtaken by a later question, or no network: the button is still there */ }
    }, 350);
  });
}
