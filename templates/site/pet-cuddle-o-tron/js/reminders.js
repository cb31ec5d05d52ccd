// The signed-in half of the page: ask for a reminder, watch it, cancel it.

import * as view from "./view.js";

const POLL_MS = 2000;
const POLL_AFTER_FAILURE_MS = 10000;
const LONGEST_SECONDS = 30 * 86400;
const UNFINISHED = ["accepted", "waiting", "sending"];
const find = (id) => document.getElementById(id);
const hasEnded = (error) => error.status === 401 || error.code === "NotAuthorizedException";

export class Reminders {
  #timer = null;
  #pages = [];
  #pending = null;

  constructor(api, signedOut) {
    this.api = api;
    this.signedOut = signedOut;
    const form = find("reminder-form");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      view.busy(form.querySelector("[type=submit]"), () => this.#create(form));
    });
    form.addEventListener("change", () => {
      for (const part of form.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== form.when.value;
    });
    find("more").addEventListener("click", () => view.busy(find("more"), () => this.#more()));
  }

  async open() {
    await this.#guard(() => this.#refresh());
  }

  close() {
    clearTimeout(this.#timer);
    this.#pages = [];
    this.#pending = null;
    view.list([], () => {});
  }

  async #create(form) {
    view.clear();
    const wanted = this.#read(form);
    if (!wanted) return;
    const text = JSON.stringify(wanted);
    // A repeat of what may already have arrived keeps its key; anything else is a new reminder.
    if (this.#pending?.text !== text) this.#pending = { text, key: crypto.randomUUID() };
    view.notice("Asking for the reminder…");
    await this.#guard(async () => {
      const reminder = await this.api.create(wanted, this.#pending.key);
      this.#pending = null;
      form.message.value = "";
      view.notice(`Accepted: it comes at ${view.clock(reminder.due_at)}.`);
      await this.#refresh();
    });
  }

  #read(form) {
    const message = form.message.value.trim();
    if (!message) return view.fieldError("message", "Say what to remind you of");
    const wanted = { message, channel: form.channel.value };
    if (form.when.value === "at") {
      const at = new Date(form.at.value);
      if (Number.isNaN(at.getTime())) return view.fieldError("at", "Choose a date and a time");
      const away = (at.getTime() - Date.now()) / 1000;
      if (away < 1 || away > LONGEST_SECONDS) return view.fieldError("at", "Choose a time within the next 30 days");
      return { ...wanted, at: at.toISOString() };
    }
    const seconds = Number(form.amount.value) * Number(form.unit.value);
    if (!Number.isInteger(seconds) || seconds < 1 || seconds > LONGEST_SECONDS) {
      return view.fieldError("amount", "Choose between 1 second and 30 days");
    }
    return { ...wanted, seconds };
  }

  async #cancel(reminder) {
    await this.#guard(async () => {
      await this.api.cancel(reminder.id);
      view.notice(`Cancelled: ${reminder.message}`);
      await this.#refresh();
    });
  }

  // The first page is read again, older ones are kept as they were.
  async #refresh() {
    clearTimeout(this.#timer);
    const first = await this.api.list();
    this.#pages = [first, ...this.#pages.slice(1)];
    this.#draw();
    if (first.reminders.some(({ status }) => UNFINISHED.includes(status))) this.#later(POLL_MS);
  }

  #later(milliseconds) {
    this.#timer = setTimeout(() => this.#poll(), milliseconds);
  }

  // Looking again is nobody's wish of this moment: its failure is told, but takes no focus, and it goes on.
  async #poll() {
    try {
      await this.#refresh();
    } catch (error) {
      if (hasEnded(error)) return this.signedOut();
      view.notice("The list can't be brought up to date now. Trying again.");
      this.#later(POLL_AFTER_FAILURE_MS);
    }
  }

  async #more() {
    await this.#guard(async () => {
      this.#pages.push(await this.api.list(this.#pages.at(-1).cursor));
      this.#draw();
    });
  }

  #draw() {
    const seen = new Map(this.#pages.flatMap((page) => page.reminders).reverse().map((one) => [one.id, one]));
    view.list([...seen.values()].reverse(), (reminder) => this.#cancel(reminder));
    find("more").hidden = !this.#pages.at(-1)?.cursor;
  }

  // Failures are shown as what they are; only a session that has ended sends the person back to the sign-in.
  async #guard(work) {
    try {
      await work();
    } catch (error) {
      if (hasEnded(error)) return this.signedOut();
      const field = { message: "message", minutes: "amount", seconds: "amount", at: "at" }[error.field];
      if (field) {
        view.clear();
        view.fieldError(field, error.message);
      } else {
        view.failure(error.message);
      }
    }
  }
}
