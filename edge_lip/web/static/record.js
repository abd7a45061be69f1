// Shows a recording session of edge-lip and answers it; docs/phrases.md says what it asks for.
"use strict";

const WORDS = {
  begin: ["Begin", "Enter"],
  keep: ["Keep it", "k"],
  again: ["Once more", "a"],
  skip: ["Skip", "s"],
  stop: ["Stop", "q"],
};
const SECONDS = { counts: (state) => `${state.seconds} …`, speak: () => "now", asks: () => "" };

let say = () => {}; // tells edge-lip something
let asking = null; // the question that waits for an answer

function answer(chosen, text = "") {
  if (!asking || !asking.answers.includes(chosen)) return;
  say({ number: asking.number, answer: chosen, text });
  asking = null;
  for (const button of $("answers").children) button.disabled = true;
}

function showChoice({ phrases, lines, answers }) {
  $("phrases").replaceChildren(...phrases.map(([text, takes]) => {
    const line = element("li");
    const more = element("button", "", "More takes");
    const remove = element("button", "", "Remove");
    more.addEventListener("click", () => answer("add", text));
    remove.addEventListener("click", () => answer("remove", text));
    line.append(element("strong", "", text), ` ${takes === 1 ? "1 take" : `${takes} takes`} `, more, " ", remove);
    return line;
  }));
  $("lines").replaceChildren(...lines.map((line) => element("li", "", line)));
  $("test").disabled = !phrases.length;
  $("end").hidden = !answers.includes("end");
}

function showAnswers(state) {
  asking = state.answers.length ? state : null;
  const choosing = state.stage === "choose";
  $("choose").hidden = !choosing;
  for (const id of ["how", "text", "now"]) $(id).hidden = choosing;
  if (choosing) {
    $("place").textContent = "";
    $("answers").replaceChildren();
    showChoice(state);
    return;
  }
  $("answers").replaceChildren(...state.answers.map((name, place) => {
    const [words, key] = WORDS[name];
    const button = element("button", place ? "" : "first", words);
    button.append(" ", element("small", "", place || key === "Enter" ? key : `Enter or ${key}`));
    button.addEventListener("click", () => answer(name));
    return button;
  }));
}

function showNow(state) {
  const { stage } = state;
  document.body.dataset.stage = stage;
  if (stage in SECONDS) $("now").textContent = SECONDS[stage](state);
  if (stage === "taken")
    $("now").textContent = state.problems.length ? "Something is wrong with it:" : `good, ${state.seconds} s`;
  if (stage === "kept") $("now").textContent = "kept";
  if (stage === "over") $("now").textContent = "That was all.";
}

function showSession(state) {
  if (state.asked !== undefined) {
    $("text").className = state.nothing ? "nothing" : "";
    $("text").textContent = state.nothing ? `Say none of your phrases: ${state.asked}` : state.asked;
    $("place").textContent = `${state.place} of ${state.total}`;
  }
  showNow(state);
  $("problems").replaceChildren(...state.problems.map((line) => element("li", "", line)));
  $("told").textContent = state.told ?? "";
  showAnswers(state);
}

function showPicture(message) {
  showSeen(message);
  $("reading").textContent = !message.mouth ? "no face" : message.reading ? "they speak" : "still";
}

addEventListener("keydown", ({ key, ctrlKey, altKey, metaKey, repeat }) => {
  if (ctrlKey || altKey || metaKey || repeat || !asking || asking.stage === "choose") return;
  if (key === "Enter") {
    if (document.activeElement?.tagName !== "BUTTON") answer(asking.answers[0]);
    return; // a button that has the focus is pressed by it
  }
  const chosen = Object.keys(WORDS).find((name) => WORDS[name][1] === key.toLowerCase());
  if (chosen) answer(chosen);
});

$("add").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = $("phrase").value.trim();
  if (!text) return;
  $("phrase").value = "";
  answer("add", text);
});
$("test").addEventListener("click", () => answer("test"));
$("end").addEventListener("click", () => answer("end"));

const beside = location.pathname === "/teach"; // edge-lip reads meanwhile, and shows that at "/"
$("back").hidden = !beside;
$("back").firstChild.href = `.${location.search}`;

connect({ picture: showPicture, session: showSession }, (speak) => {
  say = speak;
}, { path: beside ? "/teach/messages" : "/messages" });
