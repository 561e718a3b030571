// A screen of the hall: asks what stands on it, lets each call stand alone for its seconds, says what it has shown, and
// keeps the last good data with its time when nobody answers.
"use strict";
(() => {
  const body = document.body, base = "/screen/" + body.dataset.token, kind = body.dataset.kind;
  const at = (id) => document.getElementById(id);
  const put = (id, text) => { const one = at(id); if (one && one.textContent !== text) one.textContent = text; };
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const template = (id) => at(id).innerHTML;
  const ASK_MS = 10000, LATE_MS = 6000, AGAIN_MS = 3000, HOLD_MS = 60000;
  const CALLS_KEPT = 8, NEWS_SECONDS = 30;   // an older call is not announced as new: whoever it meant came, or was called again

  let seen = -1;          // id of the newest call that was announced, or stood here when the page was opened
  let coming = [];        // calls that wait for their turn on the screen
  let standing = null;    // the call that stands large
  let busyUntil = 0, volume = 0, good = "", goodAt = performance.now(), timer = 0, asking = false, again = false, shown = null;

  // --- the calls ---
  const list = (id, rows) => at(id).replaceChildren(...rows.map((parts) => {
    const row = document.createElement("li");
    for (const [name, text] of parts) {
      const part = document.createElement("span");
      part.className = name; part.textContent = text; row.append(part);
    }
    return row;
  }));
  const large = (call) => {
    put("now-number", call ? call.number : "");
    put("now-go", call ? fill(body.dataset.go, call) : body.dataset.none);
    put("now-name", call ? call.name : "");
    at("now").dataset.call = call ? call.call_id : "";
  };
  const others = () => {
    const before = shown.calls.filter((call) => (!standing || call.id !== standing.id) && !coming.some((one) => one.id === call.id));
    list("last", before.reverse().slice(0, 7).map((call) => [["number", call.number], ["to", fill(template("to"), call)]]));
  };
  const announce = () => {
    const now = Date.now();
    if (!coming.length || now < busyUntil) return;
    standing = coming.shift();
    busyUntil = now + shown.each_seconds * 1000;
    large(standing); others();
    const box = at("now");
    box.classList.remove("pulse"); void box.offsetWidth; box.classList.add("pulse");
    say(standing, "shown");
    if (volume > 0) speak(standing);
    setTimeout(announce, shown.each_seconds * 1000 + 20);
  };
  const hear = () => {
    for (const call of shown.calls) {
      if (call.id <= seen) continue;
      seen = call.id;
      if (call.age < NEWS_SECONDS) coming.push(call);
      else if (!coming.length && Date.now() >= busyUntil) { standing = call; large(call); }   // while nobody answered
    }
    if (standing && !coming.length && !shown.calls.length) { standing = null; large(null); }
    announce();
  };
  const calls = () => {
    put("clock", shown.clock.slice(0, 5));
    at("served").hidden = !shown.open; at("night").hidden = shown.open;
    put("hours", fill(template("hours-text"), shown));
    at("notice").hidden = !shown.notice; put("notice", shown.notice);
    volume = shown.volume;
    sound();
    const newest = shown.calls.length ? shown.calls[shown.calls.length - 1].id : 0;
    if (newest < seen) seen = 0;   // another day
    if (seen < 0) {
      standing = shown.calls.length ? shown.calls[shown.calls.length - 1] : null;
      seen = newest; large(standing);
      if (standing) say(standing, "shown");
    } else hear();
    others();
    at("nobody").hidden = shown.queues.length > 0;
    list("queues", shown.queues.map((one) => [
      ["queue", one.queue], ["count", fill(body.dataset.waiting, { count: one.waiting })],
      ["wait", one.most === null ? body.dataset.unknown : fill(body.dataset.range, one)],
    ]));
  };

  // --- the other screens ---
  let pictured = null;
  const ownWindow = () => {
    const card = shown.card || { shown: "", number: "", post: "", duty: "", promise: "" };
    put("w-name", card.shown); put("w-post", card.post); put("w-duty", card.duty); put("w-promise", card.promise);
    put("w-number", card.number ? fill(template("staff"), card) : "");
    put("w-state", template("state-" + shown.state)); put("w-called", shown.number || "–"); put("w-item", shown.item);
    put("w-limit", (shown.promised || "–") + (shown.promise_date ? " · " + fill(template("until"), { day: shown.promise_date }) : ""));
    at("w-flow-label").hidden = shown.flow.length === 0;
    list("w-flow", shown.flow.map((step) => [["step", step]]));
    const photo = at("w-photo");
    photo.hidden = !shown.photo;
    if (pictured !== null && shown.photo && shown.photo !== pictured) photo.src = base + "/photo?" + Date.now();
    pictured = shown.photo;
  };
  const wall = () => {
    put("clock", shown.clock.slice(0, 5));
    put("finished", String(shown.finished)); put("served-count", String(shown.served)); put("taken", String(shown.taken));
    list("items", shown.items.map((one) => [["title", one.title], ["count", String(one.count)]]));
    at("no-items").hidden = shown.items.length > 0;
  };
  const draw = { calls, window: ownWindow, wall }[kind];

  // --- what was done with a call ---
  const say = (call, what, tries = 0) => {
    fetch(base + "/said", { method: "POST", body: JSON.stringify({ call_id: call.call_id, what }), signal: AbortSignal.timeout(LATE_MS) })
      .catch(() => { if (tries < 5) setTimeout(() => say(call, what, tries + 1), AGAIN_MS); });
  };
  let audio = null;
  const sound = () => {
    if (volume > 0 && !audio && window.AudioContext) audio = new AudioContext();
    at("sound").hidden = !(volume > 0 && audio && audio.state === "suspended");
  };
  at("sound")?.addEventListener("click", () => audio.resume().then(sound));
  const speak = async (call) => {
    try {
      if (!audio || audio.state !== "running") throw new Error("blocked");
      const answer = await fetch(base + "/voice/" + call.call_id, { signal: AbortSignal.timeout(LATE_MS) });
      if (!answer.ok) throw new Error("mute");
      const source = audio.createBufferSource(), gain = audio.createGain();
      source.buffer = await audio.decodeAudioData(await answer.arrayBuffer());
      gain.gain.value = volume / 100;
      source.connect(gain).connect(audio.destination);
      source.onended = () => say(call, "spoken");
      source.start();
    } catch { say(call, "blocked"); }
  };

  // --- asking ---
  const lost = () => {
    const minutes = Math.floor((performance.now() - goodAt) / 60000);
    const age = minutes ? fill(body.dataset.ago, { count: minutes }) : body.dataset.now;
    at("stale").textContent = fill(body.dataset.lost, { time: good, age });
    at("stale").hidden = false;
  };
  const fresh = () => {
    good = shown.clock.slice(0, 5); goodAt = performance.now();
    at("stale").hidden = true;
    body.dataset.good = shown.clock;
  };
  const ask = async () => {
    if (asking) { again = true; return; }
    asking = true; clearTimeout(timer);
    let next = ASK_MS;
    try {
      const answer = await fetch(base + "/state", { signal: AbortSignal.timeout(LATE_MS), cache: "no-store" });
      if (!answer.ok) throw new Error(String(answer.status));
      shown = await answer.json();
      fresh();
      draw();
    } catch { lost(); next = AGAIN_MS; }
    asking = false;
    if (again) { again = false; next = 0; }
    timer = setTimeout(ask, next);
  };
  // A call comes by itself, before anything is asked.
  const called = (event) => {
    const news = JSON.parse(event.data);
    if (!shown || kind !== "calls" || shown.day !== news.day) { ask(); return; }
    const known = new Set(shown.calls.map((call) => call.id));
    shown.calls = [...shown.calls, ...news.calls.filter((call) => !known.has(call.id))].slice(-CALLS_KEPT);
    shown.clock = news.clock;
    fresh(); hear(); others();
  };
  let stream = null;
  const listen = () => {
    stream?.close();
    stream = new EventSource(base + "/live");
    stream.addEventListener("changed", ask);
    stream.addEventListener("calls", called);
    stream.onopen = ask;
    stream.onerror = () => { ask(); if (stream.readyState === EventSource.CLOSED) setTimeout(listen, AGAIN_MS); };
  };
  good = (at("clock")?.textContent ?? "").slice(0, 5);
  listen();
  ask();
  setInterval(() => { if (!stream || stream.readyState === EventSource.CLOSED) listen(); }, HOLD_MS);
  window.addEventListener("pagehide", () => stream?.close());
})();
