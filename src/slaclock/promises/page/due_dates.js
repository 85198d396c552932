/* When what opens at an instant is due, by tables of whole numbers that the page carries.

   An instant is a BigInt of microseconds since 1970-01-01T00:00Z. No rule of a calendar is known here: a table lists
   lines, each of some openings in a row, and in a line the due date is the first one's, plus a fraction rounded up. */
"use strict";

const SECOND = 1000000n, MINUTE = 60n * SECOND, HOUR = 60n * MINUTE, DAY = 24n * HOUR;
const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/* The quotient of two numbers, the second more than 0, rounded down. */
function floorOf(number, by) {
  const quotient = number / by;
  return number % by < 0n ? quotient - 1n : quotient;
}

/* Texts such as "5400000000 7200000000 1 1 0" as lists of numbers. */
function numbersOf(texts) {
  return texts.map(text => text.split(" ").map(BigInt));
}

/* The tables of a page, ready to be asked. */
function readTables(data) {
  return {
    start: BigInt(data.start),
    offsets: numbersOf(data.offsets),
    tables: data.tables.map(table => ({lines: numbersOf(table.lines), order: table.order})),
  };
}

/* When what opens at an instant is due; null where nothing that opens then is in the table. */
function dueOf(table, start, opened) {
  let first = start;
  for (const number of opened < start ? [] : table.order) {
    const [size, wait, rise, run, ahead] = table.lines[number];
    if (opened < first + size) {
      return wait === undefined ? null : first + wait - floorOf(ahead - (opened - first) * rise, run);
    }
    first += size;
  }
  return null;
}

/* The offset from UTC at an instant. */
function offsetAt(offsets, instant) {
  return offsets.findLast(([from], number) => from <= instant || number === 0)[1];
}

/* The instants that have a local time, the earlier first: two where clocks go back, none where they go forward. */
function instantsOf(offsets, local) {
  const instants = offsets.map(([, offset]) => local - offset);
  return [...new Set(instants.filter(instant => offsetAt(offsets, instant) === local - instant))].sort(inOrder);
}

function inOrder(one, other) {
  return one < other ? -1 : one > other ? 1 : 0;
}

/* The instant that is meant by a local time which the clocks skip: that by the offset before the change. */
function skippedInstant(offsets, local) {
  const change = offsets.findIndex(([from, offset], number) => number > 0 && local - offset < from
    && from <= local - offsets[number - 1][1]);
  return local - offsets[change - 1][1];
}

/* A number in two digits. */
function two(number) {
  return String(number).padStart(2, "0");
}

/* An instant for reading, such as "Fri 6 Apr 2018 16:30", cut to seconds; where the time comes twice with its offset. */
function instantText(offsets, instant) {
  const offset = offsetAt(offsets, instant), local = instant + offset;
  const at = new Date(Number(floorOf(local, SECOND)) * 1000);
  const day = `${WEEKDAYS[at.getUTCDay()]} ${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]}`;
  const year = String(at.getUTCFullYear()).padStart(4, "0");
  const seconds = at.getUTCSeconds() ? `:${two(at.getUTCSeconds())}` : "";
  const twice = instantsOf(offsets, local).length > 1 ? offsetText(offset) : "";
  return `${day} ${year} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}${seconds}${twice}`;
}

/* An offset such as "+01:00". */
function offsetText(offset) {
  const size = offset < 0n ? -offset : offset, seconds = size / SECOND % 60n;
  const text = `${offset < 0n ? "-" : "+"}${two(size / HOUR)}:${two(size / MINUTE % 60n)}`;
  return seconds ? `${text}:${two(seconds)}` : text;
}

/* A length of plain time for reading, such as "4 d 17 h", cut to minutes, or below an hour to seconds. */
function waitText(wait) {
  if (wait > 0n && wait < SECOND) return `0.${String(wait).padStart(6, "0").replace(/0+$/, "")} s`;
  const days = wait / DAY, hours = wait / HOUR % 24n, minutes = wait / MINUTE % 60n;
  const seconds = wait < HOUR ? wait / SECOND % 60n : 0n;
  const parts = [[days, "d"], [hours, "h"], [minutes, "min"], [seconds, "s"]].filter(([number]) => number);
  return parts.map(([number, unit]) => `${number} ${unit}`).join(" ") || "0 min";
}
