// The reminders API. Every answer that is not a success is thrown, so that none can be shown as one.

export class ApiError extends Error {
  constructor(status, { code, message, field } = {}) {
    super(message ?? "The service could not do that");
    this.status = status;
    this.code = code ?? "unknown";
    this.field = field;
  }
}

export class Api {
  // `token` returns a promise of the access token to send.
  constructor(apiUrl, token) {
    this.url = apiUrl;
    this.token = token;
  }

  // The key makes a repeat safe: the same key with the same reminder is one reminder.
  create(reminder, idempotencyKey) {
    const headers = { "content-type": "application/json", "idempotency-key": idempotencyKey };
    return this.#call("POST", "/reminders", { headers, body: JSON.stringify(reminder) });
  }

  list(cursor) {
    const query = new URLSearchParams({ limit: "20", ...(cursor ? { cursor } : {}) });
    return this.#call("GET", `/reminders?${query}`);
  }

  cancel(id) {
    return this.#call("DELETE", `/reminders/${encodeURIComponent(id)}`);
  }

  async #call(method, path, { headers = {}, body } = {}) {
    const authorization = `Bearer ${await this.token()}`;
    let response;
    try {
      response = await fetch(this.url + path, { method, headers: { ...headers, authorization }, body });
    } catch {
      throw new ApiError(0, {
        code: "unreachable",
        message: "The reminder service can't be reached. It is safe to try again.",
      });
    }
    const answer = await response.json().catch(() => null);
    if (!response.ok) throw new ApiError(response.status, answer?.error ?? { message: answer?.message });
    if (answer === null) throw new ApiError(response.status, { message: "The service's answer can't be read" });
    return answer;
  }
}
