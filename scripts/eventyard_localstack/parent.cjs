// Loaded before kinesis-local, which has a session of its own: when LocalStack is killed, nobody else would end it.
const parent = process.ppid;

setInterval(() => {
  if (process.ppid !== parent) {
    process.exit(1);
  }
}, 1000).unref();
