// Ctrl+K: the page 查一查 in place. Arrows move, ↵ opens, Esc closes.
export function openCommandBox(root) {
  const box = root.querySelector("#command");
  if (!box) return;
  const field = box.querySelector("input");
  const found = box.querySelector("[data-found]");
  let asked = 0;
  let timer = 0;

  const links = () => [...found.querySelectorAll("a[href]")];

  function mark(step) {
    const all = links();
    if (!all.length) return;
    const at = all.findIndex((link) => link.classList.contains("current"));
    all[at]?.classList.remove("current");
    const next = all[(at + step + all.length) % all.length];
    next.classList.add("current");
    next.scrollIntoView({ block: "nearest" });
  }

  async function ask() {
    const mine = ++asked;
    const query = new URLSearchParams({ text: field.value });
    const answer = await fetch(`${box.dataset.url}?${query}`, { headers: { "X-Command": "1" } });
    if (mine !== asked) return;
    if (answer.redirected || !answer.ok) { location.href = `${box.dataset.url}?${query}`; return; }
    found.innerHTML = await answer.text();
    links()[0]?.classList.add("current");
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 180);
  });
  box.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const current = found.querySelector("a.current");
    if (step) { event.preventDefault(); mark(step); }
    if (event.key === "Enter" && current) { event.preventDefault(); location.href = current.href; }
  });
  root.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (!box.open) box.showModal();
      field.select();
    }
  });
  root.addEventListener("click", (event) => {
    if (event.target === box) box.close();
    const opener = event.target.closest("a[data-command]");
    if (opener && !event.ctrlKey) { event.preventDefault(); box.showModal(); field.focus(); }
  });
}
