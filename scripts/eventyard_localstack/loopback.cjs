// Loaded before kinesis-local, which listens on every interface and has no setting for another address.
const net = require("node:net");

const listen = net.Server.prototype.listen;

net.Server.prototype.listen = function (...given) {
  const [where] = given;
  if (where !== null && typeof where === "object" && "port" in where) {
    return listen.call(this, { ...where, host: "127.0.0.1" }, ...given.slice(1));
  }
  if (typeof where === "number" || /^\d+$/.test(where)) {
    const rest = typeof given[1] === "string" || given[1] === undefined ? given.slice(2) : given.slice(1);
    return listen.call(this, where, "127.0.0.1", ...rest);
  }
  return listen.apply(this, given);
};
