// The page of a person who speaks by it: docs/speak.md says how it is used. What edge-lip tells comes
// in parts, and each page shows the same; only what is being changed is here alone.
"use strict";

const LATER = 2000; // milliseconds until what works without a connection is fetched: the first text goes before
const STALE = 5000; // milliseconds without a word from edge-lip: what is shown may be old
const GLANCE = 500; // milliseconds that a question has to be seen before it can be answered
const RINGING = 15000; // milliseconds that a bell is shown
const DONE = 4000; // the same of what was done
const PLACE = "edge-lip-speak"; // where the browser keeps the settings of this page
const SEEN = ["the face is seen again", "one face"]; // nothing is wrong any more

const t = JSON.parse($("strings").textContent);
const put = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

let tell = null; // tells edge-lip something; null while there is no connection
let asked = null; // the question that waits
let draft = []; // its words, as they are to be said
let open = -1; // which of them is being changed
let correcting = false; // whether what is written answers the question
let newest = null; // number of the last that was said; null until it is known
let rung = null; // the same of the bell
let aloud = false; // whether edge-lip has a voice of its own
let acts = false; // whether anything of edge-lip's takes what is said
let shifted = -Infinity; // when something was touched, or what is shown took or gave room
let settings = { voice: null, volume: 1, rate: 1, scan: "off", pace: 1.5 };

function button(text, press, className) {
  const made = element("button", className, text);
  made.type = "button";
  made.addEventListener("click", press);
  return made;
}

function announce(text) {
  $("announced").textContent = text;
}

// Told where it is seen, wherever the page was scrolled to.
function flash(text) {
  $("done").textContent = text;
  $("done").hidden = false;
  clearTimeout(flash.timer);
  flash.timer = setTimeout(() => ($("done").hidden = true), DONE);
}

// Buttons move when something else comes or goes: what is touched just then, or touched twice by a
// shaking hand, was meant for something else. Keys and switches press what has the focus.
const steady = () => performance.now() - shifted >= GLANCE;
const meant = (press) => (event) => {
  if (event.detail > 0 && !steady()) return;
  if (event.detail > 0) shifted = performance.now();
  press(event);
};

// --- what is said ---

function send(words) {
  if (document.body.dataset.link === "open" && tell) {
    tell(words);
    return true;
  }
  $("notice").textContent = t["not-sent"];
  return false;
}

function sayPhrase(text) {
  if (document.body.dataset.link === "open") send({ do: "say", text });
  else if (!pronounce(text)) $("notice").textContent = t["not-sent"]; // the device's own voice works without
}

const draftText = () => draft.map((word) => word.text).join(" ");
const mayAnswer = () => asked && $("yes").getAttribute("aria-disabled") !== "true";

function answer(text) {
  if (mayAnswer()) send({ do: "yes", number: asked.number, text });
}

function throwAway() {
  if (asked) send({ do: "no", number: asked.number });
}

// --- the question ---

// While somebody looks into it, it waits.
function stay() {
  if (!asked || !tell || performance.now() - stay.last < 1000) return;
  stay.last = performance.now();
  if (document.body.dataset.link === "open") tell({ do: "stay", number: asked.number });
}
stay.last = -Infinity;

function showAsked({ asked: question }) {
  const again = question && asked && question.number === asked.number;
  asked = question;
  for (const id of ["words", "answers"]) $(id).hidden = !asked;
  $("text").hidden = Boolean(asked) && document.body.dataset.state !== "partial";
  $("hint").hidden = $("silence").hidden = !asked;
  if (again) return;
  closeWord();
  correcting = false;
  if (!asked) {
    offer([], answer);
    if ($("answers").contains(document.activeElement)) document.activeElement.blur();
    return;
  }
  draft = asked.words.map((word) => ({ ...word }));
  showDraft();
  offer(asked.texts, answer);
  const answers = [...$("answers").children, ...$("texts").children];
  const wait = (yes) => answers.forEach((one) => (yes ? one.setAttribute("aria-disabled", "true") : one.removeAttribute("aria-disabled")));
  wait(true);
  const { number } = asked;
  setTimeout(() => asked?.number === number && wait(false), GLANCE);
  if (document.activeElement === document.body) $("yes").focus({ preventScroll: true });
  if (newest !== null && !seen($("yes"))) flash(put(t["announce-asked"], { text: asked.text }));
  // Whoever writes by switches would answer with the next press.
  const writes = scanning.group === $("write") || $("letters").contains(scanning.group);
  if (!writes) scanFrom($("answers"), true);
}

const seen = (one) => {
  const { top, bottom } = one.getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight;
};

