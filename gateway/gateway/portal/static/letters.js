// Changes the size of letters at once; the form remembers it either way.
document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-letters-form]");
  if (!form || !event.submitter) return;
  event.preventDefault();
  const size = event.submitter.value;
  document.documentElement.dataset.letters = size;
  for (const button of document.querySelectorAll("[data-letters-form] button")) {
    button.setAttribute("aria-pressed", String(button.value === size));
  }
  const answers = new URLSearchParams(new FormData(form, event.submitter));
  fetch(form.action, { method: "POST", body: answers, redirect: "manual" }).catch(() => form.submit());
});
