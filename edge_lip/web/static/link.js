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

// Gives each message to the function in `show` for its type. Calls `begun` whenever it is connected,
// with what says something to edge-lip.
function connect(show, begun) {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(`${scheme}//${location.host}/messages${location.search}`);
  socket.onopen = () => {
    link("open", "connected");
    begun((words) => socket.send(JSON.stringify(words)));
  };
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    show[message.type](message);
  };
  socket.onclose = ({ wasClean }) => {
    link("waiting", wasClean ? "edge-lip has ended" : "waiting for edge-lip …");
    setTimeout(connect, AGAIN, show, begun);
  };
}
