// A part of the page follows a stream of server-sent events; each `changed` means: look again.
const live = document.querySelector("[data-live]");
const news = new EventSource(live.dataset.live);

news.addEventListener("changed", async () => {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-live]") ?? page.querySelector("[data-live-news] + div");
  if (!fresh || live.contains(document.activeElement?.closest("input, textarea, select"))) return;
  const held = live.contains(document.activeElement) && document.activeElement.getAttribute("href");
  live.replaceChildren(...fresh.childNodes);
  if (held) live.querySelector(`a[href="${CSS.escape(held)}"]`)?.focus(); // a new page must not take the focus away
  document.querySelector("[data-live-news]").textContent = live.dataset.liveWords;
});
news.addEventListener("finished", () => news.close());
