"use strict";
for (const button of document.querySelectorAll("button.copy")) {
  const code = document.getElementById(button.dataset.copy);
  button.hidden = false;
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(code);
      button.textContent = "Selected";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 2500);
  });
}
for (const picture of document.querySelectorAll(".picture[tabindex]")) {
  const wrong = picture.querySelector(".first");
  if (wrong && picture.scrollWidth > picture.clientWidth) {
    const left = wrong.getBoundingClientRect().left - picture.getBoundingClientRect().left;
    picture.scrollLeft = left - picture.clientWidth / 4;
  }
}
