// What all pages of edge-lip have in common: the connection, and what camera and mouth look like.
"use strict";

const AGAIN = 2000; // milliseconds until the next try to connect

const $ = (id) => document.getElementById(id);

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function fill(meter, share) {
  meter.querySelector("i").style.width = `${100 * Math.max(0, Math.min(1, share))}%`;
}

function showSeen({ picture, mouth }) {
  $("picture").src = picture;
  $("picture").hidden = false;
  $("mouth").hidden = !mouth;
  $("outline").setAttribute("points", mouth ? mouth.outline.map((xy) => xy.join()).join(" ") : "");
  const speed = mouth ? mouth.speed / (2 * mouth.speech) : 0; // the mark is in the middle
  fill($("speed"), speed);
  $("speed").setAttribute("aria-valuenow", Math.round(100 * Math.min(1, speed)));
  if (mouth) $("mouth").src = mouth.picture;
}

function link(state, words) {
  document.body.dataset.link = state;
  $("link").textContent = words;
}

const LINK_WORDS = {
  open: "connected",
  waiting: "waiting for edge-lip …",
  stale: "no news: what is shown may be old",
  ended: "edge-lip has ended",
};

// Gives each message to the function in `show` for its type; others are passed over. Calls `begun`
// whenever it is connected, with what says something to edge-lip. `pulse`: milliseconds without any
// message after which what is shown is old, and another connection is tried.
function connect(show, begun, { path = "/messages", words = LINK_WORDS, pulse = Infinity } = {}) {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(`${scheme}//${location.host}${path}${location.search}`);
  let heard = performance.now();
  let given = false; // up
  const lost = (state, told) => {
    if (given) return;
    given = true;
    clearInterval(watch);
    link(state, told);
    setTimeout(connect, AGAIN, show, begun, { path, words, pulse });
  };
  // A network that goes away does not say so: no message comes, and no end either.
  const watch = setInterval(() => {
    if (performance.now() - heard < pulse) return;
    lost("stale", words.stale);
    socket.close();
  }, 1000);
  socket.onopen = () => {
    heard = performance.now();
    link("open", words.open);
    begun((said) => socket.send(JSON.stringify(said)));
  };
  socket.onmessage = ({ data }) => {
    if (given) return;
    heard = performance.now();
    const message = JSON.parse(data);
    show[message.type]?.(message);
  };
  socket.onclose = ({ wasClean }) => lost("waiting", wasClean ? words.ended : words.waiting);
}
