// A picture leaves as PNG: the drawing that the server made, painted on a canvas with this screen's fonts.
const SCALE = 2;

export function savePictures(root) {
  for (const button of root.querySelectorAll("[data-png]")) {
    button.hidden = false;
    button.addEventListener("click", () => save(button.closest("[data-picture]")));
  }
}

async function save(figure) {
  const link = figure.querySelector("[data-svg]");
  const drawn = figure.querySelector("svg.picture");
  const source = link ? await (await fetch(link.href)).text() : drawn.outerHTML;
  const image = new Image();
  image.src = URL.createObjectURL(new Blob([source], { type: "image/svg+xml" }));
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.width * SCALE;
  canvas.height = image.height * SCALE;
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(image.src);
  canvas.toBlob((blob) => {
    const away = document.createElement("a");
    away.href = URL.createObjectURL(blob);
    away.download = `${figure.querySelector(".chart-title").textContent.trim()}.png`;
    away.click();
    setTimeout(() => URL.revokeObjectURL(away.href), 1000);
  });
}
