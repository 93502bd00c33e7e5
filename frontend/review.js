// The review by keyboard: arrows move, a x u press the button of that key, e s follow its link.
export function reviewByKeyboard(review) {
  const items = () => [...review.querySelectorAll(".proposal")];
  let current = null;

  function choose(item) {
    current?.classList.remove("current");
    review.querySelector("mark.current")?.classList.remove("current");
    current = item;
    if (!item) return;
    item.classList.add("current");
    item.focus({ preventScroll: true });
    item.scrollIntoView({ block: "nearest" });
    const mark = review.querySelector(`#t${item.id.slice(1)}`);
    mark?.classList.add("current");
    mark?.scrollIntoView({ block: "center" });
  }

  function move(step) {
    const all = items();
    const at = all.findIndex((item) => item.id === current?.id);
    choose(all[Math.max(0, Math.min(all.length - 1, at + step))]);
  }

  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
      return;
    }
    const pressed = current?.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (pressed) {
      event.preventDefault();
      pressed.click();
    }
  });
  review.addEventListener("click", (event) => {
    const mark = event.target.closest("mark[data-proposal]");
    const item = mark
      ? review.querySelector(`#p${mark.dataset.proposal}`)
      : event.target.closest(".proposal");
    if (item && !event.target.closest("a, button")) choose(item);
  });
  // A decided proposal is drawn anew: go on from its successor.
  document.addEventListener("htmx:afterSwap", () => {
    const drawn = current && review.querySelector(`#${current.id}`);
    if (drawn) {
      choose(drawn);
      if (drawn.dataset.decision !== "open") move(1);
    }
  });
  if (location.hash.startsWith("#p")) choose(review.querySelector(location.hash));
}
