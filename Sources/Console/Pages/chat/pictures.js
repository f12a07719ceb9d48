// Pictures that are about to be sent: pasted, dropped, or chosen.

import { h } from "../core/dom.js";
import { t } from "../core/words.js";
import { iconButton } from "../components/button.js";
import { toast } from "../components/toast.js";

const MOST = 8;
const MOST_BYTES = 8 * 1024 * 1024;
const TYPES = ["image/png", "image/jpeg", "image/webp", "image/gif"];

const read = (file) => new Promise((resolve, reject) => {
  const reader = new FileReader();
  reader.onload = () => resolve(reader.result);
  reader.onerror = () => reject(reader.error);
  reader.readAsDataURL(file);
});

/** Whether something that is being dragged has files in it, which is all that a page is told before it is dropped. */
const hasFiles = (event) => event.dataTransfer?.types.includes("Files");

/** Takes pictures that are dropped anywhere on an element, and says so while they are above it. */
function watchDrops(area, add) {
  const overlay = h("div", { class: "drop-overlay", hidden: true }, h("p", {}, t("chat.dropHere")));
  area.append(overlay);
  // Each child that is entered is told before the one that is left.
  let depth = 0;
  const show = (change) => {
    depth = Math.max(0, change);
    overlay.hidden = depth === 0;
  };
  area.addEventListener("dragenter", (event) => hasFiles(event) && show(depth + 1));
  area.addEventListener("dragleave", (event) => hasFiles(event) && show(depth - 1));
  area.addEventListener("dragover", (event) => hasFiles(event) && event.preventDefault());
  area.addEventListener("drop", (event) => {
    show(0);
    if (!hasFiles(event)) return;
    event.preventDefault();
    add(event.dataTransfer.files);
  });
}

/**
 * Watches an element for pictures that are pasted, and with `watch(whole)` one for those that are dropped; `take()` gives
 * their data addresses and forgets them.
 */
export function pictures(area) {
  let chosen = [];
  const shown = h("div", { class: "images pending", hidden: true });
  const input = h("input", { type: "file", accept: TYPES.join(","), multiple: true, hidden: true, "aria-label": t("chat.addPicture"),
    onchange: () => {
      add(input.files);
      input.value = "";
    } });

  async function add(files) {
    for (const file of files) {
      if (!TYPES.includes(file.type)) {
        toast(t("chat.notPicture", { name: file.name }), "bad");
        continue;
      }
      if (file.size > MOST_BYTES || chosen.length >= MOST) {
        toast(t("chat.pictureLimit", { n: MOST, mib: MOST_BYTES / 1024 / 1024 }), "bad");
        continue;
      }
      chosen.push({ name: file.name, url: await read(file) });
    }
    draw();
  }

  function draw() {
    shown.hidden = chosen.length === 0;
    shown.replaceChildren(...chosen.map((picture) => h("figure", {}, h("img", { src: picture.url, alt: picture.name }),
      iconButton(t("chat.removePicture", { name: picture.name }), "close", { onclick: () => {
        chosen = chosen.filter((other) => other !== picture);
        draw();
      } }))));
  }

  area.addEventListener("paste", (event) => {
    if (event.clipboardData.files.length === 0) return;
    event.preventDefault();
    add(event.clipboardData.files);
  });
  return {
    element: [input, shown],
    choose: () => input.click(),
    watch: (whole) => watchDrops(whole, add),
    take() {
      const urls = chosen.map((picture) => picture.url);
      chosen = [];
      draw();
      return urls;
    },
  };
}
