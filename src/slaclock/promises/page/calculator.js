/* The form of the page: an opening that its visitor picks, and when each target is due for it. */
"use strict";

{
  const data = JSON.parse(document.getElementById("tables").textContent);
  const page = readTables(data);
  const part = name => document.getElementById(name);
  const [date, time, second, note] = ["date", "time", "second", "note"].map(part);

  /* The local time that is picked, as microseconds since 1970 began on a clock of its own; null where it is none. */
  function picked() {
    const at = Date.parse(`${date.value}T${time.value}Z`);
    return Number.isNaN(at) ? null : BigInt(at) * 1000n;
  }

  /* The instant that is meant by a local time, and what has to be said of it. */
  function meant(local) {
    const instants = instantsOf(page.offsets, local);
    second.parentElement.hidden = instants.length < 2;
    if (instants.length === 0) {
      const instant = skippedInstant(page.offsets, local);
      return [instant, `The clocks skip that time; ${instantText(page.offsets, instant)} is meant.`];
    }
    const which = instants.length > 1 && second.checked ? 1 : 0;
    const order = which ? "second" : "first";
    return [instants[which], instants.length > 1 ? `That time comes twice; its ${order} occurrence is meant.` : ""];
  }

  /* What is said of one target, for an opening. */
  function answer(target, opened) {
    const due = dueOf(page.tables[target.due], page.start, opened);
    if (due === null) return null;
    const by = instantText(page.offsets, due);
    if (target.from === null) return [`${target.by} ${by}`, waitText(due - opened)];
    const from = dueOf(page.tables[target.from], page.start, opened);
    return [`from ${instantText(page.offsets, from)} to ${by}`, waitText(due - opened)];
  }

  function show() {
    const local = picked();
    const rows = [...part("answers").tBodies[0].rows];
    if (local === null) {
      note.textContent = "Give a date and a time.";
      return rows.forEach(row => fill(row, ["", ""]));
    }
    const [opened, said] = meant(local);
    const answers = data.targets.map(target => answer(target, opened));
    const known = opened >= page.start && opened < BigInt(data.end);
    const outside = known ? data.uncovered : data.outside;
    note.textContent = answers.includes(null) ? outside : `${instantText(page.offsets, opened)}. ${said}`.trim();
    rows.forEach((row, number) => fill(row, answers[number] ?? ["", ""]));
  }

  function fill(row, texts) {
    texts.forEach((text, number) => { row.cells[row.cells.length - 2 + number].textContent = text; });
  }

  /* The opening that the page's address names, such as #2026-12-24T15:00, or else now, or the page's own example. */
  function first() {
    const named = /^#(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})$/.exec(location.hash);
    if (named) return named.slice(1);
    const now = BigInt(Date.now()) * 1000n;
    if (now < page.start || now >= BigInt(data.end)) return data.example;
    const local = now + offsetAt(page.offsets, now);
    return new Date(Number(local / 1000n)).toISOString().slice(0, 16).split("T");
  }

  function start() {
    [date.value, time.value] = first();
    second.checked = false;
    show();
  }

  [date, time, second].forEach(field => field.addEventListener("input", show));
  addEventListener("hashchange", start);
  part("ask").addEventListener("submit", event => event.preventDefault());
  part("calculator").hidden = false;
  start();
}
