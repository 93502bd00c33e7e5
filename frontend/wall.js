// The wall: screens change slowly, the figures are read anew; nothing moves or blinks.
const EACH = 20_000, AGAIN = 300_000;

export function turnWall(root) {
  const wall = root.querySelector("[data-wall]");
  if (!wall) return;
  let at = 0;
  const show = () => [...wall.children].forEach((screen, place) => screen.classList.toggle("is-shown", place === at % wall.children.length));
  show();
  wall.classList.add("turns");
  setInterval(() => { at += 1; show(); }, EACH);
  setInterval(async () => {
    const answer = await fetch(location.href).catch(() => null);
    if (!answer?.ok || answer.redirected) return; // the last figures stay until the house answers again
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-wall]");
    if (fresh) { wall.replaceChildren(...fresh.children); show(); }
  }, AGAIN);
}
