// Wires the page together: everything it needs to know of its deployment is in config.json.

import { Api } from "./api.js";
import { Cognito } from "./cognito.js";
import { Reminders } from "./reminders.js";
import { Session } from "./session.js";
import * as view from "./view.js";

const find = (id) => document.getElementById(id);

function onSubmit(id, work) {
  const form = find(id);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    view.busy(form.querySelector("[type=submit]"), async () => {
      view.clear();
      for (const input of form.querySelectorAll("input[required]")) {
        if (!input.checkValidity()) return view.fieldError(input.id, input.validationMessage);
      }
      try {
        await work(form);
      } catch (error) {
        view.failure(error.message);
      }
    });
  });
}

async function start() {
  const config = await (await fetch("config.json", { cache: "no-store" })).json();
  const cognito = new Cognito(config);
  const session = new Session(cognito);
  const api = new Api(config.apiUrl, () => session.token());
  const ended = (message) => {
    reminders.close();
    view.show("sign-in");
    view.notice(message);
  };
  const reminders = new Reminders(api, () => ended("Your session has ended. Sign in again."));
  let unconfirmed = { email: "", password: "" };

  const enter = async (email, password) => {
    try {
      await session.signIn(email, password);
    } catch (error) {
      if (error.code !== "UserNotConfirmedException") throw error;
      return askForCode(email, password);
    }
    find("who").textContent = email;
    find("sign-in-form").reset();
    find("sign-up-form").reset();
    view.show("reminders");
    await reminders.open();
  };
  const askForCode = (email, password) => {
    unconfirmed = { email, password };
    find("confirm-address").textContent = email;
    view.show("confirm");
  };

  onSubmit("sign-in-form", (form) => enter(form.email.value, form.password.value));
  onSubmit("sign-up-form", async (form) => {
    await cognito.signUp(form.email.value, form.password.value);
    askForCode(form.email.value, form.password.value);
  });
  onSubmit("confirm-form", async (form) => {
    const { email, password } = unconfirmed;
    await cognito.confirm(email, form.code.value.trim());
    form.reset();
    unconfirmed = { email: "", password: "" };
    await enter(email, password);
  });
  find("resend").addEventListener("click", () =>
    view.busy(find("resend"), async () => {
      try {
        await cognito.resend(unconfirmed.email);
        view.notice("Another code was sent.");
      } catch (error) {
        view.failure(error.message);
      }
    }),
  );
  find("sign-out").addEventListener("click", async () => {
    ended("You are signed out.");
    await session.signOut().catch(() => view.failure("You are signed out here; the service could not be told."));
  });
  for (const button of document.querySelectorAll("[data-show]")) {
    button.addEventListener("click", () => view.show(button.dataset.show));
  }
  view.show("sign-in", { arriving: true });
}

start().catch(() => view.failure("This page is not set up: its config.json can't be read."));
