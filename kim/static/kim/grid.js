// The grid of the forecast, faster by keyboard and clipboard. It types and adds whole cents; it never computes a
// grant, a shortfall or a percentage: those come from the server. Without this script the form works as it is.
(() => {
  "use strict";

  const form = document.getElementById("grid");
  if (!form) return;

  const BLANKS = /^[\s\u00a0\u2007\u2009\u202f]+|[\s\u00a0\u2007\u2009\u202f]+$/g;
  const AMOUNT = /^-?(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d{1,2})?$/;
  const inputs = [...form.querySelectorAll(".kim-grid__input")];
  const rows = [...form.querySelectorAll("tr[data-row]")];
  const status = form.querySelector("[data-status]");
  const draftName = `kim-grid:${location.pathname}`;
  const undone = [];
  const done = [];
  let asked = 0;
  let timer = 0;

  const keyOf = (input) => input.name.slice(2);
  const seenOf = (input) => form.elements[`b-${keyOf(input)}`];

  // "1.234,5" -> 123450n; empty -> null; anything unclear -> undefined. The server reads by the same rule.
  function cents(text) {
    const plain = text.replace(BLANKS, "").replace(/^€|€$/g, "").replace(BLANKS, "").replace("\u2212", "-");
    if (plain === "") return null;
    if (!AMOUNT.test(plain)) return undefined;
    const [whole, part = ""] = plain.replace(/\./g, "").split(",");
    return BigInt(whole + part.padEnd(2, "0"));
  }

  function german(amount) {
    const digits = (amount < 0n ? -amount : amount).toString().padStart(3, "0");
    const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ".");
    return `${amount < 0n ? "\u2212" : ""}${whole},${digits.slice(-2)}`;
  }

  const isChanged = (input) => {
    const now = cents(input.value);
    return now === undefined || now !== cents(input.dataset.stored);
  };

  // --- Marks and sums ------------------------------------------------------------------------------------------------

  function mark(input) {
    const cell = input.closest("td");
    const changed = isChanged(input);
    cell.classList.toggle("kim-grid__cell--changed", changed);
    let old = cell.querySelector("[data-old]");
    if (!changed) {
      old?.remove();
    } else {
      if (!old) {
        old = document.createElement("span");
        old.className = "kim-small kim-muted";
        old.dataset.old = "";
        cell.append(old);
      }
      old.textContent = input.dataset.stored ? `vorher ${input.dataset.stored}` : "vorher leer";
    }
    const amount = cents(input.value);
    complain(input, amount === undefined || (amount !== null && amount < 0n)
      ? `„${input.value.slice(0, 40)}“ ist kein eindeutiger Betrag. Bitte so eingeben: 913.257,24` : "");
  }

  function complain(input, message) {
    const id = `${input.id}_error`;
    let note = document.getElementById(id);
    if (!message) {
      note?.remove();
      input.removeAttribute("aria-invalid");
      describe(input, "");
      return;
    }
    if (!note) {
      note = document.createElement("span");
      note.className = "kim-grid__error";
      note.id = id;
      input.closest("td").append(note);
    }
    note.textContent = message;
    input.setAttribute("aria-invalid", "true");
    describe(input, id);
  }

  // What the basis of the position gives keeps describing the field beside an error.
  function describe(input, error) {
    const ids = [error, document.getElementById(`${input.id}_basis`)?.id].filter(Boolean).join(" ");
    if (ids) input.setAttribute("aria-describedby", ids);
    else input.removeAttribute("aria-describedby");
  }

  function sum(row) {
    let total = 0n;
    for (const field of row.querySelectorAll(".kim-grid__input, [data-amount]")) {
      // An empty field counts what the basis of the position gives.
      const text = field.value === undefined ? field.dataset.amount : field.value.trim() || field.dataset.basis || "";
      total += cents(text) ?? 0n;
    }
    row.querySelector("[data-row-sum]").textContent = german(total);
  }

  function announce() {
    const changed = inputs.filter(isChanged).length;
    status.textContent = changed === 0 ? "" : changed === 1
      ? "Ein Betrag ist geändert und noch nicht gespeichert."
      : `${changed} Beträge sind geändert und noch nicht gespeichert.`;
    keepDraft();
  }

  function refresh(changed) {
    changed.forEach(mark);
    new Set(changed.map((input) => input.closest("tr"))).forEach(sum);
    announce();
    clearTimeout(timer);
    timer = setTimeout(preview, 150);
  }

  // --- What would follow: grant and shortfall from the server ----------------------------------------------------------

  async function ask(address, data) {
    const answer = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
      body: JSON.stringify(data),
    });
    if (!answer.ok && answer.status !== 422) throw new Error(String(answer.status));
    if (!(answer.headers.get("Content-Type") ?? "").includes("json")) throw new Error("signed out");
    return answer.json();
  }

  async function preview() {
    const cells = {};
    for (const input of inputs.filter(isChanged)) cells[keyOf(input)] = input.value;
    const mine = ++asked;
    try {
      const { lines } = await ask(form.dataset.whatIf, { cells });
      // A slower answer to an older question must not overwrite a newer one.
      if (mine !== asked) return;
      for (const [key, amounts] of Object.entries(lines)) {
        const line = form.querySelector(`[data-line="${key}"]`);
        amounts.forEach((text, index) => { line.children[index + 1].textContent = text; });
      }
      form.dataset.previewed = String(mine);
    } catch {
      status.textContent += " Förderung und Mehrkosten sind gerade nicht abrufbar; Ihre Eingaben bleiben erhalten.";
    }
  }

  // --- Changes that can be taken back ----------------------------------------------------------------------------------

  function apply(changes, remember = true) {
    const real = changes.filter(({ input, to }) => input.value !== to)
      .map(({ input, to }) => ({ input, from: input.value, to }));
    if (real.length === 0) return;
    real.forEach(({ input, to }) => { input.value = to; input.dataset.last = to; });
    if (remember) {
      done.push(real);
      undone.length = 0;
    }
    refresh(real.map(({ input }) => input));
  }

  function takeBack(from, to) {
    const step = from.pop();
    if (!step) return;
    apply(step.map(({ input, from: before }) => ({ input, to: before })), false);
    to.push(step.map(({ input, from: before, to: after }) => ({ input, from: after, to: before })));
    step[0].input.focus();
  }

  for (const input of inputs) {
    input.dataset.last = input.value;
    input.addEventListener("input", () => refresh([input]));
    input.addEventListener("change", () => {
      const amount = cents(input.value);
      const before = input.dataset.last;
      if (amount !== undefined && amount !== null) input.value = german(amount).replace("\u2212", "-");
      if (input.value !== before) {
        done.push([{ input, from: before, to: input.value }]);
        undone.length = 0;
      }
      input.dataset.last = input.value;
      mark(input);
    });
    input.addEventListener("focus", () => input.select());
  }

  // --- Keyboard --------------------------------------------------------------------------------------------------------

  function neighbour(input, down, right) {
    const row = input.closest("tr");
    const column = input.closest("td").cellIndex;
    if (down) {
      for (let at = rows.indexOf(row) + down; rows[at]; at += down) {
        const found = rows[at].cells[column].querySelector(".kim-grid__input");
        if (found) return found;
      }
      return null;
    }
    return inputs[inputs.indexOf(input) + right] ?? null;
  }

  function go(event, target) {
    if (!target) return;
    event.preventDefault();
    target.focus();
  }

  form.addEventListener("keydown", (event) => {
    const input = event.target;
    if ((event.ctrlKey || event.metaKey) && !event.altKey) {
      const letter = event.key.toLowerCase();
      const inCell = input.classList.contains("kim-grid__input");
      // While a cell is being typed in, the browser's own undo works inside it.
      const typing = inCell && input.value !== input.dataset.last;
      if (letter === "z" && !event.shiftKey && !typing && done.length) {
        event.preventDefault();
        takeBack(done, undone);
      } else if ((letter === "y" || (letter === "z" && event.shiftKey)) && !typing && undone.length) {
        event.preventDefault();
        takeBack(undone, done);
      } else if (letter === "r" && event.shiftKey === false && inCell) {
        event.preventDefault();
        fillRight(input);
      }
      return;
    }
    if (!input.classList.contains("kim-grid__input")) return;
    const whole = input.selectionStart === 0 && input.selectionEnd === input.value.length;
    const atStart = whole || (input.selectionStart === 0 && input.selectionEnd === 0);
    const atEnd = whole || input.selectionStart === input.value.length;
    switch (event.key) {
      case "ArrowDown": go(event, neighbour(input, 1, 0)); break;
      case "ArrowUp": go(event, neighbour(input, -1, 0)); break;
      case "ArrowRight": if (atEnd) go(event, neighbour(input, 0, 1)); break;
      case "ArrowLeft": if (atStart) go(event, neighbour(input, 0, -1)); break;
      // Enter never sends a half-typed form; it walks down like in a spreadsheet.
      case "Enter": event.preventDefault(); neighbour(input, event.shiftKey ? -1 : 1, 0)?.focus(); break;
      case "Tab": go(event, neighbour(input, 0, event.shiftKey ? -1 : 1)); break;
      case "Escape":
        apply([{ input, to: input.dataset.stored }]);
        input.select();
        break;
      default:
    }
  });

  function fillRight(input) {
    const later = [...input.closest("tr").querySelectorAll(".kim-grid__input")];
    apply(later.slice(later.indexOf(input) + 1).map((one) => ({ input: one, to: input.value })));
  }

  // --- Tools above the grid --------------------------------------------------------------------------------------------

  function button(label, hint, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "kern-btn kern-btn--secondary";
    made.title = hint;
    const text = document.createElement("span");
    text.className = "kern-label";
    text.textContent = label;
    made.append(text);
    made.addEventListener("click", act);
    return made;
  }

  let current = inputs[0] ?? null;
  form.addEventListener("focusin", (event) => {
    if (event.target.classList.contains("kim-grid__input")) current = event.target;
  });
  const tools = document.createElement("div");
  tools.className = "kim-actions kim-grid-tools";
  tools.append(
    button("Rückgängig", "Strg+Z", () => takeBack(done, undone)),
    button("Wiederholen", "Strg+Y", () => takeBack(undone, done)),
    button("Nach rechts füllen", "Strg+R: der Betrag der Zelle gilt auch für die späteren Jahre", () => {
      if (current) fillRight(current);
    }),
  );
  status.after(tools);

  form.querySelector("button[value=raise]")?.addEventListener("click", async (event) => {
    event.preventDefault();
    const first = Number(form.elements.raise_from.value);
    const affected = inputs.filter((input) => keyOf(input).startsWith("p")
      && Number(keyOf(input).split("-")[1]) >= first && cents(input.value));
    const cells = {};
    for (const input of affected) cells[keyOf(input)] = input.value;
    const percent = form.elements.raise_percent;
    try {
      const answer = await ask(form.dataset.raise, { cells, percent: percent.value });
      document.getElementById("raise_percent_error")?.remove();
      percent.removeAttribute("aria-invalid");
      if (answer.errors) {
        percent.setAttribute("aria-invalid", "true");
        percent.setAttribute("aria-describedby", "raise_percent_error");
        const note = document.createElement("div");
        note.className = "kern-error";
        note.id = "raise_percent_error";
        note.textContent = answer.errors.percent;
        percent.after(note);
        percent.focus();
        return;
      }
      apply(affected.map((input) => ({ input, to: answer.cells[keyOf(input)] })));
    } catch {
      status.textContent = "Die Erhöhung ließ sich nicht berechnen; Ihre Eingaben bleiben erhalten.";
    }
  });

  // --- Pasting a block ---------------------------------------------------------------------------------------------------

  const titleOf = (row) => row.querySelector("th span").textContent.trim();
  const plain = (text) => text.replace(BLANKS, "").replace(/\s+/g, " ").toLowerCase();

  // Decide for every pasted row where it goes: by its title where the block has one, otherwise by its place.
  function plan(block, start) {
    const column = start.closest("td").cellIndex;
    const named = block.some((line) => line.length > 1 && cents(line[0]) === undefined && plain(line[0]) !== "");
    const byTitle = new Map(rows.map((row) => [plain(titleOf(row)), row]));
    let place = rows.indexOf(start.closest("tr"));
    const steps = [];
    for (const line of block) {
      if (line.every((text) => plain(text) === "")) continue;
      const row = named ? byTitle.get(plain(line[0])) : rows[place++];
      const values = named ? line.slice(1) : line;
      const step = { label: named ? line[0].trim() : row ? titleOf(row) : "–", cells: [], errors: [] };
      steps.push(step);
      if (!row) {
        step.errors.push(named ? "keine Zeile mit dieser Bezeichnung" : "das Raster hat hier keine Zeile mehr");
        continue;
      }
      // A block with titles starts at its first year when nothing says otherwise: the column of the current cell.
      values.forEach((text, index) => {
        const cell = row.cells[column + index];
        const input = cell?.querySelector(".kim-grid__input");
        const amount = cents(text);
        if (!cell || column + index >= row.cells.length - 1) {
          if (plain(text) !== "") step.errors.push(`„${text.trim()}“ steht rechts außerhalb des Rasters`);
        } else if (amount === undefined || (amount !== null && amount < 0n)) {
          step.errors.push(`„${text.trim()}“ ist kein eindeutiger Betrag`);
        } else if (!input) {
          if (amount !== null) step.errors.push(`die Zelle für „${text.trim()}“ ist gesperrt`);
        } else {
          step.cells.push({ input, to: amount === null ? "" : german(amount) });
        }
      });
    }
    const used = new Set();
    for (const step of steps) {
      for (const { input } of step.cells) {
        if (used.has(input)) step.errors.push("diese Zeile kommt zweimal vor");
        used.add(input);
      }
    }
    return steps;
  }

  function element(name, text, css) {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (css) made.className = css;
    return made;
  }

  function show(steps, start) {
    const dialog = element("dialog", undefined, "kim-paste");
    dialog.setAttribute("aria-labelledby", "paste-title");
    const title = element("h2", "Was wohin eingefügt wird");
    title.id = "paste-title";
    const bad = steps.filter((step) => step.errors.length);
    const say = element("p", bad.length
      ? `${bad.length} von ${steps.length} Zeilen passen nicht. Es wird nichts eingefügt, bis alle passen.`
      : `${steps.length} Zeilen passen.`);
    const region = element("div", undefined, "kim-scroll");
    region.tabIndex = 0;
    region.setAttribute("role", "region");
    region.setAttribute("aria-label", "Vorschau");
    const table = element("table", undefined, "kern-table kim-table");
    const head = table.createTHead().insertRow();
    for (const label of ["Eingefügte Zeile", "Ziel", "Beträge"]) {
      const cell = element("th", label);
      cell.scope = "col";
      head.append(cell);
    }
    const body = table.createTBody();
    for (const step of steps) {
      const row = body.insertRow();
      const head_ = element("th", step.label);
      head_.scope = "row";
      row.append(head_);
      row.insertCell().textContent = step.cells.length
        ? `${titleOf(step.cells[0].input.closest("tr"))}, ab ${keyOf(step.cells[0].input).split("-")[1]}` : "–";
      row.insertCell().textContent = step.errors.length
        ? `Passt nicht: ${step.errors.join("; ")}` : step.cells.map(({ to }) => to || "leer").join(" · ");
    }
    region.append(table);
    const actions = element("p", undefined, "kim-actions");
    const close = () => { dialog.close(); dialog.remove(); start.focus(); };
    if (!bad.length) {
      const take = button("Einfügen, noch nicht speichern", "", () => {
        close();
        apply(steps.flatMap((step) => step.cells));
      });
      take.className = "kern-btn kern-btn--primary";
      actions.append(take);
    }
    actions.append(button("Abbrechen", "", close));
    dialog.append(title, say, region, actions);
    dialog.addEventListener("cancel", close);
    form.after(dialog);
    dialog.showModal();
  }

  form.addEventListener("paste", (event) => {
    const input = event.target;
    if (!input.classList.contains("kim-grid__input")) return;
    const text = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n+$/, "");
    if (!/[\t\n]/.test(text)) return;
    event.preventDefault();
    show(plan(text.split("\n").map((line) => line.split("\t")), input), input);
  });

  // --- What was typed survives a session that ended ----------------------------------------------------------------------

  function keepDraft() {
    const draft = {};
    for (const input of inputs.filter(isChanged)) draft[keyOf(input)] = [input.value, seenOf(input).value];
    try {
      if (Object.keys(draft).length) sessionStorage.setItem(draftName, JSON.stringify(draft));
      else sessionStorage.removeItem(draftName);
    } catch {
      // Storage may be switched off; the form itself still holds everything.
    }
  }

  function restoreDraft() {
    let draft = null;
    try {
      draft = JSON.parse(sessionStorage.getItem(draftName) ?? "null");
    } catch {
      draft = null;
    }
    const saved = document.querySelector(".kim-messages .kern-alert--success");
    const shown = form.querySelector(".kim-error-summary");
    if (!draft || saved || shown) {
      if (saved) sessionStorage.removeItem(draftName);
      return;
    }
    const found = [];
    for (const [key, [text, seen]] of Object.entries(draft)) {
      const input = form.elements[`c-${key}`];
      if (!input) continue;
      // With the version seen back then: if somebody saved meanwhile, it is a conflict and not overwritten.
      seenOf(input).value = seen;
      found.push({ input, to: text });
    }
    apply(found);
    if (found.length) status.textContent = `Wiederhergestellt, noch nicht gespeichert. ${status.textContent}`;
  }

  form.querySelector("a.kern-btn--tertiary")?.addEventListener("click", () => sessionStorage.removeItem(draftName));
  window.addEventListener("beforeunload", (event) => {
    if (inputs.some(isChanged) && !form.dataset.sending) event.preventDefault();
  });
  form.addEventListener("submit", () => { form.dataset.sending = "1"; });

  rows.forEach(sum);
  restoreDraft();
  form.dataset.ready = "1";
})();
