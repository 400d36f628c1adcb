// Follows starts, builds and images by server-sent events, and moves on when it is over.
"use strict";

for (const place of document.querySelectorAll("[data-progress]")) {
  const bar = place.querySelector("progress");
  const message = place.querySelector("[data-message]");
  const steps = place.querySelector("[data-steps]");
  const log = place.querySelector("[data-log]");
  if (log) log.textContent = "";
  const source = new EventSource(place.dataset.progress);

  // Giving up goes elsewhere by itself.
  place.querySelector("form")?.addEventListener("submit", () => source.close());

  const leave = () => {
    source.close();
    if (place.dataset.target) location.replace(place.dataset.target);
    else location.reload();
  };

  source.onmessage = ({ data }) => {
    const event = JSON.parse(data);
    if (event.failed) {
      source.close();
      return location.reload();
    }
    if (typeof event.progress === "number") bar.value = Math.max(bar.value, event.progress);
    if (event.message) {
      message.textContent = event.message;
      if (steps && steps.lastElementChild?.textContent !== event.message) {
        steps.append(Object.assign(document.createElement("li"), { textContent: event.message }));
      }
      if (log) {
        const follows = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
        log.append(event.message + "\n");
        if (follows) log.scrollTop = log.scrollHeight;
      }
    }
    if (event.ready) leave();
  };

  // The stream ended without a last word: the gateway was restarted, or the start is over.
  source.onerror = () => {
    if (source.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 1000);
  };
}
