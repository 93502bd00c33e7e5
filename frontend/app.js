// Enhancements only: every page works without this file.
import { openSheets } from "./sheet.js";
import { reviewByKeyboard } from "./review.js";
import { guardForms } from "./forms.js";
import { savePictures } from "./pictures.js";
import { listsByKeyboard } from "./list.js";
import { openCommandBox } from "./command.js";
import { insertAtCursor } from "./insert.js";
import { turnWall } from "./wall.js";
import { followWork } from "./progress.js";

openSheets(document);
guardForms(document);
savePictures(document);
listsByKeyboard(document);
openCommandBox(document);
turnWall(document);
followWork(document);
for (const form of document.querySelectorAll("form[data-insert]")) insertAtCursor(form);
for (const review of document.querySelectorAll("[data-review]")) reviewByKeyboard(review);
document.querySelector("[data-focus]")?.focus();
