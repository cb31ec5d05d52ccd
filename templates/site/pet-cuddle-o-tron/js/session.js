// Who is signed in, for as long as this page is open. Tokens stay in memory: nothing is left in the browser's storage,
// so a reload asks for the password again.

const EARLY_SECONDS = 60;

export class Session {
  #tokens = null;
  #expires = 0;

  constructor(cognito) {
    this.cognito = cognito;
    this.email = null;
  }

  async signIn(email, password) {
    this.#keep(await this.cognito.signIn(email, password));
    this.email = email;
  }

  async signOut() {
    const refresh = this.#tokens?.RefreshToken;
    this.#tokens = null;
    this.email = null;
    if (refresh) await this.cognito.revoke(refresh);
  }

  // The access token, renewed shortly before it ends.
  async token() {
    if (this.#tokens === null) throw new Error("Nobody is signed in");
    if (Date.now() > this.#expires) {
      const renewed = await this.cognito.refresh(this.#tokens.RefreshToken);
      this.#keep({ RefreshToken: this.#tokens.RefreshToken, ...renewed });
    }
    return this.#tokens.AccessToken;
  }

  #keep(tokens) {
    this.#tokens = tokens;
    this.#expires = Date.now() + (tokens.ExpiresIn - EARLY_SECONDS) * 1000;
  }
}
