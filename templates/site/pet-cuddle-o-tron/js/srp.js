// Secure Remote Password as Cognito speaks it: the password never leaves this page.
// RFC 5054 (3072-bit group, appendix A), RFC 5869 (key derivation), and the USER_SRP_AUTH flow in
// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html

const N_HEX =
  "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD" +
  "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED" +
  "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F" +
  "83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B" +
  "E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510" +
  "15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7" +
  "ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C" +
  "BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF";
const N = BigInt("0x" + N_HEX);
const G = 2n;
const INFO = new Uint8Array([...new TextEncoder().encode("Caldera Derived Key"), 1]);

const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
const hex = (array) => Array.from(array, (byte) => byte.toString(16).padStart(2, "0")).join("");
const text = (string) => new TextEncoder().encode(string);
const join = (...arrays) => Uint8Array.from(arrays.flatMap((array) => [...array]));

// Numbers travel as two's complement: a leading zero byte keeps a high first bit from reading as a minus sign.
function padded(number) {
  let digits = number.toString(16);
  if (digits.length % 2) digits = "0" + digits;
  return bytes(/^[89a-f]/.test(digits) ? "00" + digits : digits);
}

async function sha256(array) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", array));
}

async function hmac(key, array) {
  const imported = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, array));
}

function power(base, exponent) {
  let result = 1n;
  for (let square = base % N; exponent > 0n; exponent >>= 1n, square = (square * square) % N) {
    if (exponent & 1n) result = (result * square) % N;
  }
  return result;
}

const number = (array) => BigInt("0x" + hex(array));

// Cognito wants "Tue Nov 3 09:05:07 UTC 2026": English names, no leading zero in the day.
export function timestamp(date) {
  const [weekday, day, month, year, time] = date.toUTCString().replace(",", "").split(" ");
  return `${weekday} ${month} ${Number(day)} ${time} UTC ${year}`;
}

// Begin: a secret `a` for this sign-in, and the public value to send.
export function begin() {
  const a = number(crypto.getRandomValues(new Uint8Array(128))) % N;
  const publicValue = power(G, a);
  return { a, publicValue, srpA: publicValue.toString(16) };
}

// Answer Cognito's challenge: proof of the password, bound to the secret block and the time.
export async function answer({ a, publicValue }, challenge, poolId, password, now = new Date()) {
  const serverValue = BigInt("0x" + challenge.SRP_B);
  if (serverValue % N === 0n) throw new Error("The server's SRP value is not valid");
  const user = challenge.USER_ID_FOR_SRP;
  const pool = poolId.split("_")[1];
  const k = number(await sha256(join(padded(N), padded(G))));
  const u = number(await sha256(join(padded(publicValue), padded(serverValue))));
  if (u === 0n) throw new Error("The SRP exchange is not valid");
  const identity = await sha256(text(`${pool}${user}:${password}`));
  const x = number(await sha256(join(padded(BigInt("0x" + challenge.SALT)), identity)));
  const base = (((serverValue - k * power(G, x)) % N) + N) % N;
  const shared = power(base, a + u * x);
  const key = (await hmac(await hmac(padded(u), padded(shared)), INFO)).slice(0, 16);
  const when = timestamp(now);
  const block = Uint8Array.from(atob(challenge.SECRET_BLOCK), (character) => character.charCodeAt(0));
  const signature = await hmac(key, join(text(pool), text(user), block, text(when)));
  return {
    USERNAME: user,
    TIMESTAMP: when,
    PASSWORD_CLAIM_SECRET_BLOCK: challenge.SECRET_BLOCK,
    PASSWORD_CLAIM_SIGNATURE: btoa(String.fromCharCode(...signature)),
  };
}
