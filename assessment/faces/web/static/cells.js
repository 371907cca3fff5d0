// Typing into reports: saved within seconds, kept in this browser until the server has it, pasted like a spreadsheet.
// <form data-cells data-keep="key" data-autosave="address"> with a hidden field `shown`: what the server holds.

const zh = document.documentElement.lang.startsWith("zh");
const say = (en, cn) => (zh ? cn : en);
const person = document.body.dataset.person ?? "";
const SOON = 1500, AGAIN = 4000, SAME_SITTING = 3000; // milliseconds: well within the five seconds that may be lost
const FIELD = "input[name^='cell-'], input[name^='number-'], select[name^='kind-']";
const NUMBER = /^[-+\u2212]?(\d+|\d{1,3}(,\d{3})+)?(\.\d+)?$/;
const REASONS = ["n/a", "na", "不适用", "withheld", "不提供"];
const WRITTEN = { not_applicable: "n/a", withheld: "withheld" };

const isReadable = (text) => text === "" || (/\d/.test(text) && NUMBER.test(text)) || REASONS.includes(text.toLowerCase());
const place = (name) => {
  const [, report, code] = /^cell-(\d+)-(.+)$/.exec(name) ?? [null, "", name.replace(/^(number|kind)-/, "")];
  return [report, code];
};

class Typing {
  constructor(form) {
    this.form = form;
    this.word = document.querySelector("[data-saved]");
    this.fields = [...form.querySelectorAll(FIELD)];
    this.byName = new Map(this.fields.map((field) => [field.name, field]));
    this.report = form.dataset.report ?? "";
    this.shown = JSON.parse(form.elements.shown?.value || "{}");
    this.known = new Map(this.fields.map((field) => [field.name, this.stored(field.name)]));
    this.held = new Set();
    this.key = `kept:${person}:${form.dataset.keep}`;
    this.offer();
    form.addEventListener("input", (event) => this.typed(event.target));
    form.addEventListener("change", (event) => event.target.matches(FIELD) && mark(event.target));
    form.addEventListener("submit", () => this.leave());
    document.addEventListener("visibilitychange", () => document.hidden && this.save(true));
    this.count();
  }

  // What the server holds in a field, as the field writes it.
  stored(name) {
    if (!this.form.elements.shown) return this.byName.get(name).defaultValue ?? this.byName.get(name).value;
    const [report, code] = place(name);
    const [, text, kind] = this.shown[report || this.report]?.[code] ?? [0, "", "given"];
    if (name.startsWith("kind-")) return kind;
    return name.startsWith("number-") ? text : text || (WRITTEN[kind] ?? "");
  }

  changed() {
    return this.fields.filter((field) => field.value.trim() !== this.known.get(field.name)).map((field) => field.name);
  }

  typed(field) {
    if (!field.matches(FIELD)) return;
    if (field.hasAttribute("aria-invalid") && isReadable(field.value.trim())) mark(field);
    this.keep();
    this.count();
    this.plan(SOON);
  }

  plan(wait) {
    if (this.form.dataset.autosave) this.timer ||= setTimeout(() => this.save(), wait);
  }

  // --- kept in this browser ---

  keep() {
    const values = {}, shown = {};
    for (const name of this.changed()) {
      const [report, code] = place(name);
      values[name] = this.byName.get(name).value;
      (shown[report || this.report] ??= {})[code] = this.shown[report || this.report]?.[code];
    }
    try {
      if (Object.keys(values).length) localStorage.setItem(this.key, JSON.stringify({ values, shown, at: Date.now() }));
      else localStorage.removeItem(this.key);
    } catch { /* a full or forbidden store: the server still saves */ }
  }

  offer() {
    if (document.querySelector("[data-refused]")) return; // this page itself still holds what was typed
    const kept = JSON.parse(localStorage.getItem(this.key) || "{}");
    const names = Object.keys(kept.values ?? {}).filter((name) => this.byName.get(name) && this.byName.get(name).value !== kept.values[name]);
    if (!names.length) return localStorage.removeItem(this.key);
    if (Date.now() - kept.at < SAME_SITTING) return this.restore(names, kept); // its last save may still be on its way
    const note = Object.assign(document.createElement("p"), { className: "note going line" });
    note.setAttribute("role", "status");
    note.append(say(`${names.length} entries typed in this browser have not reached the server. `, `本浏览器中有 ${names.length} 项填写尚未送达服务器。`));
    const button = (word, act) => {
      const made = Object.assign(document.createElement("button"), { type: "button", className: "btn small", textContent: word });
      made.addEventListener("click", () => (act(), note.remove()));
      note.append(made, " ");
    };
    button(say("Put them back", "恢复"), () => this.restore(names, kept));
    button(say("Forget them", "放弃"), () => localStorage.removeItem(this.key));
    this.form.prepend(note);
  }

