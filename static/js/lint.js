// Looks a recipe over while it is typed.
"use strict";

for (const recipe of document.querySelectorAll("textarea[data-lint]")) {
  const list = document.getElementById("findings");
  const mark = recipe.form.querySelector("[name=_csrf]").value;
  let wait, asked = 0;

  const line = (level, ...parts) => {
    const item = document.createElement("li");
    item.className = `finding ${level}`;
    item.append(...parts);
    return item;
  };
  const element = (name, text, kind = "") => Object.assign(document.createElement(name), { textContent: text, className: kind });

  const ask = () => fetch(recipe.dataset.lint, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF-Token": mark },
    body: JSON.stringify({ recipe: recipe.value }),
  });
  const look = async () => {
    const number = ++asked;
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
