// Shows the messages of edge-lip as they come; docs/demo.md says what is in them.
"use strict";

const HISTORY = 50; // utterances listed
const EACH = ["face", "crop", "encode"]; // stages of every frame: what the bar is made of
const SEEN = ["the face is seen again", "one face"]; // nothing is wrong any more
const AFTER = ["decode", "text"]; // stages of an utterance
const WHAT = {
  face: "finding face and lips",
  crop: "cutting out the mouth",
  encode: "network, first half",
  decode: "network, second half, a text",
  text: "from numbers to words, a text",
};

const percent = (share) => `${Math.round(100 * share)} %`;
const ms = (value) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;

let announcing = false; // not what was said before this page was opened
let facing = ""; // why the face can't be read, or that there is more than one
let told = 0; // utterances whose words are known
let right = 0; // of them, those read without a mistake

function showPicture(message) {
  showSeen(message);
  $("notice").textContent = "";
  const how = !message.mouth ? "no face" : message.reading ? "an utterance goes on" : "still";
  $("reading").textContent = facing || how;
}

function comparison(event) {
  const same = event.kind === "final" && event.text === event.said;
  return element("span", same ? "same" : "other", same ? "✓ read right" : `✗ really said: ${event.said}`);
}

function showEvent(event) {
  if (event.kind === "source") {
    $("notice").textContent = event.message;
    return;
  }
  if (event.kind === "face") {
    facing = SEEN.includes(event.message) ? "" : event.message;
    return;
  }
  const partial = event.kind === "partial";
  if (partial && !event.text) return; // the last text stays until there is another
  const words = { rejected: "(not understood)", no_face: "(no face)" }[event.kind] || event.text;
  $("text").className = partial ? "partial" : "";
  $("text").textContent = words;
  $("confidence").hidden = !event.text;
  fill($("confidence"), event.confidence);
  $("confidence").querySelector("p").textContent = `${percent(event.confidence)} sure`;
  $("said").hidden = partial || event.said === null;
  if (partial) return;
  if (event.kind !== "no_face") $("reading").textContent = "the utterance is over";
  if (announcing) $("announced").textContent = words;
  if (event.said !== null) $("said").replaceChildren(comparison(event));
  remember(event, words);
}

function remember(event, words) {
  const line = element("li");
  const time = element("time", "", new Date().toLocaleTimeString([], { hourCycle: "h23" }));
  line.append(time, element("span", "", words), element("span", "sure", percent(event.confidence)));
  if (!announcing) time.textContent = "earlier";
  if (event.said !== null) {
    const mark = comparison(event);
    told += 1;
    right += mark.className === "same";
    mark.classList.add("really");
    line.append(mark);
    $("score").hidden = false;
    $("score").textContent = `${right} of ${told} read right`;
  }
  $("history").prepend(line);
  while ($("history").children.length > HISTORY) $("history").lastChild.remove();
}

function showStatus(status) {
  announcing = true;
  $("source").textContent = status.source;
  $("teach").hidden = !status.teaching;
  for (const badge of document.querySelectorAll(".badge")) badge.hidden = !status.rendered;
  showStages(status);
  const counts = {
    "came": status.frames,
    "with a face": status.faces,
    "dropped, for want of time": status.dropped,
    "a second": status.fps ?? "–",
  };
  if (status.temperature !== null) counts["processor"] = `${status.temperature} °C`;
  $("counts").replaceChildren(...Object.entries(counts).flatMap(([name, value]) => [
    element("dt", "", name),
    element("dd", "", value),
  ]));
}

function showStages({ stages, fps, rendered, live }) {
  const each = EACH.filter((stage) => stage in stages);
  if (!each.length) return;
  const whole = each.reduce((sum, stage) => sum + stages[stage], 0);
  $("budget").textContent =
    `${ms(whole)} of work a frame` + (fps ? `; one comes every ${ms(1000 / fps)}` : "");
  $("bar").replaceChildren(...each.map((stage) => {
    const part = element("i", stage);
    part.style.flexGrow = stages[stage];
    return part;
  }));
  const reading = rendered ? "rendering the frame" : live ? "waiting for the camera" : "getting the frame";
  const rows = [...each, ...AFTER.filter((stage) => stage in stages)].map((stage) => [stage, WHAT[stage]]);
  if ("read" in stages) rows.push(["read", reading]);
  $("stages").replaceChildren(...rows.map(([stage, what]) => {
    const row = element("tr");
    const name = element("td");
    if (stage !== "read") name.append(element("i", stage));
    name.append(`${stage} `, element("small", "", what));
    row.append(name, element("td", "", ms(stages[stage])));
    return row;
  }));
}

$("teach").firstChild.href = `teach${location.search}`;

const SHOW = { picture: showPicture, event: showEvent, status: showStatus };

connect(SHOW, () => {
  $("history").replaceChildren();
  announcing = false;
  told = right = 0;
});
