// Checks the code of a slip or proof in a browser; the rules are those of sync/proof_code.py.
// Without Ed25519 in the browser's own WebCrypto the gateway is asked, once the person wishes it.
// The part that every old browser reads is ECMAScript 5.
(function () {
  "use strict";
  var LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"; // base 32 of RFC 4648
  var SLIP = "doorstep slip 1\n", PROOF = "doorstep proof 1\n", TERMINAL_KEY = "doorstep terminal key 1\n";

  function base32(text) {
    var bytes = [], bits = 0, held = 0, i, value;
    for (i = 0; i < text.length; i += 1) {
      value = LETTERS.indexOf(text.charAt(i));
      if (value < 0) { throw new Error("letters"); }
      held = (held << 5) | value;
      bits += 5;
      if (bits >= 8) {
        bits -= 8;
        bytes.push((held >> bits) & 255);
        held &= (1 << bits) - 1;
      }
    }
    if (bits > 4 || held !== 0) { throw new Error("another spelling"); }
    return new Uint8Array(bytes);
  }

  // As much of MessagePack as a code has: arrays, bytes, text, whole numbers, nil.
  function unpacked(bytes) {
    var at = 0;
    function number(size) {
      var value = 0, end = at + size;
      if (end > bytes.length) { throw new Error("short"); }
      for (; at < end; at += 1) { value = value * 256 + bytes[at]; }
      return value;
    }
    function slice(size) {
      if (at + size > bytes.length) { throw new Error("short"); }
      at += size;
      return bytes.slice(at - size, at);
    }
    function text(size) { return new TextDecoder("utf-8", {fatal: true, ignoreBOM: true}).decode(slice(size)); }
    function array(size) {
      var all = [];
      if (size > 8) { throw new Error("long"); }
      for (; size > 0; size -= 1) { all.push(one()); }
      return all;
    }
    function one() {
      var kind = number(1);
      if (kind < 0x80) { return kind; }
      if (kind >= 0x90 && kind < 0xa0) { return array(kind & 15); }
      if (kind >= 0xa0 && kind < 0xc0) { return text(kind & 31); }
      switch (kind) {
        case 0xc0: return null;
        case 0xc4: return slice(number(1));
        case 0xc5: return slice(number(2));
        case 0xcc: return number(1);
        case 0xcd: return number(2);
        case 0xce: return number(4);
        case 0xd9: return text(number(1));
        default: throw new Error("kind");
      }
    }
    var value = one();
    if (at !== bytes.length) { throw new Error("more"); }
    return value;
  }

  function isBytes(value, size) { return value instanceof Uint8Array && (!size || value.length === size); }
  function isWhole(value) { return typeof value === "number"; }

  // {number, words, signature, terminal, key, vouched}, or a refusal as text.
  function read(text) {
    var code = text.replace(/^\s+|\s+$/g, ""), dot, lead, packed, vouched;
    code = code.slice(code.lastIndexOf("#") + 1);
    dot = code.indexOf(".");
    lead = code.slice(0, Math.max(dot, 0)).lastIndexOf("/") + 1;
    if (dot < 0 || !lead) { return "not_ours"; }
    try { packed = unpacked(base32(code.slice(dot + 1))); } catch (error) { return "changed"; }
    vouched = Array.isArray(packed) ? packed[2] : null;
    if (!Array.isArray(packed) || packed.length !== 3 || !isBytes(packed[0]) || !isBytes(packed[1], 64)) { return "changed"; }
    if (vouched !== null && !(Array.isArray(vouched) && vouched.length === 3 && typeof vouched[0] === "string" &&
        vouched[0] && isBytes(vouched[1], 32) && isBytes(vouched[2], 64))) { return "changed"; }
    return {number: code.slice(lead, dot), words: packed[0], signature: packed[1], terminal: vouched ? vouched[0] : "",
      key: vouched && vouched[1], vouched: vouched && vouched[2]};
  }

  // What was signed, with the names of the gateway's own answer.
  function said(code) {
    var all;
    try { all = unpacked(code.words); } catch (error) { return {refusal: "changed"}; }
    if (!Array.isArray(all) || all.length < 3 || all.length > 5 || !isWhole(all[0]) || typeof all[1] !== "string" ||
        typeof all[2] !== "string") { return {refusal: "changed"}; }
    if ((all.length > 3 && !isWhole(all[3])) || (all.length > 4 && typeof all[4] !== "string")) { return {refusal: "changed"}; }
    return {refusal: "", number: code.number, minutes: all[0], item: all[1], person: all[2], pages: all[3] || 0,
      official_end: all[4] || "", terminal: code.terminal};
  }

  function joined() {
    var parts = [], size = 0, whole, at = 0, i;
    for (i = 0; i < arguments.length; i += 1) {
      parts.push(typeof arguments[i] === "string" ? new TextEncoder().encode(arguments[i]) : arguments[i]);
      size += parts[i].length;
    }
    whole = new Uint8Array(size);
    for (i = 0; i < parts.length; i += 1) { whole.set(parts[i], at); at += parts[i].length; }
    return whole;
  }

  function hex(bytes) {
    return Array.prototype.map.call(new Uint8Array(bytes), function (one) { return (one + 256).toString(16).slice(1); }).join("");
  }

  function unhex(text) {
    return new Uint8Array((text.match(/../g) || []).map(function (pair) { return parseInt(pair, 16); }));
  }

  function holds(subtle, key, signature, content) {
    return subtle.importKey("raw", key, {name: "Ed25519"}, false, ["verify"]).then(function (known) {
      return subtle.verify({name: "Ed25519"}, known, signature, content);
    });
  }

  // A promise of what the gateway would answer. It fails where the browser has no Ed25519.
  function check(text, trust, subtle) {
    var code = read(text), gateway = unhex(trust.gateway);
    if (typeof code === "string") { return Promise.resolve({refusal: code}); }
    if (!code.vouched) {
      return holds(subtle, gateway, code.signature, joined(PROOF, code.number, "\n", code.words)).then(function (good) {
        return good ? said(code) : {refusal: "changed"};
      });
    }
    return holds(subtle, gateway, code.vouched, joined(TERMINAL_KEY, code.terminal, "\n", code.key)).then(function (known) {
      if (!known) { return {refusal: "unknown_terminal"}; }
      return holds(subtle, code.key, code.signature, joined(SLIP, code.number, "\n", code.words)).catch(function () {
        return false; // the key is no key
      }).then(function (good) {
        if (!good) { return {refusal: "changed"}; }
        return subtle.digest("SHA-256", code.key).then(function (name) {
          return trust.revoked.indexOf(hex(name)) < 0 ? said(code) : {refusal: "revoked"};
        });
      });
    });
  }

  if (typeof module !== "undefined") { module.exports = {check: check}; return; }

  // -- the page

  var SAID = {
    good: "是真的，没有改动过。 진짜이며 고친 곳이 없습니다.",
    waiting: "正在核对…… 확인하는중",
    none: "请把二维码里的字粘贴到下面。 코드의 글을 아래에 붙이십시오.",
    ask: "还没有核对。 아직 확인하지 않았습니다.",
    offline: "连不上网关，没有核对成。请过一会儿再试。 망에 련결하지 못하였습니다.",
    not_ours: "没法核对：这个二维码里没有签名。 이 코드에는 서명이 없습니다.",
    changed: "不能用：二维码的内容被改动过。 코드의 내용이 고쳐졌습니다.",
    unknown_terminal: "不能用：打印它的终端没有登记过。 등록되지 않은 기계입니다.",
    revoked: "不能用：打印它的终端已经停用。 사용이 중지된 기계입니다."
  };
  var byId = function (id) { return document.getElementById(id); }, asked = "";

  function show(id, on) { byId(id).hidden = !on; byId(id).style.display = on ? "" : "none"; }

  function say(key, tone) {
    byId("said").textContent = SAID[key];
    byId("said").className = tone || "";
  }

  function moment(minutes) { // in China, which has one time and no summer time
    return new Date((minutes + 480) * 60000).toISOString().slice(0, 16).replace("T", " ");
  }

  function facts(answer) {
    var list = byId("facts"), rows = [
      [answer.terminal ? "回执编号 · 접수표번호" : "证明编号 · 증명번호", answer.number],
      ["办理事项 · 신청사항", answer.item], ["姓名 · 이름", answer.person],
      ["交来材料 · 낸 자료", answer.terminal ? answer.pages + " 页" : ""],
      ["办件编号最后 12 位 · 신청번호 끝 12자리", answer.official_end],
      ["打印时间 · 인쇄시간", moment(answer.minutes)], ["终端 · 기계", answer.terminal]
    ];
    list.textContent = "";
    rows.forEach(function (row) {
      if (!row[1]) { return; }
      ["dt", "dd"].forEach(function (kind, n) {
        var node = document.createElement(kind);
        node.textContent = row[n];
        list.appendChild(node);
      });
    });
  }

  function told(answer) {
    var good = !answer.refusal;
    show("ask", false);
    show("compare", good);
    byId("facts").textContent = "";
    if (good) { facts(answer); }
    say(good ? "good" : SAID[answer.refusal] ? answer.refusal : "changed", good ? "good" : "bad");
  }

  function request(method, path, body, done) {
    var http = new XMLHttpRequest();
    http.open(method, path);
    if (body) { http.setRequestHeader("Content-Type", "application/json"); }
    http.onload = function () {
      var answer = null;
      try { if (http.status === 200) { answer = JSON.parse(http.responseText); } } catch (error) { answer = null; }
      if (answer) { done(answer); } else { say("offline", "bad"); }
    };
    http.onerror = function () { say("offline", "bad"); };
    http.send(body);
  }

  function send() {
    say("waiting");
    request("POST", "C/code", JSON.stringify({code: asked}), told);
  }

  function begin(text) {
    var subtle = window.crypto && window.crypto.subtle, capable = subtle && window.TextDecoder && window.Promise;
    asked = text;
    show("compare", false);
    byId("facts").textContent = "";
    show("ask", !capable);
    if (!capable) { say("ask"); return; }
    say("waiting");
    request("GET", "C/trust", null, function (trust) {
      check(text, trust, subtle).then(told, function () { show("ask", true); say("ask"); });
    });
  }

  function fromAddress() {
    var code = window.location.hash.slice(1);
    show("ask", false);
    show("compare", false);
    show("paste", !code);
    try { code = decodeURIComponent(code); } catch (error) { /* as it is */ }
    if (code) { begin(code); } else { say("none"); }
  }

  byId("send").onclick = send;
  byId("check").onclick = function () { begin(byId("text").value); };
  window.onhashchange = fromAddress;
  fromAddress();
}());
