// Keys of lists: j next, k previous, enter opens. Silent while somebody types.
const rows = [...document.querySelectorAll("[data-keys] tbody tr")];
let at = -1;

document.addEventListener("keydown", (event) => {
  if (event.target.closest("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key !== "j" && event.key !== "k") return;
  const next = at + (event.key === "j" ? 1 : -1);
  if (next < 0 || next >= rows.length) return;
  rows[at]?.classList.remove("at");
  at = next;
  rows[at].classList.add("at");
  rows[at].scrollIntoView({ block: "nearest" });
  rows[at].querySelector("a").focus(); // so that enter opens it, as everywhere
});
