// What a person sees and hears: sections, notices, field errors, the list.

const find = (id) => document.getElementById(id);
const SECTIONS = ["sign-in", "sign-up", "confirm", "reminders"];

const STATUS = {
  accepted: "Accepted",
  waiting: "Waiting",
  sending: "Sending",
  sent: "Sent",
  failed: "Failed",
  cancelled: "Cancelled",
};
const CHANNEL = { email: "mail", sms: "text message", both: "mail and text message" };

// A change of section moves the focus to its heading, so that it is read out; the first one on arrival does not.
export function show(section, { arriving = false } = {}) {
  for (const name of SECTIONS) find(name).hidden = name !== section;
  clear();
  if (!arriving) find(section).querySelector("h2").focus();
}

export function clear() {
  for (const id of ["notice", "alert"]) {
    find(id).textContent = "";
    find(id).hidden = true;
  }
  for (const place of document.querySelectorAll(".error")) place.textContent = "";
  for (const field of document.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
}

export function notice(message) {
  find("alert").hidden = true;
  find("notice").textContent = message;
  find("notice").hidden = false;
}

export function failure(message) {
  find("notice").hidden = true;
  find("alert").textContent = message;
  find("alert").hidden = false;
  find("alert").focus();
}

export function fieldError(id, message) {
  find(`${id}-error`).textContent = message;
  find(id).setAttribute("aria-invalid", "true");
  find(id).focus();
}

// A busy button stays where the keyboard left it: it is not disabled, and a second press does nothing.
export async function busy(button, work) {
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  try {
    await work();
  } finally {
    button.removeAttribute("aria-disabled");
  }
}

export function clock(iso) {
  return new Date(iso).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
}

export function list(reminders, cancel) {
  const known = new Map([...find("list").children].map((row) => [row.dataset.id, row]));
  find("list-empty").hidden = reminders.length > 0;
  const rows = reminders.map((reminder) => {
    const row = known.get(reminder.id) ?? newRow(reminder, cancel);
    fill(row, reminder);
    return row;
  });
  // Rows that stay are not moved, so that focus and reading position are kept.
  rows.forEach((row, index) => {
    const here = find("list").children[index];
    if (here !== row) find("list").insertBefore(row, here ?? null);
  });
  while (find("list").children.length > rows.length) find("list").lastElementChild.remove();
}

function newRow(reminder, cancel) {
  const row = document.createElement("li");
  row.dataset.id = reminder.id;
  row.append(part("p", "what"), part("p", "when"), part("p", "state"), part("p", "reasons error"));
  const button = document.createElement("button");
  button.type = "button";
  button.className = "plain cancel";
  button.textContent = "Cancel";
  button.setAttribute("aria-label", `Cancel: ${reminder.message}`);
  button.addEventListener("click", () => busy(button, () => cancel(reminder)));
  row.append(button);
  return row;
}

function fill(row, reminder) {
  const set = (name, value) => {
    const place = row.querySelector(`.${name}`);
    if (place.textContent !== value) place.textContent = value;
  };
  set("what", reminder.message);
  set("when", `${clock(reminder.due_at)}, by ${CHANNEL[reminder.channel] ?? reminder.channel}`);
  set("state", STATUS[reminder.status] ?? reminder.status);
  row.querySelector(".state").dataset.status = reminder.status;
  set("reasons", reasons(reminder));
  const button = row.querySelector(".cancel");
  const over = !["accepted", "waiting"].includes(reminder.status);
  if (over && document.activeElement === button) find("new-heading").focus();
  button.hidden = over;
}

function reasons({ channels = {} }) {
  return Object.entries(channels)
    .filter(([, channel]) => channel.reason)
    .map(([name, channel]) => `${CHANNEL[name] ?? name}: ${channel.reason.message ?? channel.reason.code}`)
    .join("; ");
}

function part(tag, className) {
  const element = document.createElement(tag);
  element.className = className;
  return element;
}
