// A number goes where the cursor stands; without this file it goes to the end of the passage.
export function insertAtCursor(form) {
  const text = form.querySelector("textarea");
  const key = `cursor ${location.pathname}`;
  // Looking for a number loads the page anew: the cursor is put back where it was.
  const kept = sessionStorage.getItem(key);
  sessionStorage.removeItem(key);
  let isPlaced = Boolean(kept);
  if (kept) text.setSelectionRange(...kept.split("-").map(Number));
  text.addEventListener("focus", () => { isPlaced = true; });
  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (button?.name === "find" && isPlaced) sessionStorage.setItem(key, `${text.selectionStart}-${text.selectionEnd}`);
    if (button?.name !== "insert") return;
    event.preventDefault();
    event.stopPropagation();
    const end = text.value.length;
    text.setRangeText(button.value, isPlaced ? text.selectionStart : end, isPlaced ? text.selectionEnd : end, "end");
    text.focus();
    text.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
