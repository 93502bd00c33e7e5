// One press, one request; typed text is not lost to a slip.
export function guardForms(root) {
  let isDirty = false;
  root.addEventListener("input", (event) => {
    // What the review keeps as a draft needs no warning.
    if (event.target.closest("form[method=post]:not([data-draft])")) isDirty = true;
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
