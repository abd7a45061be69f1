// Scanning: all buttons of a page by one or two switches, which a computer takes for keys. First
// its groups ([data-scan]) come in turn, then the buttons of the one that was chosen.
"use strict";

const NEXT = " "; // of two switches the first
const CHOOSE = "Enter"; // and the second; of one switch, either

const scanning = { mode: "off", seconds: 1.5, group: null, item: null, timer: 0 };

const visible = (one) => one.getClientRects().length > 0;

function scanGroups() {
  return [...document.querySelectorAll("[data-scan]")].filter((group) => visible(group) && scanItems(group).length);
}

function scanItems(group) {
  return [...group.querySelectorAll("button")].filter((one) => visible(one) && !one.disabled);
}

function scanMark(element) {
  for (const marked of document.querySelectorAll(".scanned")) marked.classList.remove("scanned");
  if (!element) return;
  element.classList.add("scanned");
  if (element.tagName !== "BUTTON") element.tabIndex = -1;
  element.focus();
  element.scrollIntoView({ block: "nearest" });
}

// Behind the last button of a group the groups come again.
function scanNext() {
  if (scanning.item) {
    const items = scanItems(scanning.group);
    scanning.item = items[items.indexOf(scanning.item) + 1] ?? null;
    scanMark(scanning.item ?? scanning.group);
    return;
  }
  const groups = scanGroups();
  scanning.group = groups[(groups.indexOf(scanning.group) + 1) % groups.length] ?? null;
  scanMark(scanning.group);
}

function scanChoose() {
  const { group, item } = scanning;
  if (item && visible(item)) {
    scanFrom(group);
    item.click();
  } else if (group && visible(group)) {
    [scanning.item] = scanItems(group);
    scanMark(scanning.item);
  } else scanNext();
  scanClock();
}

// Goes on from `group`, into it where that is wanted: something has come that waits for an answer.
function scanFrom(group, into = false) {
  if (scanning.mode === "off") return;
  scanning.group = group && visible(group) ? group : null;
  scanning.item = into && scanning.group ? scanItems(group)[0] : null;
  scanMark(scanning.item ?? scanning.group);
  scanClock();
}

function scanClock() {
  clearInterval(scanning.timer);
  if (scanning.mode === "one") scanning.timer = setInterval(scanNext, 1000 * scanning.seconds);
}

function setScanning(mode, seconds) {
  Object.assign(scanning, { mode, seconds, group: null, item: null });
  scanMark(null);
  scanClock();
}

addEventListener("keydown", (event) => {
  const typing = event.target.matches("input, select, textarea") && event.target.type !== "checkbox";
  if (scanning.mode === "off" || typing || ![NEXT, CHOOSE].includes(event.key)) return;
  event.preventDefault();
  if (event.repeat) return;
  if (scanning.mode === "two" && event.key === NEXT) scanNext();
  else scanChoose();
}, true);
// A button that has the focus is pressed when the space bar comes up.
addEventListener("keyup", (event) => {
  if (scanning.mode !== "off" && event.key === NEXT && event.target.tagName === "BUTTON") event.preventDefault();
}, true);
