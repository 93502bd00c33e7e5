// Lists: a row opens by click and by ↑ ↓ ↵, space picks it, one box picks the page.
export function listsByKeyboard(root) {
  for (const list of root.querySelectorAll("[data-list]")) workOn(list);
  root.addEventListener("click", (event) => {
    for (const open of root.querySelectorAll(".drop[open]")) if (!open.contains(event.target)) open.open = false;
  });
  for (const link of root.querySelectorAll("a[data-loads]")) link.addEventListener("click", showSkeleton);
  for (const form of root.querySelectorAll("form[data-loads]")) form.addEventListener("submit", showSkeleton);
  window.addEventListener("pageshow", () => {
    for (const list of root.querySelectorAll(".loading")) list.classList.remove("loading");
  });
}

function showSkeleton(event) {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  for (const list of document.querySelectorAll("[data-list]")) list.classList.add("loading");
}

function workOn(list) {
  const rows = [...list.querySelectorAll("tbody tr")];
  let current = null;

  function choose(row) {
    current?.classList.remove("current");
    current = row;
    row.classList.add("current");
    row.tabIndex = -1;
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }

  list.addEventListener("keydown", (event) => {
    if (event.target.closest("input, select, textarea, a, button") || event.ctrlKey || event.altKey) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      choose(rows[Math.max(0, Math.min(rows.length - 1, rows.indexOf(current) + step))]);
    } else if (event.key === "Enter" && current?.dataset.href) {
      location.href = current.dataset.href;
    } else if (event.key === " " && current?.querySelector("[name=pick]")) {
      event.preventDefault();
      current.querySelector("[name=pick]").click();
    }
  });
  list.addEventListener("click", (event) => {
    const row = event.target.closest("tr[data-href]");
    if (!row || event.target.closest("a, input, button, label") || String(getSelection())) return;
    if (event.ctrlKey || event.metaKey) window.open(row.dataset.href);
    else location.href = row.dataset.href;
  });
  list.querySelector("[data-pick-all]")?.addEventListener("change", (event) => {
    for (const box of list.querySelectorAll("[name=pick]")) box.checked = event.target.checked;
  });
}
