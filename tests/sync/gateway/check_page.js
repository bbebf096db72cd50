// Runs the program of the page that checks slips, outside a browser. On standard input JSON:
// {program, codes: [[code, trust], ...]} answers each by the program's own check, or
// {program, page: {hash, capable, press, text, trust, answer}} opens the page with as much of a
// browser as it uses, and tells what was asked of the gateway and what can be read.
"use strict";
const fs = require("fs");
const vm = require("vm");
const {webcrypto} = require("crypto");
const asked = JSON.parse(fs.readFileSync(0, "utf8"));
const source = fs.readFileSync(asked.program, "utf8");

function element(id) {
  return {
    id, textContent: "", className: "", hidden: false, style: {}, value: "", children: [], onclick: null,
    appendChild(child) { this.children.push(child); },
  };
}

async function opened(page) {
  const elements = {}, sent = [];
  const document = {
    getElementById: (id) => (elements[id] = elements[id] || element(id)),
    createElement: (kind) => element(kind),
  };
  const window = {location: {hash: page.hash}, onhashchange: null};
  if (page.capable) { Object.assign(window, {crypto: webcrypto, TextDecoder, Promise}); }
  class XMLHttpRequest {
    open(method, path) { this.path = path; this.method = method; }
    setRequestHeader() {}
    send(body) {
      sent.push([this.method, this.path, body || ""]);
      this.status = 200;
      this.responseText = JSON.stringify(this.method === "POST" ? page.answer : page.trust);
      setTimeout(() => this.onload(), 0);
    }
  }
  const world = {window, document, XMLHttpRequest};
  if (page.capable) { Object.assign(world, {TextDecoder, TextEncoder, Uint8Array}); }
  vm.runInNewContext(source, world);
  await new Promise((done) => setTimeout(done, 150));
  const before = elements.said.textContent, offered = !elements.ask.hidden;
  if (page.press) {
    if (page.text) { document.getElementById("text").value = page.text; }
    elements[page.press].onclick();
    await new Promise((done) => setTimeout(done, 150));
  }
  const rows = elements.facts.children.map((child) => child.textContent);
  return {before, offered, said: elements.said.textContent, tone: elements.said.className, facts: rows, sent};
}

async function main() {
  if (asked.page) { return opened(asked.page); }
  const {check} = require(asked.program);
  const answers = [];
  for (const [code, trust] of asked.codes) { answers.push(await check(code, trust, webcrypto.subtle)); }
  return answers;
}

main().then((result) => process.stdout.write(JSON.stringify(result)));