// Other texts; `press` is given the one that is pressed.
function offer(texts, press) {
  $("others").hidden = !texts.length;
  $("texts").replaceChildren(...texts.map((text) => {
    const one = button(text, meant(() => press(text)));
    one.dir = "auto";
    return one;
  }));
}

function showDraft() {
  $("words").replaceChildren(...draft.map((word, place) => {
    const one = button(word.text, () => openWord(place), word.unsure ? "unsure" : "");
    one.setAttribute("aria-expanded", String(place === open));
    one.setAttribute("aria-controls", "instead");
    one.setAttribute("aria-label", put(word.unsure ? t["word-unsure"] : t.word, { word: word.text }));
    return one;
  }));
}

function openWord(place) {
  if (place === open) return closeWord(true);
  open = place;
  const word = draft[place];
  const title = put(t.instead, { word: word.text });
  const change = (text) => () => {
    if (text === null) draft.splice(place, 1);
    else draft[place] = { ...word, text, unsure: false };
    closeWord(true);
  };
  const others = word.choices.filter((text) => text !== word.text);
  $("instead").replaceChildren(
    element("p", "", title),
    ...others.map((text) => button(text, change(text))),
    button(t["write-it"], () => correct()),
    ...(draft.length > 1 ? [button(t["leave-out"], change(null))] : []),
    button(t.back, () => closeWord(true)),
  );
  $("instead").setAttribute("aria-label", title);
  $("instead").hidden = false;
  showDraft();
  $("instead").querySelector("button").focus();
  scanFrom($("instead"), true);
}

function closeWord(back = false) {
  const place = open;
  open = -1;
  $("instead").hidden = true;
  if (!asked) return;
  showDraft();
  if (!back) return;
  const words = $("words").children;
  words[Math.min(place, words.length - 1)].focus();
  scanFrom($("answers"), true);
}

// What is read is put where it can be written.
function correct() {
  if (!asked) return;
  const text = draftText();
  closeWord();
  correcting = true;
  $("written").value = text;
  if (scanning.mode !== "off") return scanFrom($("letters").firstElementChild);
  $("written").focus();
  $("written").select();
}

// Letters for whoever has switches and no keyboard: rows, and the buttons of a row.
function makeLetters() {
  const key = (name, change) => button(name, () => {
    $("written").value = change($("written").value);
    stay();
    scanFrom($("letters").firstElementChild);
  });
  const rows = t.letters.split(" ").map((row) => [...row].map((letter) => key(letter, (text) => text + letter)));
  rows.push([
    key(t["letter-space"], (text) => `${text.trimEnd()} `),
    key(t["letter-delete"], (text) => [...text].slice(0, -1).join("")),
    key(t["word-delete"], (text) => text.trimEnd().replace(/\S+$/, "")),
  ]);
  $("letters").replaceChildren(...rows.map((keys) => {
    const row = element("div");
    row.dataset.scan = "";
    row.setAttribute("role", "group");
    row.setAttribute("aria-label", keys.map((one) => one.textContent).join(" "));
    row.append(...keys);
    return row;
  }));
}

// --- what is told ---

function showText({ kind, text, texts }) {
  const state = document.body.dataset.state;
  const again = kind === "asked" && state === kind && $("text").textContent === text;
  document.body.dataset.state = kind;
  $("state").textContent = t[`state-${kind}`];
  $("text").textContent = text;
  if (!asked) offer(texts, sayPhrase);
  $("text").hidden = kind === "asked" || (Boolean(asked) && kind !== "partial");
  if (kind === "partial") {
    $("notice").textContent = "";
    return;
  }
  if (newest !== null && !again && (state !== kind || text)) announce(text ? put(t[`announce-${kind}`], { text }) : t[`state-${kind}`]);
}

function showNotice({ kind, text }) {
  const known = t[`notice ${text}`] ?? text;
  $("notice").textContent =
    kind === "output" ? put(t["output-failed"], { what: text }) : kind === "face" && SEEN.includes(text) ? "" : known;
}

function done(text) {
  announce(text);
  flash(text);
}

function showSaid({ said, newest: last = 0 }) {
  const fresh = newest !== null && last > newest ? said.filter(([number]) => number > newest) : [];
  newest = last;
  for (const [, text] of fresh) pronounce(text);
  for (const [, text] of asked ? fresh : []) done(put(t["announce-said"], { text })); // the question stays where it is
  $("said").replaceChildren(...[...said].reverse().map(([number, text]) => {
    const line = element("li");
    const words = element("span", "", text);
    words.dir = "auto";
    const named = (key, press) => {
      const one = button(t[key], press);
      one.setAttribute("aria-label", put(t["of-text"], { what: t[key], text }));
      return one;
    };
    line.append(
      words,
      named("again", meant(() => sayPhrase(text))),
      named("copy", (event) => copy(text, event.currentTarget)),
      named("delete", () => send({ do: "forget", number })),
    );
    return line;
  }));
}

