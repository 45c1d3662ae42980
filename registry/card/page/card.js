// A card held against packs, step by step as registry/card/verify.py does it: same checks, same words, same bounds.
"use strict";

const CARD = (() => {
  const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
  const DAY = 86400;
  const CLOCK_SLACK = 300;
  const EARLIEST_ZONE = 14 * 3600;
  const DAYS_TO_BE_OVER = 2;
  const PRINT = 8;
  const MAXIMUM_SECONDS = 2 ** 35;
  const MAXIMUM_INDEX = 2 ** 20;
  // Half the number of points of P-256: of the two signatures that fit a card, the one with the lower half is ours.
  const LOWER_HALF = "7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8";
  const MAXIMUM_PACK = 64 * 1024 * 1024;
  const PACK_TYPE = "application/po-pack+cwt";
  const CWT_TYPE = "application/statuslist+cwt";

  class Refused extends Error {
    constructor(check, reason) {
      super(`${check}: ${reason}`);
      this.check = check;
      this.reason = reason;
    }
  }

  const same = (a, b) => a.length === b.length && a.every((value, i) => value === b[i]);
  const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const base64url = (bytes) =>
    btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));

  // ------------------------------------------------------------------------------- Base45 (RFC 9285)

  function base45(text) {
    const bytes = [];
    for (let start = 0; start < text.length; start += 3) {
      const letters = text.slice(start, start + 3);
      const size = letters.length - 1;
      if (!size) throw new Refused("TEXT", "base45-length");
      let value = 0;
      for (let i = letters.length - 1; i >= 0; i--) {
        const digit = ALPHABET.indexOf(letters[i]);
        if (digit < 0) throw new Refused("TEXT", "base45-letter");
        value = value * 45 + digit;
      }
      if (value >= 256 ** size) throw new Refused("TEXT", "base45-value");
      if (size === 2) bytes.push(value >> 8);
      bytes.push(value & 255);
    }
    return Uint8Array.from(bytes);
  }

  // ----------------------------------------------------- deterministic CBOR (RFC 8949, 4.2.1) and no other

  function cbor(bytes, { tag = null, items = 320, ordered = true, check = "FORM" } = {}) {
    let place = 0;
    const refuse = (reason) => new Refused(check, reason);

    function head() {
      if (place >= bytes.length) throw refuse("cut-short");
      const major = bytes[place] >> 5;
      const short = bytes[place] & 31;
      place++;
      if (short < 24) return [major, short];
      if (short > 27) throw refuse("indefinite-length");
      const size = 1 << (short - 24);
      if (place + size > bytes.length) throw refuse("cut-short");
      let value = 0n;
      for (let i = 0; i < size; i++) value = (value << 8n) | BigInt(bytes[place++]);
      if (value < (size === 1 ? 24n : 1n << BigInt(4 * size))) throw refuse("not-shortest");
      return [major, value];
    }

    // An integer that a number cannot hold stays a BigInt, which no bound below lets through.
    const number = (value) => (typeof value === "bigint" && value <= 9007199254740991n ? Number(value) : value);

    function string(size) {
      if (BigInt(place) + BigInt(size) > BigInt(bytes.length)) throw refuse("cut-short");
      return bytes.slice(place, (place += Number(size)));
    }

    function map(size, depth) {
      const found = new Map();
      const seen = new Set();
      let before = null;
      for (let i = 0n; i < BigInt(size); i++) {
        const start = place;
        const major = start < bytes.length ? bytes[start] >> 5 : 0;
        if (major !== 0 && major !== 1 && major !== 3) throw refuse("wrong-key");
        const key = item(depth + 1, null);
        const raw = bytes.slice(start, place);
        const name = hex(raw);
        if (seen.has(name)) throw refuse("duplicate-key");
        // Equal first bytes mean equal lengths, so hexadecimal text stands in the order of the bytes.
        if (ordered && before !== null && name < before) throw refuse("keys-out-of-order");
        seen.add(name);
        before = name;
        found.set(key, item(depth + 1, null));
      }
      return found;
    }

    function item(depth, wanted) {
      if (--items < 0) throw refuse("too-many-items");
      if (depth > 6) throw refuse("too-deep");
      if (place < bytes.length && bytes[place] === 0xf6) {
        place++;
        return null;
      }
      if (place < bytes.length && bytes[place] >> 5 > 6) throw refuse("simple-or-float");
      const [major, value] = head();
      if (major === 0) return number(value);
      if (major === 1) return typeof value === "bigint" ? number(-1n - value) : -1 - value;
      if (major === 2) return string(value);
      if (major === 3) {
        try {
          return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(string(value));
        } catch (error) {
          throw error instanceof Refused ? error : refuse("not-utf-8");
        }
      }
      if (major === 4) {
        const list = [];
        for (let i = 0n; i < BigInt(value); i++) list.push(item(depth + 1, null));
        return list;
      }
      if (major === 5) return map(value, depth);
      if (wanted === null || value !== wanted) throw refuse("wrong-tag");
      return item(depth + 1, null);
    }

    if (tag !== null && (!bytes.length || bytes[0] >> 5 !== 6)) throw refuse("wrong-tag");
    const value = item(0, tag);
    if (place !== bytes.length) throw refuse("trailing-bytes");
    return value;
  }

  // -------------------------------------------------------------------- COSE_Sign1 with ES256 (RFC 9052)

  const isBytes = (value) => value instanceof Uint8Array;
  const isMap = (value) => value instanceof Map;

  function parse(bytes, { typ = null, check = "FORM" } = {}) {
    const parts = cbor(bytes, { tag: 18, check });
    if (!Array.isArray(parts) || parts.length !== 4) throw new Refused(check, "not-cose-sign1");
    const [protectedHeader, unprotected, payload, signature] = parts;
    if (!isBytes(protectedHeader) || !isBytes(payload) || !isBytes(signature)) throw new Refused(check, "not-cose-sign1");
    if (!isMap(unprotected) || unprotected.size) throw new Refused(check, "unprotected-header");
    if (signature.length !== 64) throw new Refused(check, "signature-length");
    const header = cbor(protectedHeader, { check });
    const wanted = typ === null ? [1, 4] : [1, 4, 16];
    if (!isMap(header) || header.size !== wanted.length || !wanted.every((key) => header.has(key))) {
      throw new Refused(check, "protected-header");
    }
    if (header.get(1) !== -7) throw new Refused(check, "wrong-algorithm");
    if (typ !== null && header.get(16) !== typ) throw new Refused(check, "wrong-type");
    const kid = header.get(4);
    if (!isBytes(kid) || kid.length !== 8) throw new Refused(check, "key-id-length");
    return { protectedHeader, payload, signature, kid };
  }

  function withHead(major, content) {
    const size = content.length;
    const head =
      size < 24
        ? [(major << 5) | size]
        : size < 256
          ? [(major << 5) | 24, size]
          : size < 65536
            ? [(major << 5) | 25, size >> 8, size & 255]
            : [(major << 5) | 26, size >>> 24, (size >>> 16) & 255, (size >>> 8) & 255, size & 255];
    const whole = new Uint8Array(head.length + size);
    whole.set(head);
    whole.set(content, head.length);
    return whole;
  }

  async function holds(signed, key) {
    const parts = [
      Uint8Array.of(0x84),
      withHead(3, new TextEncoder().encode("Signature1")),
      withHead(2, signed.protectedHeader),
      Uint8Array.of(0x40),
      withHead(2, signed.payload),
    ];
    const said = new Uint8Array(await new Blob(parts).arrayBuffer());
    return crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key.public, signed.signature, said);
  }

  async function publicKey(x, y) {
    const jwk = { kty: "EC", crv: "P-256", x: base64url(x), y: base64url(y) };
    const imported = await crypto.subtle.importKey("jwk", jwk, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
    const print = await sha256(new TextEncoder().encode(`{"crv":"P-256","kty":"EC","x":"${jwk.x}","y":"${jwk.y}"}`));
    return { public: imported, kid: print.slice(0, 8), print };
  }

  // ---------------------------------------------------------------------------------- what a card says

  const JURISDICTION = /^[A-Z]{2}(-[A-Z0-9]{1,3})?(-[A-Z0-9]{1,12})?$/;
  const PHONE = /^\+?[0-9][0-9 ()/.-]{2,30}$/;
  const URI = /^https?:\/\/[A-Za-z0-9._:[\]-]{1,80}\/[A-Za-z0-9._/-]{1,80}$/;
  const PARTIAL = /^(19|20)[0-9]{2}(-(0[1-9]|1[0-2]))?$/;
  // eslint-disable-next-line no-control-regex
  const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

  const wrong = (reason) => new Refused("CONTENT", reason);

  function members(value, needed, allowed = []) {
    if (!isMap(value)) throw wrong("not-a-map");
    if (!needed.every((key) => value.has(key))) throw wrong("claim-missing");
    if (![...value.keys()].every((key) => needed.includes(key) || allowed.includes(key))) throw wrong("claim-unknown");
    return value;
  }
  function number(value, least, most) {
    if (!Number.isInteger(value) || value < least || value > most) throw wrong("number-out-of-range");
    return value;
  }
  function text(value, shape) {
    if (typeof value !== "string" || !shape.test(value)) throw wrong("text-of-wrong-form");
    return value;
  }
  function identifier(value) {
    if (!isBytes(value) || value.length !== 16) throw wrong("identifier-length");
    return value;
  }
  function list(value, least, most) {
    if (!Array.isArray(value) || value.length < least || value.length > most) {
      throw wrong("not-a-list-of-that-size");
    }
    return value;
  }
  function name(value) {
    if (typeof value !== "string" || !value.length || [...value].length > 80) throw wrong("name-length");
    if (UNSEEN.test(value) || value.normalize("NFC") !== value) throw wrong("name-of-wrong-form");
    return value;
  }
  const day = (value) => number(value, -25567, 84005);
  const born = (value) => (typeof value === "string" ? text(value, PARTIAL) : day(value));
  function sex(value) {
    if (![0, 1, 2, 9].includes(value)) throw wrong("sex-out-of-range");
    return value;
  }
  const optional = (map, key, read) => (map.has(key) ? read(map.get(key)) : null);

  function person(value) {
    const said = members(value, [], [1, 2, 3, 4, 5, 6]);
    return {
      family: optional(said, 1, name),
      given: optional(said, 2, name),
      born: optional(said, 3, born),
      sex: optional(said, 4, sex),
      familyLatin: optional(said, 5, name),
      givenLatin: optional(said, 6, name),
    };
  }

  function summary(order) {
    if ([...order.keys()].every((key) => [1, 2, 11].includes(key))) return null;
    const said = members(order, [1, 2, 4, 5, 6, 7, 8], [9, 10, 11]);
    const until = said.has(9) ? said.get(9) : null;
    return {
      court: name(said.get(4)),
      protected: list(said.get(5), 1, 8).map(person),
      respondent: person(said.get(6)),
      measures: list(said.get(7), 1, 24).map((each) => {
        const parts = list(each, 1, 2);
        return { code: number(parts[0], 1, 255), metres: parts.length > 1 ? number(parts[1], 1, 100000) : null };
      }),
      from: day(said.get(8)),
      until: until === null ? null : day(until),
      openEnded: said.has(9) && until === null,
      states: said.has(10) ? list(said.get(10), 1, 32).map((each) => text(each, JURISDICTION)) : [],
    };
  }

  function content(payload) {
    const claims = members(cbor(payload), [1, 4, 6, 7, -65537, 65535]);
    const order = members(claims.get(-65537), [1, 2], [4, 5, 6, 7, 8, 9, 10, 11]);
    const status = members(claims.get(65535), ["status_list"]);
    const reference = members(status.get("status_list"), ["idx", "uri"]);
    identifier(claims.get(7));
    const card = {
      issuer: text(claims.get(1), JURISDICTION),
      issued: number(claims.get(6), 0, MAXIMUM_SECONDS - 1),
      expires: number(claims.get(4), 0, MAXIMUM_SECONDS - 1),
      orderRef: hex(identifier(order.get(1))),
      version: number(order.get(2), 1, 100000),
      uri: text(reference.get("uri"), URI),
      index: number(reference.get("idx"), 0, MAXIMUM_INDEX - 1),
      phone: optional(order, 11, (value) => text(value, PHONE)),
      summary: summary(order),
    };
    if (card.expires <= card.issued) throw wrong("expires-before-issued");
    return card;
  }

  // --------------------------------------------------------------------------- status list and pack

  async function expanded(lst, bits) {
    const longest = (MAXIMUM_INDEX * bits) / 8;
    const parts = [];
    let size = 0;
    try {
      const reader = new Blob([lst]).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        size += value.length;
        if (size > longest) throw new Refused("STATUS", "list-size");
        parts.push(value);
      }
    } catch (error) {
      throw error instanceof Refused ? error : new Refused("STATUS", "list-not-zlib");
    }
    return new Uint8Array(await new Blob(parts).arrayBuffer());
  }

  const seconds = (...values) => values.every((value) => Number.isInteger(value) && value >= 0 && value < MAXIMUM_SECONDS);

  async function statusList(token, signers) {
    const signed = parse(token, { typ: CWT_TYPE, check: "STATUS" });
    let held = false;
    for (const key of signers) held = held || (same(key.kid, signed.kid) && (await holds(signed, key)));
    if (!held) throw new Refused("STATUS", "wrong-signature");
    const claims = cbor(signed.payload, { ordered: false, check: "STATUS" });
    const found = isMap(claims) ? claims.get(65533) : null;
    if (!isMap(found)) throw new Refused("STATUS", "claims-of-wrong-form");
    const [uri, issued, expires, ttl] = [2, 6, 4, 65534].map((key) => claims.get(key));
    if (typeof uri !== "string" || !seconds(issued, expires, ttl) || !ttl || !isBytes(found.get("lst"))) {
      throw new Refused("STATUS", "claims-of-wrong-form");
    }
    if (found.get("bits") !== 2) throw new Refused("STATUS", "bits-out-of-range");
    return { uri, issued, expires, packed: await expanded(found.get("lst"), 2) };
  }

  function packMembers(value, needed, allowed = []) {
    const known = isMap(value) && needed.every((key) => value.has(key));
    if (!known || ![...value.keys()].every((key) => needed.includes(key) || allowed.includes(key))) {
      throw new Refused("PACK", "members-of-wrong-form");
    }
    return value;
  }
  function array(value) {
    if (!Array.isArray(value)) throw new Refused("PACK", "members-of-wrong-form");
    return value;
  }

  async function packKey(value, issuer) {
    const said = packMembers(value, [1, 2, 3, 4, 5, 6, 8], [7, 9]);
    const [kid, x, y, begins, signsUntil, ends, use] = [1, 2, 3, 4, 5, 6, 8].map((key) => said.get(key));
    const marked = said.has(7);
    const withdrawn = said.has(9) ? said.get(9) : null;
    const shaped = isBytes(kid) && isBytes(x) && isBytes(y) && x.length === 32 && y.length === 32;
    if (!shaped || !seconds(begins, signsUntil, ends, withdrawn ?? 0) || ![1, 2].includes(use) || (marked && said.get(7) !== 1)) {
      throw new Refused("PACK", "key-of-wrong-form");
    }
    let key;
    try {
      key = await publicKey(x, y);
    } catch {
      throw new Refused("PACK", "key-of-wrong-form");
    }
    if (!same(key.kid, kid)) throw new Refused("PACK", "key-of-wrong-form");
    return { ...key, jurisdiction: issuer, begins, signsUntil, ends, use, compromised: marked, withdrawn };
  }

  async function packList(value, signers) {
    const said = packMembers(value, [1, 2, 3, 4]);
    const prints = said.get(3);
    const extensions = said.get(4);
    if (!isBytes(said.get(2)) || !isBytes(prints)) throw new Refused("PACK", "list-of-wrong-form");
    const status = await statusList(said.get(2), signers);
    if (status.uri !== said.get(1)) throw new Refused("PACK", "list-of-wrong-form");
    if (prints.length !== status.packed.length * 4 * PRINT) throw new Refused("PACK", "fingerprints-of-wrong-length");
    const shaped = (index, last) =>
      Number.isInteger(index) && index >= 0 && index < MAXIMUM_INDEX &&
      (last === null || (Number.isInteger(last) && last >= -25567 && last <= 84005));
    if (!isMap(extensions) || ![...extensions].every(([index, last]) => shaped(index, last))) {
      throw new Refused("PACK", "extensions-of-wrong-form");
    }
    return { status, prints, extensions };
  }

  // Read a pack whose signature one of the trusted pack keys made.
  async function readPack(bytes, anchors) {
    if (bytes.length > MAXIMUM_PACK) throw new Refused("PACK", "too-large");
    const signed = parse(bytes, { typ: PACK_TYPE, check: "PACK" });
    const claims = packMembers(cbor(signed.payload, { items: 1000000, check: "PACK" }), [1, 4, 6, -65538, -65539]);
    const [issuer, issued, freshUntil] = [1, 6, 4].map((key) => claims.get(key));
    if (typeof issuer !== "string" || !seconds(issued, freshUntil) || freshUntil < issued) {
      throw new Refused("PACK", "claims-of-wrong-form");
    }
    const trusted = anchors.filter((key) => key.use === 3 && same(key.kid, signed.kid) && key.jurisdiction === issuer);
    // Packs are of the hour: none is needed that is from before its key was withdrawn.
    if (trusted.some((key) => key.compromised || key.withdrawn !== null)) throw new Refused("PACK", "key-withdrawn");
    let held = false;
    for (const key of trusted) {
      held = held || ((await holds(signed, key)) && key.begins <= issued && issued < key.signsUntil);
    }
    if (!held) throw new Refused("PACK", trusted.length ? "wrong-signature" : "key-not-trusted");
    const keys = [];
    for (const each of array(claims.get(-65538))) keys.push(await packKey(each, issuer));
    const lists = new Map();
    const signers = keys.filter((key) => key.use === 2);
    for (const each of array(claims.get(-65539))) {
      const listed = await packList(each, signers);
      lists.set(listed.status.uri, listed);
    }
    return { issuer, issued, freshUntil, keys, lists };
  }

  // Read trusted keys: a JWK set (RFC 7517) whose members say for what, of whom and until when.
  async function readKeys(json) {
    const found = [];
    const set = JSON.parse(json);
    const bytes = (part) => Uint8Array.from(atob(part.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
    for (const jwk of Array.isArray(set.keys) ? set.keys : []) {
      const use = { card: 1, status: 2, pack: 3 }[jwk["x-po-use"]];
      const jurisdiction = jwk["x-po-jurisdiction"];
      if (!use || jwk.kty !== "EC" || jwk.crv !== "P-256" || !JURISDICTION.test(String(jurisdiction))) continue;
      const ends = jwk["x-po-ends"] ?? jwk.exp;
      if (!seconds(jwk.nbf, jwk.exp, ends)) continue;
      const withdrawn = jwk["x-po-since"] ?? null;
      // A key whose mark is not understood must not pass for a good one.
      if (withdrawn !== null && !seconds(withdrawn)) throw new Refused("KEY", "not-a-key-set");
      const key = await publicKey(bytes(jwk.x), bytes(jwk.y));
      const compromised = jwk["x-po-status"] === "compromised";
      found.push({ ...key, jurisdiction, begins: jwk.nbf, signsUntil: jwk.exp, ends, use, compromised, withdrawn });
    }
    return found;
  }

  // --------------------------------------------------------------------------------------- the answer

  async function signer(signed, card, keys, checks) {
    const named = keys.filter((key) => key.use === 1 && key.jurisdiction === card.issuer && same(key.kid, signed.kid));
    if (!named.length) {
      checks.unknown("KEY", "key-not-known");
      return null;
    }
    checks.passed("KEY");
    for (const key of named) {
      if (hex(signed.signature.slice(32)) > LOWER_HALF || !(await holds(signed, key))) continue;
      checks.passed("SIGNATURE");
      if (key.begins <= card.issued && card.issued < key.signsUntil && card.expires <= key.ends) {
        checks.passed("PERIOD_OF_KEY");
      } else {
        checks.failed("PERIOD_OF_KEY", "signed-outside-the-period-of-its-key");
      }
      return withMarks(key, named);
    }
    checks.failed("SIGNATURE", "wrong-signature");
    return null;
  }

  // A key with every mark that anybody trusted here has put on it: a list may know more than a pack.
  function withMarks(key, named) {
    const alike = named.filter((each) => same(each.print, key.print));
    const dates = alike.map((each) => each.withdrawn).filter((each) => each !== null);
    const compromised = alike.some((each) => each.compromised);
    return { ...key, compromised, withdrawn: dates.length ? Math.min(...dates) : null };
  }

  // Whether a card counts in spite of what became of its key: whoever has a stolen key dates a card as he likes.
  function stands(key, card, checks) {
    if (key.withdrawn === null && !key.compromised) return true;
    const listed = checks.of("FINGERPRINT");
    if (listed === "FAILED") return true;
    if (listed === "PASSED" && (key.withdrawn === null || card.issued < key.withdrawn)) {
      checks.passed("STANDING_OF_KEY", "issued-before-its-key-was-withdrawn");
      return true;
    }
    checks.failed("STANDING_OF_KEY", "key-withdrawn");
    return false;
  }

  async function fingerprint(message, card, pack, listed, checks) {
    if (!listed) return checks.unknown("FINGERPRINT", "no-list");
    const found = listed.prints.slice(card.index * PRINT, (card.index + 1) * PRINT);
    if (found.length !== PRINT) return checks.failed("FINGERPRINT", "index-outside-list");
    if (same(found, (await sha256(message)).slice(0, PRINT))) return checks.passed("FINGERPRINT");
    if (card.issued + CLOCK_SLACK > pack.issued) return checks.unknown("FINGERPRINT", "card-newer-than-pack");
    return checks.failed("FINGERPRINT", "never-issued");
  }

  function freshness(pack, listed, now, checks) {
    if (!listed) {
      checks.unknown("FRESHNESS", "no-list");
      return "NONE";
    }
    if (pack.issued > now + CLOCK_SLACK) {
      checks.unknown("FRESHNESS", "clock-behind-pack");
      return "STALE";
    }
    if (now > Math.min(pack.freshUntil, listed.status.expires)) {
      checks.unknown("FRESHNESS", "pack-old");
      return "STALE";
    }
    checks.passed("FRESHNESS");
    return "CURRENT";
  }

  const STATUSES = ["VALID", "REVOKED", "SUSPENDED", "CHANGED"];

  function statusOf(card, listed, checks) {
    if (!listed || checks.of("FINGERPRINT") !== "PASSED") {
      checks.unknown("STATUS", listed ? "fingerprint-not-listed" : "no-list");
      return null;
    }
    const value = (listed.status.packed[card.index >> 2] >> ((card.index & 3) * 2)) & 3;
    checks.passed("STATUS", STATUSES[value].toLowerCase());
    return STATUSES[value];
  }

  function dates(card, now, checks) {
    const said = card.summary;
    if (said && now < said.from * DAY - EARLIEST_ZONE) {
      checks.failed("DATES", "not-yet");
      return "NOT_YET";
    }
    if (now < card.expires) {
      checks.passed("DATES");
      return "IN_FORCE";
    }
    if (said && said.until !== null && now >= (said.until + DAYS_TO_BE_OVER) * DAY) {
      checks.failed("DATES", "order-over");
      return "EXPIRED";
    }
    checks.unknown("DATES", "card-over");
    return "ASK";
  }

  function wordOf(status, fresh, onPaper, checks, extended) {
    const listed = checks.of("FINGERPRINT");
    if (listed === "FAILED") return "NOT_AUTHENTIC";
    if (checks.of("PERIOD_OF_KEY") === "FAILED") return "CANNOT_TELL";
    if (fresh !== "CURRENT" || status === null) {
      const doubt = (status !== null && status !== "VALID") || onPaper !== "IN_FORCE";
      return doubt ? "ASK" : "TREAT_AS_IN_FORCE";
    }
    const words = { REVOKED: "ENDED", SUSPENDED: "SUSPENDED", CHANGED: "ASK", VALID: extended ? "ASK" : onPaper };
    return words[status];
  }

  class Checks extends Array {
    passed(check, reason = "") {
      this.push({ check, outcome: "PASSED", reason });
    }
    failed(check, reason) {
      this.push({ check, outcome: "FAILED", reason });
    }
    unknown(check, reason) {
      this.push({ check, outcome: "UNKNOWN", reason });
    }
    of(check) {
      return this.find((each) => each.check === check).outcome;
    }
  }

  // Hold the text of a code against packs, and card keys trusted without one, at an instant (seconds).
  async function verify(said, { now, packs = [], keys = [] }) {
    const checks = new Checks();
    const answer = { word: "NOT_A_CARD", checks, card: null, status: null, freshness: "NONE", asOf: null, extendedTo: null, withdrawn: null };
    let message;
    let signed;
    let card;
    try {
      if ([...said].length > 4296) throw new Refused("TEXT", "too-long");
      if (!said.startsWith("PO1:")) throw new Refused("TEXT", "not-a-card");
      message = base45(said.slice(4));
      checks.passed("TEXT");
      signed = parse(message);
      checks.passed("FORM");
      card = content(signed.payload);
      checks.passed("CONTENT");
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      checks.failed(error.check, error.reason);
      return answer;
    }
    let pack = null;
    for (const each of packs) if (each.issuer === card.issuer && (!pack || each.issued > pack.issued)) pack = each;
    const key = await signer(signed, card, [...(pack ? pack.keys : []), ...keys], checks);
    if (key === null) {
      return { ...answer, word: checks.of("KEY") === "PASSED" ? "NOT_AUTHENTIC" : "CANNOT_TELL" };
    }
    const listed = pack ? pack.lists.get(card.uri) || null : null;
    await fingerprint(message, card, pack, listed, checks);
    const standing = stands(key, card, checks);
    const fresh = freshness(pack, listed, now, checks);
    const status = statusOf(card, listed, checks);
    const onPaper = dates(card, now, checks);
    const extended = Boolean(listed && listed.extensions.has(card.index));
    return {
      word: standing ? wordOf(status, fresh, onPaper, checks, extended) : "KEY_WITHDRAWN",
      checks,
      card,
      status,
      freshness: fresh,
      asOf: status === null ? null : listed.status.issued,
      extendedTo: extended ? listed.extensions.get(card.index) : null,
      withdrawn: key.withdrawn,
    };
  }

  return { Refused, hex, readKeys, readPack, verify };
})();
