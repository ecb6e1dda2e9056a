// A peer on Node's tls module: key=value arguments in, one tiny exchange per connection.
"use strict";
const fs = require("fs");
const tls = require("tls");

const REQUEST = "GET /answer HTTP/1.0\r\n\r\n";
const ANSWER = "HTTP/1.0 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
const options = Object.fromEntries(process.argv.slice(2).map((word) => [
  word.slice(0, word.indexOf("=")), word.slice(word.indexOf("=") + 1)]));

function common() {
  const settings = { minVersion: options.version === "1.0" ? "TLSv1" : `TLSv${options.version}` };
  // OpenSSL would add what it finds among its authorities to the chain that it sends.
  if (options.role === "client" || options.ask !== "no") settings.ca = fs.readFileSync(options.trust);
  settings.maxVersion = settings.minVersion;
  if (options.chain) {
    settings.cert = fs.readFileSync(options.chain);
    settings.key = fs.readFileSync(options.key);
  }
  if (options.ciphers) settings.ciphers = options.ciphers;
  if (options.groups) settings.ecdhCurve = options.groups;
  return settings;
}

function keep(line) {
  fs.appendFileSync(options.keylog, line);
}

function serve() {
  const asking = { requestCert: options.ask !== "no", rejectUnauthorized: options.ask === "require" };
  const server = tls.createServer({ ...common(), ...asking }, (socket) => {
    socket.on("error", (error) => console.error(error.code, error.message));
    socket.once("data", () => socket.end(ANSWER));
  });
  server.on("keylog", keep);
  server.on("tlsClientError", (error) => console.error(error.code, error.message));
  server.listen(Number(options.port), options.host);
}

function ask(left, session) {
  if (left === 0) return;
  const target = { host: options.host, port: Number(options.port), session };
  if (options.name) target.servername = options.name;
  else target.checkServerIdentity = () => undefined;
  const socket = tls.connect({ ...common(), ...target }, () => socket.write(REQUEST));
  let newest = session;
  socket.setTimeout(8000, () => socket.destroy());
  socket.on("keylog", keep);
  socket.on("session", (given) => { newest = given; });
  socket.on("error", (error) => console.error(error.code, error.message));
  socket.on("data", () => undefined);
  socket.on("close", () => ask(left - 1, newest));
}

if (options.role === "server") serve();
else ask(Number(options.connections));
