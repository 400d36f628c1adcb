// Small comforts for pages that also work without them.
"use strict";

// A form that is under way is not sent twice.
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    event.submitter?.setAttribute("aria-busy", "true");
  });
}
// Coming back by the browser's history finds the form usable again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
  }
});

// Times in the reader's own zone and manner.
for (const time of document.querySelectorAll("time[datetime]")) {
  const moment = new Date(time.dateTime);
  if (isNaN(moment)) continue;
  const style = "date" in time.dataset ? { dateStyle: "medium" } : { dateStyle: "medium", timeStyle: "short" };
  time.textContent = new Intl.DateTimeFormat(document.documentElement.lang, style).format(moment);
}

// A chosen file can be read before it is sent; what counts then is the text, which may be changed.
for (const input of document.querySelectorAll("input[type=file][data-into]")) {
  input.addEventListener("change", async () => {
    const file = input.files[0];
    if (!file) return;
    const field = document.getElementById(input.dataset.into);
    input.name = input.dataset.name ??= input.name;
    try {
      field.value = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
      input.removeAttribute("name");
    } catch {
      // Its bytes go with the form; the answer says which line is no UTF-8.
      field.value = "";
    }
  });
}

// Copy a new token.
const secret = document.querySelector("[data-secret]");
const copy = document.querySelector("[data-copy]");
if (secret && copy && navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(secret.value);
    copy.textContent = "✓";
  });
  secret.addEventListener("focus", () => secret.select());
}

// The editor keeps its text for the way through the log-in alone (lint.js).
if (!document.querySelector("[data-lint]") && !location.pathname.startsWith("/hub/login")) sessionStorage.removeItem("berth-recipe");
