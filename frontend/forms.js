// One press, one request; typed text is not lost to a slip.
export function guardForms(root) {
  let isDirty = false;
  root.addEventListener("input", (event) => {
    if (event.target.closest("form[method=post]")) isDirty = true;
  });
  root.addEventListener("submit", (event) => {
    isDirty = false;
    const button = event.submitter;
    if (!button || event.target.hasAttribute("hx-post") || event.target.method === "get") return;
    if (button.ariaBusy) event.preventDefault();
    button.ariaBusy = "true";
    setTimeout(() => { button.removeAttribute("aria-busy"); }, 5000);
  });
  window.addEventListener("beforeunload", (event) => {
    if (isDirty) event.preventDefault();
  });
}
