"use strict";
// Every clip: its large crop plays when pressed, and shows the moment that is pointed at below it.
for (const article of document.querySelectorAll("article")) {
  const large = article.querySelector(".large");
  if (!large) continue;
  const frames = Number(large.dataset.frames);
  const columns = Number(large.dataset.columns);
  const period = (1000 * Number(large.dataset.seconds)) / Math.max(1, frames - 1);
  const strip = article.querySelector(".strip");
  let timer = 0;

  function show(frame) {
    large.style.setProperty("--column", frame % columns);
    large.style.setProperty("--row", Math.floor(frame / columns));
    strip.style.setProperty("--at", frame / frames);
  }
  function stop() {
    cancelAnimationFrame(timer);
    timer = 0;
  }
  function play() {
    const start = performance.now();
    const step = (now) => {
      const frame = Math.floor(Math.max(0, now - start) / Math.max(1, period));
      show(frame % frames);
      timer = requestAnimationFrame(step);
    };
    timer = requestAnimationFrame(step);
  }
  large.addEventListener("click", () => (timer ? stop() : play()));
  strip.addEventListener("pointermove", (event) => {
    stop();
    const box = strip.getBoundingClientRect();
    const share = (event.clientX - box.left) / box.width;
    show(Math.min(frames - 1, Math.max(0, Math.floor(share * frames))));
  });
}

for (const figure of document.querySelectorAll("figure")) {
  figure.addEventListener("click", () => figure.classList.toggle("whole"));
}

const filter = document.getElementById("filter");
const list = document.getElementById("clips");
const orders = {
  worst: (a, b) => a.dataset.worst - b.dataset.worst,
  confidence: (a, b) => a.dataset.confidence - b.dataset.confidence,
  name: (a, b) => a.dataset.name.localeCompare(b.dataset.name),
};

function apply() {
  const { text, show, order } = Object.fromEntries(new FormData(filter));
  const wanted = text.toLowerCase().split(/\s+/);
  const articles = [...list.children].sort(orders[order]);
  let count = 0;
  for (const article of articles) {
    const content = article.querySelector(".told").textContent.toLowerCase();
    const fits = show === "all" || article.classList.contains(show);
    article.hidden = !fits || !wanted.every((word) => content.includes(word));
    count += !article.hidden;
  }
  list.append(...articles);
  document.getElementById("count").value = `${count} shown`;
}
filter.addEventListener("input", apply);
filter.addEventListener("submit", (event) => event.preventDefault());
apply();
