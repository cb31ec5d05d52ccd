// The few calls of Amazon Cognito that a page may make unsigned.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/

import * as srp from "./srp.js";

export class CognitoError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

export class Cognito {
  constructor({ cognitoEndpoint, userPoolId, clientId }) {
    this.endpoint = cognitoEndpoint;
    this.poolId = userPoolId;
    this.clientId = clientId;
  }

  signUp(email, password) {
    const attributes = [{ Name: "email", Value: email }];
    return this.#call("SignUp", { Username: email, Password: password, UserAttributes: attributes });
  }

  confirm(email, code) {
    return this.#call("ConfirmSignUp", { Username: email, ConfirmationCode: code });
  }

  resend(email) {
    return this.#call("ResendConfirmationCode", { Username: email });
  }

  async signIn(email, password) {
    const exchange = srp.begin();
    const begun = await this.#call("InitiateAuth", {
      AuthFlow: "USER_SRP_AUTH",
      AuthParameters: { USERNAME: email, SRP_A: exchange.srpA },
    });
    if (begun.ChallengeName !== "PASSWORD_VERIFIER") throw this.#unexpected(begun);
    const ended = await this.#call("RespondToAuthChallenge", {
      ChallengeName: "PASSWORD_VERIFIER",
      Session: begun.Session,
      ChallengeResponses: await srp.answer(exchange, begun.ChallengeParameters, this.poolId, password),
    });
    if (!ended.AuthenticationResult) throw this.#unexpected(ended);
    return ended.AuthenticationResult;
  }

  async refresh(refreshToken) {
    const answer = await this.#call("InitiateAuth", {
      AuthFlow: "REFRESH_TOKEN_AUTH",
      AuthParameters: { REFRESH_TOKEN: refreshToken },
    });
    return answer.AuthenticationResult;
  }

  // Signing out here ends the session at Cognito too: the refresh token is of no more use to anyone.
  revoke(refreshToken) {
    return this.#call("RevokeToken", { Token: refreshToken });
  }

  #unexpected(answer) {
    return new CognitoError("UnexpectedChallenge", `This page can't do the step "${answer.ChallengeName}"`);
  }

  async #call(operation, body) {
    let response;
    try {
      response = await fetch(this.endpoint, {
        method: "POST",
        headers: {
          "content-type": "application/x-amz-json-1.1",
          "x-amz-target": `AWSCognitoIdentityProviderService.${operation}`,
        },
        body: JSON.stringify({ ClientId: this.clientId, ...body }),
      });
    } catch {
      throw new CognitoError("Unreachable", "The sign-in service can't be reached. Nothing was done; try again.");
    }
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) {
      const code = String(answer.__type ?? response.status).split("#").pop();
      throw new CognitoError(code, answer.message ?? answer.Message ?? "The sign-in service refused");
    }
    return answer;
  }
}