  restore(names, kept) {
    for (const name of names) {
      const [report, code] = place(name);
      const seen = kept.shown?.[report || this.report]?.[code];
      this.byName.get(name).value = kept.values[name];
      // What was seen then goes along: who has changed it since is not overwritten, both are shown.
      if (seen) (this.shown[report || this.report] ??= {})[code] = seen;
      else delete this.shown[report || this.report]?.[code];
      mark(this.byName.get(name));
    }
    this.keep();
    this.count();
    this.plan(100);
  }

  // --- saved on the server ---

  async save(isLast = false) {
    clearTimeout(this.timer);
    this.timer = 0;
    if (this.busy || !this.form.dataset.autosave) return;
    const names = this.changed().filter((name) => !this.held.has(name));
    if (!names.length) return;
    const sent = this.body(names);
    this.busy = true;
    try {
      const headers = { Accept: "application/json" };
      const answer = await fetch(this.form.dataset.autosave, { method: "POST", body: sent, headers, keepalive: isLast, signal: AbortSignal.timeout(15000) });
      const told = await answer.json().catch(() => ({}));
      if (!answer.ok) return this.tell(this.refused(answer.status, told), true);
      this.take(told, sent);
    } catch {
      this.tell(say("Not saved yet; it is kept in this browser", "尚未保存；内容保留在本浏览器中"), true);
    } finally {
      this.busy = false;
      if (this.changed().some((name) => !this.held.has(name))) this.plan(this.failed ? AGAIN : SOON);
    }
  }

  body(names) {
    const sent = new URLSearchParams(), shown = {};
    const pairs = names.flatMap((name) => (/^(number|kind)-/.test(name) ? [`number-${place(name)[1]}`, `kind-${place(name)[1]}`] : [name]));
    for (const name of new Set(pairs)) {
      const [report, code] = place(name);
      sent.set(name, this.byName.get(name).value);
      const seen = this.shown[report || this.report]?.[code];
      if (seen) (shown[report || this.report] ??= {})[code] = seen;
    }
    sent.set("csrf_token", this.form.elements.csrf_token.value);
    sent.set("shown", JSON.stringify(shown));
    return sent;
  }

  refused(status, told) {
    if (status === 400 || status === 401) return say("Your session has ended. What you typed is kept: sign in again", "登录已过期，内容已保留：请重新登录");
    const why = told.sentence ? ` ${told.sentence}` : "";
    return say(`Not saved; it is kept in this browser.${why}`, `未保存；内容保留在本浏览器中。${why}`);
  }

  take(told, sent) {
    for (const [report, cells] of Object.entries(told.shown)) Object.assign((this.shown[report] ??= {}), cells);
    for (const name of this.byName.keys()) {
      const [report, code] = place(name);
      if (sent.has(name) && !told.overtaken[report || this.report]?.[code]) this.known.set(name, sent.get(name).trim());
    }
    for (const [report, cells] of Object.entries(told.overtaken))
      for (const [code, lost] of Object.entries(cells)) this.contest(report, code, lost);
    this.keep();
    this.tell(say(`Saved ${told.at}`, `${told.at} 已保存`), false);
  }

  // Somebody was faster: both texts stand there, one's own in the field, until one decides.
  contest(report, code, lost) {
    const names = [`cell-${report}-${code}`, `number-${code}`, `kind-${code}`].filter((name) => this.byName.has(name));
    const field = this.byName.get(names[0]);
    names.forEach((name) => this.held.add(name));
    field.parentElement.querySelector(".contest")?.remove();
    const note = Object.assign(document.createElement("span"), { className: "contest", role: "alert", textContent: `${lost.sentence} ` });
    const settle = (word, takesTheirs) => {
      const made = Object.assign(document.createElement("button"), { type: "button", className: "btn small", textContent: word });
      made.addEventListener("click", () => {
        this.shown[report][code] = lost.shown;
        for (const name of names) {
          this.held.delete(name);
          this.known.set(name, this.stored(name));
          if (takesTheirs) this.byName.get(name).value = this.stored(name);
        }
        mark(field);
        note.remove();
        this.keep();
        this.plan(0);
      });
      note.append(made);
    };
    settle(say("Keep mine", "保留我的"), false);
    settle(say("Take theirs", "采用对方的"), true);
    field.after(note);
  }

