// A visit in the field: one item at a time, and a queue in this browser until the server's receipt for each answer.
// Nothing is deleted here before the receipt; the same answer sent twice is one answer, by its key.

const zh = document.documentElement.lang.startsWith("zh");
const say = (en, cn) => (zh ? cn : en);
const root = document.querySelector("[data-walk]");
const person = document.body.dataset.person ?? "";
const visit = root.dataset.walk;
const shown = () => [...root.querySelectorAll("[data-item]:not([data-not-asked])")];

// --- one item at a time ---
const bar = document.querySelector("[data-steps]");
let here = 0;
function show(place, focus = true) {
  const items = shown();
  here = Math.min(Math.max(place, 0), items.length - 1);
  for (const one of root.querySelectorAll("[data-item]")) one.hidden = one !== items[here];
  bar.querySelector("[data-place]").textContent = `${here + 1}/${items.length}`;
  bar.querySelector('[data-step="-1"]').disabled = here === 0;
  bar.querySelector('[data-step="1"]').disabled = here === items.length - 1;
  if (focus) items[here]?.scrollIntoView({ block: "start" });
}
const go = (hash) => {
  const place = shown().findIndex((one) => `#${one.id}` === hash);
  if (place >= 0) show(place);
};
bar.hidden = false;
for (const button of bar.querySelectorAll("[data-step]")) {
  button.addEventListener("click", () => show(here + Number(button.dataset.step)));
}
window.addEventListener("hashchange", () => (root.querySelector("[data-jump]").removeAttribute("open"), go(location.hash)));
root.addEventListener("change", (event) => {
  const form = event.target.closest("form");
  const bad = event.target.dataset.outcome === "problem" || event.target.value === "problem";
  if (form && bad && event.target.type === "radio") form.querySelector("[data-problem]").open = true;
});

// --- the queue ---
const opened = new Promise((done, failed) => {
  const asked = indexedDB.open("visits", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("queue", { keyPath: "id" });
  asked.onsuccess = () => done(asked.result);
  asked.onerror = () => failed(asked.error);
});
async function store(mode, act) {
  const queue = (await opened).transaction("queue", mode).objectStore("queue");
  const asked = act(queue);
  return new Promise((done, failed) => {
    queue.transaction.oncomplete = () => done(asked.result);
    queue.transaction.onabort = () => failed(queue.transaction.error);
  });
}
const mine = async () =>
  (await store("readonly", (queue) => queue.getAll()))
    .filter((one) => one.person === person && one.visit === visit)
    .sort((a, b) => a.at - b.at);

root.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-send]");
  if (!form) return;
  event.preventDefault();
  event.stopPropagation();
  const item = form.closest("[data-item]").dataset.item;
  const fields = [...new FormData(form)].filter(([name, value]) => name !== "csrf_token" && !(value instanceof File && !value.size));
  const facts = new Map(fields);
  const id = `${person}/${visit}/${item}`;
  const before = (await mine()).find((one) => one.id === id && !one.finding);
  const key = [...crypto.getRandomValues(new Uint8Array(16))].map((one) => one.toString(16).padStart(2, "0")).join("");
  const finding = Boolean(String(facts.get("place") ?? "").trim());
  const entry = { id: finding ? `${id}/${key}` : id, key, person, visit, item, finding, at: Date.now(), url: form.action, fields };
  entry.fields = fields.map(([name, value]) => [name, name === "sent_as" ? key : name === "follows" ? before?.key ?? form.dataset.last ?? "" : value]);
  try {
    await store("readwrite", (queue) => queue.put(entry));
  } catch {
    return form.submit(); // this browser keeps nothing: send it the plain way
  }
  form.dataset.last = key;
  for (const name of ["place", "description", "files"]) form.elements[name].value = "";
  localStorage.removeItem(`kept:${person}:${form.dataset.keep}`);
  tell(item, say("Unsent: kept on this phone.", "未发送：已保存在本机。"), true);
  show(here + 1);
  await flush();
}, true);

