// Follows starts, builds and images by server-sent events, and moves on when it is over.
"use strict";

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

// Not by EventSource, which can send no header: the page's mark would have to stand in the address.
async function* events(answer) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let rest = "", part; !(part = await reader.read()).done;) {
    const lines = (rest + part.value).split("\n");
    rest = lines.pop();
    for (const line of lines) if (line.startsWith("data: ")) yield JSON.parse(line.slice(6));
  }
}

for (const place of document.querySelectorAll("[data-progress]")) {
  const bar = place.querySelector("progress");
  const message = place.querySelector("[data-message]");
  const steps = place.querySelector("[data-steps]");
  const log = place.querySelector("[data-log]");
  const mark = document.querySelector("[name=_csrf]").value;
  const given = new AbortController();

  // Giving up goes elsewhere by itself.
  place.querySelector("form")?.addEventListener("submit", () => given.abort());

  const show = (event) => {
    if (typeof event.progress === "number") bar.value = Math.max(bar.value, event.progress);
    if (!event.message) return;
    message.textContent = event.message;
    if (steps && steps.lastElementChild?.textContent !== event.message) {
      steps.append(Object.assign(document.createElement("li"), { textContent: event.message }));
    }
    if (log) {
      const follows = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
      log.append(event.message + "\n");
      if (follows) log.scrollTop = log.scrollHeight;
    }
  };

  const leave = () => {
    if (place.dataset.target) location.replace(place.dataset.target);
    else location.reload();
  };

  const reload = async () => {
    await pause(1000);
    if (!given.signal.aborted) location.reload();
  };

  const follow = async () => {
    const answer = await fetch(place.dataset.progress, { headers: { "X-CSRF-Token": mark }, signal: given.signal });
    // Not a page to load: a front end's own, while the gateway is away.
    if (answer.status >= 500) throw new Error(answer.statusText);
    if (!answer.ok) return reload();
    // Every stream tells all from the beginning.
    if (log) log.textContent = "";
    steps?.replaceChildren();
    for await (const event of events(answer)) {
      if (event.failed) return location.reload();
      show(event);
      if (event.ready) return leave();
    }
    // It ended without a last word: it is over, and the page knows how.
    await reload();
  };

  // The gateway is restarted, or the network is away: it comes back.
  const keepFollowing = () => follow().catch(async () => {
    await pause(1000);
    if (!given.signal.aborted) keepFollowing();
  });
  keepFollowing();
}