  tell(text, isUnsent) {
    this.failed = isUnsent;
    if (!this.word) return;
    this.word.hidden = false;
    this.word.textContent = text;
    this.word.classList.toggle("unsent", isUnsent);
  }

  leave() {
    this.keep();
    if (this.form.elements.shown) this.form.elements.shown.value = JSON.stringify(this.shown);
    sessionStorage.setItem("sent", this.key);
  }

  count() {
    const word = document.querySelector("[data-answered]");
    const cells = this.fields.filter((field) => !field.matches("select"));
    const reason = (field) => this.byName.get(field.name.replace("number-", "kind-"))?.value ?? "given";
    const done = cells.filter((field) => (field.value.trim() ? isReadable(field.value.trim()) : reason(field) in WRITTEN));
    if (word) word.textContent = word.dataset.answered.replace("{n}", done.length);
  }
}

// What cannot be read is marked and stays as it was typed.
function mark(field) {
  if (field.matches("select") || field.closest("form").querySelector(`[id="${field.id}-error"]`)) return;
  const isBad = !isReadable(field.value.trim());
  field.toggleAttribute("aria-invalid", isBad);
  if (isBad) field.setAttribute("aria-invalid", "true");
  field.title = isBad ? say("Not a number, empty, n/a or withheld", "不是数字、空、不适用或不提供") : "";
}

// --- a block from a spreadsheet, and the keys that move in one ---

const rowsOf = (table) => [...table.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll("input")]).filter((row) => row.length);

// Cells of a copied block: tabs and line ends part them, unless they stand in quotation marks.
function block(text) {
  const rows = [[""]];
  let isQuoted = false;
  for (const sign of text.replace(/\r\n?/g, "\n").replace(/\n$/, "")) {
    const row = rows.at(-1);
    if (sign === '"' && (isQuoted || row.at(-1) === "")) isQuoted = !isQuoted;
    else if (sign === "\t" && !isQuoted) row.push("");
    else if (sign === "\n" && !isQuoted) rows.push([""]);
    else row[row.length - 1] += sign;
  }
  return rows;
}

function paste(table, field, cells) {
  const rows = rowsOf(table);
  const top = rows.findIndex((row) => row.includes(field)), left = rows[top].indexOf(field);
  let outside = 0;
  cells.forEach((line, down) => line.forEach((text, right) => {
    const target = rows[top + down]?.[left + right];
    if (!target) return void (outside += text.trim() !== "");
    target.value = text.trim();
    mark(target);
  }));
  field.dispatchEvent(new Event("input", { bubbles: true }));
  const bad = table.querySelectorAll("[aria-invalid]").length;
  const word = document.querySelector("[data-pasted]");
  if (!word) return;
  word.hidden = !bad && !outside;
  word.textContent = [
    bad ? say(`${bad} cells are marked: they cannot be read as numbers.`, `${bad} 格无法识别为数字，已标出。`) : "",
    outside ? say(`${outside} cells lay outside the table and were left out.`, `${outside} 格超出表格，未填入。`) : "",
  ].join(" ");
}

for (const table of document.querySelectorAll("[data-paste]")) {
  table.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text/plain");
    if (!/[\t\n]/.test(text.trim()) || !event.target.matches("input")) return;
    event.preventDefault();
    paste(table, event.target, block(text));
  });
  table.addEventListener("keydown", (event) => {
    const field = event.target;
    if (!field.matches("input") || event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    const atStart = field.selectionEnd === 0, atEnd = field.selectionStart === field.value.length;
    const steps = { ArrowDown: [1, 0], ArrowUp: [-1, 0], Enter: [event.shiftKey ? -1 : 1, 0] };
    const step = steps[event.key] ?? (event.key === "ArrowRight" && atEnd ? [0, 1] : event.key === "ArrowLeft" && atStart ? [0, -1] : null);
    if (!step) return;
    const rows = rowsOf(table), row = rows.findIndex((one) => one.includes(field));
    const target = rows[row + step[0]]?.[rows[row].indexOf(field) + step[1]];
    if (!target && event.key !== "Enter") return;
    event.preventDefault(); // Enter sends nothing by mistake
    target?.focus();
    target?.select();
  });
}

for (const form of document.querySelectorAll("form[data-cells]")) new Typing(form);