let busy = false, more = false;
async function flush() {
  if (busy) return (more = true); // what was kept meanwhile goes in the next turn, not with the next tick
  busy = true;
  try {
    do {
      more = false;
      for (const entry of await mine()) if (!entry.waits && !(await send(entry))) break;
    } while (more);
  } finally {
    busy = false;
    await count();
  }
}
async function send(entry) {
  const body = new FormData();
  for (const [name, value] of entry.fields) body.append(name, value);
  body.append("csrf_token", root.querySelector("input[name=csrf_token]").value);
  let answer;
  try {
    answer = await fetch(entry.url, { method: "POST", body, headers: { Accept: "application/json" } });
  } catch {
    return false; // no network: it stays, and is tried again
  }
  const told = (answer.headers.get("Content-Type") ?? "").includes("json") ? await answer.json() : {};
  if (answer.ok && told.receipt) {
    await store("readwrite", (queue) => queue.delete(entry.id));
    const form = root.querySelector(`[data-item="${entry.item}"] form`);
    form.elements.seen.value = told.version;
    form.dataset.last = "";
    tell(entry.item, say(`Saved ${told.saved}, receipt ${told.receipt}.`, `已保存 ${told.saved}，回执 ${told.receipt}。`), false);
    ask(told.asked);
    return true;
  }
  if (answer.status === 409 && told.stored) return differ(entry, told);
  if (answer.status === 422 && told.error) {
    await store("readwrite", (queue) => queue.put({ ...entry, waits: told.error }));
    tell(entry.item, told.error, true);
    return true;
  }
  if (answer.status === 401 || answer.redirected) alarm(say("Your session has ended: sign in again; what is unsent is kept.", "登录已过期：请重新登录，未发送的内容仍在本机。"));
  return false;
}
function ask(ids) {
  const current = shown()[here];
  for (const one of root.querySelectorAll("[data-item]")) one.toggleAttribute("data-not-asked", !ids.includes(Number(one.dataset.item)));
  for (const one of root.querySelectorAll("[data-for]")) one.hidden = !ids.includes(Number(one.dataset.for));
  show(Math.max(shown().indexOf(current), 0), false);
}
async function differ(entry, told) {
  const place = root.querySelector(`[data-item="${entry.item}"] [data-state]`);
  await store("readwrite", (queue) => queue.put({ ...entry, waits: told.error }));
  place.textContent = `${told.error} ${told.stored.outcome} ${told.stored.value} ${told.stored.note} `;
  const again = Object.assign(document.createElement("button"), { type: "button", className: "btn small" });
  again.textContent = say("Send mine over it", "以我的为准");
  again.addEventListener("click", async () => {
    const fields = entry.fields.map(([name, value]) => [name, name === "seen" ? String(told.stored.version) : value]);
    await store("readwrite", (queue) => queue.put({ ...entry, fields, waits: "" }));
    await flush();
  });
  const leave = Object.assign(document.createElement("button"), { type: "button", className: "btn small quiet" });
  leave.textContent = say("Leave theirs", "保留对方的");
  leave.addEventListener("click", async () => (await store("readwrite", (queue) => queue.delete(entry.id)), location.reload()));
  place.append(again, " ", leave);
  return true;
}

// --- what is seen of it ---
const note = document.querySelector("[data-unsent]");
function tell(item, text, unsent) {
  const place = root.querySelector(`[data-item="${item}"] [data-state]`);
  if (place) place.textContent = text;
  root.querySelector(`[data-for="${item}"]`)?.classList.toggle("unsent", unsent);
}
function alarm(text) {
  note.hidden = false;
  note.textContent = text;
}
async function count() {
  const left = await mine();
  if (!left.length) note.hidden = true;
  else if (note.hidden || !note.textContent.includes(say("sign in", "登录"))) alarm(say(`${left.length} unsent: kept on this phone until the server has them.`, `${left.length}项未发送：在服务器收到之前保存在本机。`));
  for (const one of left) if (!one.waits) tell(one.item, say("Unsent: kept on this phone.", "未发送：已保存在本机。"), true);
}
window.addEventListener("online", flush);
window.addEventListener("beforeunload", async (event) => busy && event.preventDefault());
setInterval(flush, 15000);
show(0, false);
go(location.hash);
flush();
