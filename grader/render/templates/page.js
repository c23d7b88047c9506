"use strict";
for (const button of document.querySelectorAll("button.copy")) {
  const code = document.getElementById(button.dataset.copy);
  const copy = button.textContent;
  button.hidden = false;
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = button.dataset.copied;
    } catch {
      getSelection().selectAllChildren(code);
      button.textContent = button.dataset.selected;
    }
    setTimeout(() => { button.textContent = copy; }, 2500);
  });
}
for (const picture of document.querySelectorAll(".picture[tabindex]")) {
  const wrong = picture.querySelector(".first");
  if (wrong && picture.scrollWidth > picture.clientWidth) {
    const left = wrong.getBoundingClientRect().left - picture.getBoundingClientRect().left;
    picture.scrollLeft = left - picture.clientWidth / 4;
  }
}
