// What is typed into an item is kept in this browser until it is saved: a reload loses nothing.
// It keeps the version that it began with, so that the server can unite it with what others wrote.
export function keepDrafts(review) {
  const key = (id) => `draft:${review.dataset.review}:${id}`;

  function read(id) {
    try {
      return JSON.parse(localStorage.getItem(key(id)));
    } catch {
      return null;
    }
  }

  function keep(form) {
    const fields = [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken");
    try {
      localStorage.setItem(key(form.dataset.draft), JSON.stringify({ action: form.getAttribute("action"), fields }));
    } catch {
      // A full or forbidden store: the form itself still holds what was typed.
    }
  }

  function restore(form) {
    const draft = read(form.dataset.draft);
    if (!draft || draft.action !== form.getAttribute("action")) return;
    for (const field of form.elements) {
      if (!field.name || field.name === "csrfmiddlewaretoken") continue;
      const said = draft.fields.filter(([name]) => name === field.name).map(([, value]) => value);
      if (field.type === "checkbox") field.checked = said.includes(field.value);
      else if (said.length) field.value = said[0];
    }
  }

  function mark() {
    for (const badge of review.querySelectorAll(".badge.draft")) {
      badge.hidden = !read(badge.closest(".proposal").id.slice(1));
    }
  }

  review.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-draft]");
    if (form) keep(form);
  });
  review.addEventListener("click", (event) => {
    if (!event.target.closest("[data-forget]")) return;
    const form = event.target.closest("form[data-draft]");
    localStorage.removeItem(key(form.dataset.draft));
    const item = form.closest(".proposal");
    form.remove();
    item.focus();
    mark();
  });
  // A form that comes fresh gets what was typed before; one with errors has it already.
  document.addEventListener("htmx:afterSwap", (event) => {
    const form = event.target.querySelector?.("form[data-draft]");
    if (!form) return;
    if (form.querySelector(".error-summary")) keep(form);
    else restore(form);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.requestConfig.elt.closest?.("form[data-draft]");
    const wasRefused = event.detail.xhr.getResponseHeader("HX-Retarget");
    if (form && event.detail.successful && !wasRefused) localStorage.removeItem(key(form.dataset.draft));
    mark();
  });
  return { mark };
}