function showPhrases({ phrases }) {
  const away = $("tidy").getAttribute("aria-pressed") === "true" && phrases.length > 0;
  $("tidy").setAttribute("aria-pressed", String(away));
  $("tidy").hidden = !phrases.length;
  $("none").hidden = phrases.length > 0;
  $("phrases").replaceChildren(...phrases.map((text) => {
    const line = element("li");
    line.setAttribute("role", "presentation");
    const press = () => (removing() ? send({ do: "remove", text }) : sayPhrase(text));
    const one = button(text, meant(press), away ? "away" : "");
    one.dir = "auto";
    if (away) one.setAttribute("aria-label", put(t["of-text"], { what: t.delete, text }));
    line.append(one);
    return line;
  }));
  showPhrases.last = phrases;
}

const removing = () => $("tidy").getAttribute("aria-pressed") === "true";

function showBell({ rung: number }) {
  const rings = rung !== null && number > rung;
  rung = number;
  if (!rings) return;
  $("ringing").querySelector("p").textContent = t.ringing;
  $("ringing").hidden = false;
  clearTimeout(showBell.timer);
  showBell.timer = setTimeout(() => ($("ringing").hidden = true), RINGING);
  chime();
}

function showAbout({ aloud: itself, acts: does, silence }) {
  aloud = itself;
  acts = does;
  $("silence").textContent = silence === null ? "" : put(t.silence, { seconds: silence });
  listVoices();
}

// --- voice and bell of this device ---

// Voices of others on the network would be told what is said.
const voices = () => (window.speechSynthesis?.getVoices() ?? []).filter((voice) => voice.localService);

function pronounce(text) {
  const wanted = settings.voice ?? (aloud ? "" : "default");
  if (!wanted || !window.speechSynthesis || !voices().length) return false;
  const said = new SpeechSynthesisUtterance(text);
  said.voice = voices().find((voice) => voice.voiceURI === wanted) ?? voices().find((voice) => voice.default) ?? voices()[0];
  said.lang = said.voice.lang;
  said.volume = settings.volume;
  said.rate = settings.rate;
  said.onerror = ({ error }) => {
    if (error === "not-allowed") $("notice").textContent = t["voice-blocked"];
  };
  speechSynthesis.speak(said);
  return true;
}

function listVoices() {
  const there = voices();
  const option = (value, text, lang) => {
    const made = element("option", "", text);
    made.value = value;
    if (lang) made.lang = lang;
    return made;
  };
  const groups = new Map();
  for (const voice of there) {
    const name = languageOf(voice);
    if (!groups.has(name)) groups.set(name, Object.assign(element("optgroup"), { label: name }));
    groups.get(name).append(option(voice.voiceURI, voice.name, voice.lang));
  }
  const named = [...groups.values()].sort((one, other) => one.label.localeCompare(other.label));
  $("voice").replaceChildren(option("", t["voice-off"]), ...(there.length ? [option("default", t["voice-default"])] : []), ...named);
  $("voice").value = there.length ? settings.voice ?? (aloud ? "" : "default") : "";
  $("mute").hidden = acts || there.length > 0;
}

// The language of a voice, in that of the page.
function languageOf(voice) {
  try {
    return new Intl.DisplayNames([document.documentElement.lang], { type: "language" }).of(voice.lang.replace("_", "-"));
  } catch {
    return voice.lang; // some have names that are none
  }
}

function chime() {
  try {
    const audio = new AudioContext();
    [880, 660, 880, 660].forEach((pitch, place) => {
      const tone = new OscillatorNode(audio, { frequency: pitch });
      const level = new GainNode(audio, { gain: 0 });
      const start = audio.currentTime + 0.45 * place;
      level.gain.setValueAtTime(settings.volume, start);
      level.gain.exponentialRampToValueAtTime(0.001, start + 0.4);
      tone.connect(level).connect(audio.destination);
      tone.start(start);
      tone.stop(start + 0.4);
    });
    setTimeout(() => audio.close(), 2500);
  } catch { /* no sound here: it is shown */ }
}

// --- the rest ---

