// The review by keyboard: arrows move, a letter presses the button or link that carries it.
import { keepDrafts } from "./drafts.js";

export function reviewByKeyboard(review) {
  const items = () => [...review.querySelectorAll(".proposal")];
  const help = document.getElementById("keys-help");
  const drafts = keepDrafts(review);
  let current = null;

  function choose(item) {
    current?.classList.remove("current");
    review.querySelector("mark.current")?.classList.remove("current");
    current = item;
    if (!item) return;
    item.classList.add("current");
    item.focus({ preventScroll: true });
    item.scrollIntoView({ block: "nearest" });
    const mark = markOf(item);
    mark?.classList.add("current");
    if (matchMedia("(min-width: 761px)").matches) mark?.scrollIntoView({ block: "center" });
  }

  const markOf = (item) => review.querySelector(`#t${item.id.slice(1)}`);
  const itemOf = (mark) => review.querySelector(`#p${mark.dataset.proposal}`);
  const at = () => items().findIndex((item) => item.id === current?.id);

  function move(step) {
    const all = items();
    choose(all[Math.max(0, Math.min(all.length - 1, at() + step))]);
  }

  function nextOpen() {
    const all = items();
    const from = at() + 1;
    const found = [...all.slice(from), ...all.slice(0, from)].find((item) => item.dataset.decision === "open");
    if (found) choose(found);
  }

  // To the words in the report, and back to what was made of them.
  function crossOver() {
    const mark = document.activeElement?.closest("mark[data-proposal]");
    if (mark) choose(itemOf(mark));
    else if (current) {
      markOf(current)?.scrollIntoView({ block: "center" });
      markOf(current)?.focus({ preventScroll: true });
    }
  }

  const keys = {
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Home: () => choose(items()[0]),
    End: () => choose(items().at(-1)),
    o: nextOpen,
    t: crossOver,
    "?": () => help?.showModal(),
    "/": () => document.querySelector(".review-filter select")?.focus(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey && event.key === "Enter") {
      event.target.closest("form[data-draft]")?.requestSubmit();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || help?.open) return;
    const editor = event.target.closest(".editor");
    if (editor && event.key === "Escape") {
      editor.replaceChildren();
      choose(editor.closest(".proposal"));
      return;
    }
    if (event.target.closest("input, textarea, select")) return;
    const pressed =
      current?.querySelector(`[data-key="${CSS.escape(event.key)}"]`) ??
      document.querySelector(`[data-page-key="${CSS.escape(event.key)}"]`);
    if (keys[event.key]) {
      event.preventDefault();
      keys[event.key]();
    } else if (pressed) {
      event.preventDefault();
      pressed.click();
      // What is decided is behind us: the next item is there before the answer is.
      if (["a", "x"].includes(event.key)) move(1);
    }
  });

  review.addEventListener("click", (event) => {
    const jump = event.target.closest("a[href^='#t'], a[href^='#p']");
    const mark = event.target.closest("mark[data-proposal]");
    const item = mark ? itemOf(mark) : event.target.closest(".proposal");
    if (jump) {
      event.preventDefault();
      if (jump.hash.startsWith("#p")) choose(review.querySelector(jump.hash));
      else { choose(item); crossOver(); }
    } else if (item && !event.target.closest("a, button, input, select, textarea, label")) choose(item);
  });

  // A proposal that was drawn anew stays the one that is looked at, if it was.
  document.addEventListener("htmx:afterSwap", (event) => {
    const field = event.target.closest?.(".editor")?.querySelector("[data-focus], textarea, input:not([type=hidden]), select");
    if (field) {
      field.closest("form").scrollIntoView({ block: "nearest" });
      field.focus({ preventScroll: true });
    }
    else if (current && !current.isConnected) choose(review.querySelector(`#${current.id}`));
    drafts.mark();
  });

  // What did not reach the server is said where it was pressed.
  for (const event of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
    document.addEventListener(event, ({ detail }) => {
      const item = detail.requestConfig?.elt.closest(".proposal");
      if (!item || item.querySelector("[data-said-lost]")) return;
      const said = document.createElement("p");
      said.className = "error";
      said.setAttribute("role", "alert");
      said.dataset.saidLost = "";
      said.textContent = review.dataset.lost;
      item.querySelector(".proposal-head").after(said);
    });
  }

  document.querySelector("[data-opens]")?.addEventListener("click", () => help?.showModal());
  document.querySelector("[data-autosubmit]")?.addEventListener("change", (event) => {
    event.target.form.requestSubmit();
  });
  if (/^#p\d+$/.test(location.hash)) choose(review.querySelector(location.hash));
  drafts.mark();
}
