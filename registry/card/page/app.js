// The page: a camera, a picture or a text in; one word, what it rests on, and as of when, out. No network.
"use strict";

const PAGE = (() => {
  const state = { language: "en", keys: [], packs: [], shown: null, stream: null };
  const $ = (id) => document.getElementById(id);
  const say = (key, values = {}) =>
    Object.entries(values).reduce((text, [name, value]) => text.replace(`{${name}}`, value), WORDS[state.language][key]);
  const now = () => Math.floor(Date.now() / 1000);

  function element(tag, text, kind) {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    if (kind) made.className = kind;
    return made;
  }

  const time = (seconds) =>
    new Date(seconds * 1000).toLocaleString(state.language, { dateStyle: "medium", timeStyle: "short" });
  const date = (days) =>
    new Date(days * 86400000).toLocaleDateString(state.language, { dateStyle: "long", timeZone: "UTC" });

  function age(seconds) {
    if (seconds >= 2 * 86400) return say("days", { count: Math.floor(seconds / 86400) });
    if (seconds >= 2 * 3600) return say("hours", { count: Math.floor(seconds / 3600) });
    return say("minutes", { count: Math.max(0, Math.floor(seconds / 60)) });
  }

  function person(said) {
    const line = element("li");
    const name = [said.given, said.family].filter(Boolean).join(" ");
    line.append(element("bdi", name || say("withheld"), "name"));
    const latin = [said.givenLatin, said.familyLatin].filter(Boolean).join(" ");
    if (latin) line.append(" ", element("bdi", latin, "latin"));
    if (said.born !== null) {
      line.append(` (${say("born")} ${typeof said.born === "number" ? date(said.born) : said.born})`);
    }
    return line;
  }

  function part(heading, ...children) {
    const section = element("section");
    section.append(element("h3", heading), ...children);
    return section;
  }
  function listed(items) {
    const list = element("ul");
    list.append(...items);
    return list;
  }

  function summary(card, answer) {
    const parts = [];
    const said = card.summary;
    if (said) {
      const measures = said.measures.map(({ code, metres }) => {
        const word = WORDS[state.language].measure[code - 1] || WORDS[state.language].measure[22];
        return element("li", metres === null ? word : `${word}: ${say("metres", { metres })}`);
      });
      const end = said.until !== null ? date(said.until) : say(said.openEnded ? "noEnd" : "notStated");
      const dates = [element("li", `${say("from")} ${date(said.from)}`), element("li", `${say("until")}: ${end}`)];
      if (answer.extendedTo !== null) dates.push(element("li", `${say("newEnd")}: ${date(answer.extendedTo)}`, "new"));
      parts.push(
        part(say("respondent"), listed([person(said.respondent)])),
        part(say("protected"), listed(said.protected.map(person))),
        part(say("measures"), listed([...measures, ...dates])),
        part(say("court"), element("p", `${said.court} (${card.issuer})`)),
      );
      if (said.states.length) parts.push(part(say("states"), element("p", said.states.join(", "))));
    } else {
      parts.push(element("p", say("pointer")));
    }
    parts.push(part(say("order"), element("p", card.orderRef, "reference")));
    if (card.phone) parts.push(part(say("phone"), element("p", card.phone, "phone")));
    parts.push(element("p", say("identity"), "identity"));
    return parts;
  }

  function show(answer) {
    state.shown = answer;
    const place = $("answer");
    place.replaceChildren();
    if (!answer) return;
    const [word, advice] = WORDS[state.language].word[answer.word];
    place.dataset.word = answer.word;
    place.dataset.freshness = answer.freshness;
    place.append(element("h2", word), element("p", advice, "advice"));
    if (answer.card) {
      const known = answer.asOf !== null;
      place.append(
        element("p", known ? say("asOf", { time: time(answer.asOf), age: age(now() - answer.asOf) }) : say("statusUnknown"), "fresh"),
      );
      if (answer.freshness === "STALE") place.append(element("p", say("old"), "old"));
      if (answer.withdrawn !== null) place.append(element("p", say("withdrawnOn", { time: time(answer.withdrawn) }), "old"));
      place.append(...summary(answer.card, answer));
    }
    const rows = answer.checks.map(({ check, outcome, reason }) =>
      element("li", `${check}: ${WORDS[state.language].outcome[outcome]}${reason ? ` (${reason})` : ""}`, outcome),
    );
    const details = element("details");
    details.append(element("summary", say("checks")), listed(rows));
    place.append(details);
    place.focus();
  }

  function showPacks(note) {
    const items = state.packs.map((pack) => {
      const old = now() > pack.freshUntil;
      return element("li", say(old ? "packOld" : "packOf", { issuer: pack.issuer, time: time(pack.issued) }), old ? "old" : "");
    });
    items.push(element("li", say("keysLoaded", { count: state.keys.length })));
    for (const key of state.keys) items.push(element("li", `${key.jurisdiction} ${CARD.hex(key.print).slice(0, 32)}`, "print"));
    if (!state.packs.length) items.unshift(element("li", say("noPacks"), "old"));
    if (note) items.unshift(element("li", note, "old"));
    $("packs").replaceChildren(...items);
  }

  async function check(text) {
    const answer = await CARD.verify(text.trim(), {
      now: now(),
      packs: state.packs,
      keys: state.keys.filter((key) => key.use === 1),
    });
    show(answer);
    return answer;
  }

  async function load(bytes) {
    try {
      if (bytes[0] === 0x7b) {
        state.keys.push(...(await CARD.readKeys(new TextDecoder().decode(bytes))));
        showPacks();
      } else {
        const pack = await CARD.readPack(bytes, state.keys.filter((key) => key.use === 3));
        state.packs = [...state.packs.filter((each) => each.issuer !== pack.issuer || each.issued > pack.issued), pack];
        showPacks();
      }
    } catch (error) {
      showPacks(say("packRefused", { reason: error instanceof CARD.Refused ? error.message : "unreadable" }));
    }
  }

  // The browser's own reader where there is one, then ours.
  async function read(source, width, height) {
    if ("BarcodeDetector" in window) {
      try {
        const found = await new window.BarcodeDetector({ formats: ["qr_code"] }).detect(source);
        const text = found.map((each) => each.rawValue).find((value) => value.startsWith("PO1:"));
        if (text) return text;
      } catch {
        // A browser may have the name and not the reader.
      }
    }
    const scale = Math.min(1, PICTURE.LONGEST / Math.max(width, height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(width * scale));
    canvas.height = Math.max(1, Math.round(height * scale));
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.fillStyle = "white";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(source, 0, 0, canvas.width, canvas.height);
    return PICTURE.read(context.getImageData(0, 0, canvas.width, canvas.height));
  }

  async function picture(file) {
    const image = await createImageBitmap(file);
    const text = await read(image, image.width, image.height);
    if (text === null) {
      $("note").textContent = say("nothing");
      show(null);
      return null;
    }
    $("note").textContent = "";
    return check(text);
  }

  function stop() {
    if (state.stream) state.stream.getTracks().forEach((track) => track.stop());
    state.stream = null;
    $("video").hidden = true;
    $("camera").textContent = say("camera");
  }

  async function camera() {
    if (state.stream) return stop();
    try {
      state.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } } });
    } catch {
      $("note").textContent = say("noCamera");
      return undefined;
    }
    const video = $("video");
    video.srcObject = state.stream;
    video.hidden = false;
    $("camera").textContent = say("stop");
    await video.play();
    const look = async () => {
      if (!state.stream) return;
      const text = await read(video, video.videoWidth, video.videoHeight);
      if (text !== null && text.startsWith("PO1:")) {
        stop();
        await check(text);
        return;
      }
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
    return undefined;
  }

  function speak(language) {
    state.language = language in WORDS ? language : "en";
    document.documentElement.lang = state.language;
    document.title = say("title");
    for (const each of document.querySelectorAll("[data-say]")) each.textContent = say(each.dataset.say);
    showPacks();
    show(state.shown);
  }

  async function start() {
    for (const language of Object.keys(WORDS)) $("language").append(new Option(language.toUpperCase(), language));
    const own = (navigator.languages || []).map((each) => each.slice(0, 2)).find((each) => each in WORDS) || "en";
    $("language").value = own;
    if (globalThis.crypto && crypto.subtle) {
      state.keys = await CARD.readKeys($("keys").textContent);
    } else {
      speak(own);
      $("note").textContent = say("insecure");
      return;
    }
    speak(own);
    $("language").addEventListener("change", () => speak($("language").value));
    $("camera").addEventListener("click", camera);
    $("picture").addEventListener("change", async (event) => {
      if (event.target.files[0]) await picture(event.target.files[0]);
      event.target.value = "";
    });
    $("pack").addEventListener("change", async (event) => {
      for (const file of event.target.files) await load(new Uint8Array(await file.arrayBuffer()));
      event.target.value = "";
    });
    $("text").addEventListener("change", (event) => check(event.target.value));
  }

  return { start, check, load, picture, read, speak, state };
})();

const READY = PAGE.start();
