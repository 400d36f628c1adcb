// Looks a recipe over while it is typed.
"use strict";

for (const recipe of document.querySelectorAll("textarea[data-lint]")) {
  const list = document.getElementById("findings");
  const mark = recipe.form.querySelector("[name=_csrf]").value;
  let wait, asked = 0;

  // What was written outlives a session that has ended meanwhile: this tab keeps it while the person logs in again.
  const key = "berth-recipe", action = new URL(recipe.form.action).pathname;
  const kept = JSON.parse(sessionStorage.getItem(key) ?? "null");
  sessionStorage.removeItem(key);
  if (kept?.action === action && document.referrer.includes("/hub/login")) recipe.value = kept.text;
  let sent = false;
  recipe.form.addEventListener("submit", () => {
    sent = true;
    sessionStorage.setItem(key, JSON.stringify({ action, text: recipe.value }));
  });
  addEventListener("pageshow", () => { sent = false; });
  addEventListener("beforeunload", (event) => {
    if (!sent && recipe.value !== recipe.defaultValue) event.preventDefault();
  });

  const line = (level, ...parts) => {
    const item = document.createElement("li");
    item.className = `finding ${level}`;
    item.append(...parts);
    return item;
  };
  const element = (name, text, kind = "") => Object.assign(document.createElement(name), { textContent: text, className: kind });

  // A file that is too long is told before it is sent.
  const excess = () => {
    const size = new Blob([recipe.value]).size;
    const text = size > Number(list.dataset.most)
      ? list.dataset.long.replace("{size}", (Math.ceil(size / 2 ** 20 * 10) / 10).toFixed(1)) : "";
    recipe.setCustomValidity(text);
    return text;
  };
  const ask = () => fetch(recipe.dataset.lint, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF-Token": mark },
    body: JSON.stringify({ recipe: recipe.value }),
  });
  const look = async () => {
    const number = ++asked;
    const problem = excess();
    if (problem) return list.replaceChildren(line("error", problem));
    if (!recipe.value.trim()) return list.replaceChildren();
    const answer = await ask();
    // An answer to what has been changed meanwhile is of no use.
    if (!answer.ok || number !== asked) return;
    const { findings } = await answer.json();
    list.replaceChildren(...findings.map((found) => line(
      found.level, element("strong", `${list.dataset.line} ${found.line}`), ` ${found.message} `, element("span", found.remedy, "dim"))));
    if (!findings.length) list.append(line("clean", list.dataset.clean));
  };
  recipe.addEventListener("input", () => {
    clearTimeout(wait);
    wait = setTimeout(look, 400);
  });

  // Its text is put into the field by then.
  recipe.form.querySelector("input[type=file]")?.addEventListener("change", () => setTimeout(look, 400));

  // Where the answer does not come, the button sends the form as it does without this script.
  const mend = recipe.form.querySelector("[name=mend]");
  mend.addEventListener("click", async (event) => {
    event.preventDefault();
    const before = recipe.value;
    const answer = await ask().catch(() => null);
    if (!answer?.ok) return recipe.form.requestSubmit(mend);
    const { fixed } = await answer.json();
    if (recipe.value === before) recipe.value = fixed;
    recipe.focus();
    await look();
  });
}
