// The timeline follows the case by server-sent events; each event means: look again.
const live = document.querySelector("[data-live]");
const news = new EventSource(live.dataset.live);

news.addEventListener("changed", async () => {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  live.replaceChildren(...page.querySelector("[data-live]").childNodes);
  document.querySelector("[data-live-news]").textContent = live.dataset.liveWords;
});
news.addEventListener("finished", () => news.close());
