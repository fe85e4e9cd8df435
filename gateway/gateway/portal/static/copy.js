// Copies a number and says so, also to a screen reader.
document.documentElement.classList.add("js");

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const number = button.previousElementSibling;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
  } catch {
    getSelection().selectAllChildren(number); // no permission: it is at least selected
    return;
  }
  const words = button.textContent;
  button.setAttribute("aria-live", "polite");
  button.textContent = number.dataset.copied;
  setTimeout(() => { button.textContent = words; }, 3000);
});
