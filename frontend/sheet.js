// A number opens in a side sheet; without scripts its link opens the whole page.
export function openSheets(root) {
  const sheet = root.querySelector("#sheet");
  let opener = null;

  async function open(link) {
    const href = link.href.baseVal ?? link.href; // a link inside a drawing
    const answer = await fetch(href, { headers: { "X-Sheet": "1" } });
    if (!answer.ok) { location.href = href; return; }
    opener = link;
    sheet.innerHTML = await answer.text();
    sheet.prepend(tools(href));
    sheet.hidden = false;
    sheet.querySelector("button").focus();
  }

  function tools(href) {
    const bar = document.createElement("div");
    bar.className = "sheet-tools";
    const close = document.createElement("button");
    close.className = "button";
    close.textContent = sheet.dataset.close;
    close.addEventListener("click", shut);
    const whole = document.createElement("a");
    whole.href = href;
    whole.textContent = sheet.dataset.whole;
    bar.append(close, whole);
    return bar;
  }

  function shut() {
    sheet.hidden = true;
    sheet.replaceChildren();
    opener?.focus();
  }

  root.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-sheet]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      open(link);
    } else if (!sheet.hidden && !event.target.closest("#sheet")) {
      shut();
    }
  });
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !sheet.hidden) shut();
  });
}
