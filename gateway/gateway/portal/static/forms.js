// Forms: a button pressed twice does one thing, an upload shows its progress, errors get the focus.
document.querySelector("[data-focus]")?.focus();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-once]") || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
  const files = [...form.querySelectorAll("input[type=file]")].some((input) => input.files.length);
  if (files) {
    event.preventDefault();
    send(form, event.submitter);
  }
});

window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
});

function send(form, submitter) {
  const bar = form.querySelector("progress");
  const request = new XMLHttpRequest();
  if (bar) bar.hidden = false;
  request.upload.addEventListener("progress", ({ loaded, total }) => { if (bar) bar.value = (100 * loaded) / total; });
  request.addEventListener("load", () => {
    if (request.status >= 400 || request.responseURL.split("#")[0] === new URL(form.action).href) show(request.response);
    else location.assign(request.responseURL);
  });
  request.addEventListener("error", () => { delete form.dataset.sent; form.submit(); });
  request.open("POST", form.action);
  request.responseType = "document";
  request.send(new FormData(form, submitter));
}

function show(page) {
  document.title = page.title;
  document.querySelector("main").replaceWith(page.querySelector("main"));
  (document.querySelector("[data-focus]") ?? document.querySelector("main")).focus();
}
