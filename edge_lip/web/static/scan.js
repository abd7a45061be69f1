// Scanning: all controls of a page by one or two switches, which a computer takes for keys. First
// its groups ([data-scan]) come in turn, then the controls of the one that was chosen. What switches
// can't undo has [data-by-hand].
"use strict";

const NEXT = " "; // of two switches the first
const CHOOSE = "Enter"; // and the second; of one switch, either

const scanning = { mode: "off", seconds: 1.5, group: null, item: null, timer: 0 };

const visible = (one) => one.getClientRects().length > 0;

function scanGroups() {
  return [...document.querySelectorAll("[data-scan]")].filter((group) => visible(group) && scanItems(group).length);
}

function scanItems(group) {
  const all = group.querySelectorAll("button, select, input[type=range], input[type=checkbox]");
  return [...all].filter((one) => visible(one) && !one.disabled && !("byHand" in one.dataset));
}

function scanMark(element) {
  for (const marked of document.querySelectorAll(".scanned")) marked.classList.remove("scanned");
  if (!element) return;
  element.classList.add("scanned");
  if ("scan" in element.dataset) element.tabIndex = -1;
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
    if (item.matches("select, input[type=range]")) scanTurn(item);
    else {
      scanFrom(group);
      item.click();
    }
  } else if (group && visible(group)) {
    [scanning.item] = scanItems(group);
    scanMark(scanning.item);
  } else scanNext();
  scanClock();
}

// The next value, and behind the last the first again; it stays chosen, to be turned further.
function scanTurn(item) {
  const before = item.value;
  if (item.tagName === "SELECT") item.selectedIndex = (item.selectedIndex + 1) % item.options.length;
  else item.stepUp();
  if (item.type === "range" && item.value === before) item.value = item.min;
  item.dispatchEvent(new Event("change"));
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
  const goesOn = mode === scanning.mode && mode !== "off"; // another pace is no new beginning
  Object.assign(scanning, { mode, seconds });
  $("letters").hidden = mode === "off";
  if (!goesOn) {
    Object.assign(scanning, { group: null, item: null });
    scanMark(null);
  }
  scanClock();
}

addEventListener("keydown", (event) => {
  const typing = event.target.id === "written"; // where switches never lead: letters are theirs
  if (scanning.mode === "off" || typing || ![NEXT, CHOOSE].includes(event.key)) return;
  event.preventDefault();
  if (event.repeat) return;
  if (scanning.mode === "two" && event.key === NEXT) scanNext();
  else scanChoose();
}, true);
// What has the focus is pressed when the space bar comes up.
addEventListener("keyup", (event) => {
  if (scanning.mode !== "off" && event.key === NEXT && event.target.id !== "written") event.preventDefault();
}, true);
