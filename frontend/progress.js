// Work that goes on beside the pages: its page is read anew until the work is done.
const EACH = 1500;

export function followWork(root) {
  const shown = root.querySelector("[data-underway]");
  if (!shown) return;
  const timer = setInterval(async () => {
    const answer = await fetch(location.href).catch(() => null);
    if (!answer) return; // the house answers again later
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-underway]");
    if (fresh) { shown.replaceChildren(...fresh.childNodes); return; }
    clearInterval(timer);
    location.reload();
  }, EACH);
}