async function copy(text, pressed) {
  try {
    await navigator.clipboard.writeText(text);
  } catch { // only there over TLS, or on the device itself
    const field = element("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
    pressed.focus();
  }
  done(t.copied);
}

function keepSettings(changed) {
  settings = { ...settings, ...changed };
  try {
    localStorage.setItem(PLACE, JSON.stringify(settings));
  } catch { /* not allowed to keep any */ }
}

function showSettings(shown) {
  $("settings").hidden = !shown;
  $("open").setAttribute("aria-expanded", String(shown));
  if (shown) $("settings-title").focus();
  else $("open").focus();
  if (shown) scanFrom($("settings"), true);
  else scanFrom($("open").parentElement);
}

// Pictures come by a connection of their own, which is there only while somebody looks.
function look(yes) {
  look.socket?.close();
  $("seen").hidden = true;
  if (!yes) return;
  look.socket = new WebSocket(`${location.origin.replace("http", "ws")}/messages${location.search}`);
  look.socket.onmessage = ({ data }) => {
    const { type, picture, rendered } = JSON.parse(data);
    if (type === "status") $("rendered").hidden = !rendered;
    if (type !== "picture" || !$("look").checked) return;
    $("picture").src = picture;
    $("seen").hidden = false;
  };
}

function begin() {
  try {
    settings = { ...settings, ...JSON.parse(localStorage.getItem(PLACE) ?? "{}") };
  } catch { /* none, or not allowed to have any */ }
  for (const name of ["volume", "rate", "scan", "pace"]) {
    $(name).value = settings[name];
    $(name).addEventListener("change", () => {
      keepSettings({ [name]: name === "scan" ? $(name).value : Number($(name).value) });
      setScanning(settings.scan, settings.pace);
    });
  }
  makeLetters();
  setScanning(settings.scan, settings.pace);
  $("voice").addEventListener("change", () => {
    keepSettings({ voice: $("voice").value });
    pronounce(t.title);
  });
  window.speechSynthesis?.addEventListener?.("voiceschanged", listVoices);
  $("lang").addEventListener("change", () => {
    const query = new URLSearchParams(location.search);
    query.set("lang", $("lang").value);
    location.search = query;
  });
  $("yes").addEventListener("click", meant(() => answer(draftText())));
  $("change").addEventListener("click", correct);
  $("no").addEventListener("click", meant(() => mayAnswer() && throwAway()));
  $("ring").addEventListener("click", () => send({ do: "bell" }) || chime());
  $("rung").addEventListener("click", () => ($("ringing").hidden = true));
  $("open").addEventListener("click", () => showSettings($("settings").hidden));
  $("shut").addEventListener("click", () => showSettings(false));
  $("look").addEventListener("change", () => look($("look").checked));
  $("tidy").addEventListener("click", () => {
    $("tidy").setAttribute("aria-pressed", String(!removing()));
    showPhrases({ phrases: showPhrases.last });
  });
  $("keep").addEventListener("click", () => {
    const text = $("written").value.trim();
    if (text && send({ do: "add", text })) $("written").value = "";
  });
  $("write").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = $("written").value.trim();
    if (!text) return;
    if (correcting && asked) {
      answer(text);
      $("written").blur(); // the next question is answered by Enter again
    } else sayPhrase(text);
    $("written").value = "";
    correcting = false;
  });
  const room = new ResizeObserver(() => (shifted = performance.now()));
  for (const one of [$("state").parentElement, $("said")]) room.observe(one);
  for (const stir of ["pointerdown", "keydown", "input"]) addEventListener(stir, stay, true);
  addEventListener("keydown", ({ key, target }) => {
    if (key !== "Escape") return;
    if (!$("instead").hidden) closeWord(true);
    else if (target === $("written") && (correcting || target.value)) {
      correcting = false;
      $("written").value = "";
      if (asked) $("yes").focus();
    } else if (!$("settings").hidden) showSettings(false);
    else throwAway();
  });
  $("code").addEventListener("load", () => {
    $("code").hidden = false;
    $("elsewhere").textContent = t["elsewhere-how"];
  });
  $("open").addEventListener("click", () => {
    if (!$("code").src) $("code").src = `link.svg${location.search}`;
  });
  if (window.isSecureContext && "serviceWorker" in navigator)
    setTimeout(() => navigator.serviceWorker.register(`offline.js${location.search}`).catch(() => {}), LATER);
}

begin();
connect(
  {
    about: showAbout,
    text: showText,
    asked: showAsked,
    said: showSaid,
    phrases: showPhrases,
    bell: showBell,
    notice: showNotice,
  },
  (say) => {
    tell = say;
    newest = rung = null; // what was said while nobody listened is old
    $("notice").textContent = "";
  },
  {
    path: "/speak/messages",
    pulse: STALE,
    words: { open: t.connected, waiting: t.waiting, stale: t.stale, ended: t.ended },
  },
);
