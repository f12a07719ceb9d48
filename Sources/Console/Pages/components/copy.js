// A button that puts a text on the clipboard and says that it did.

import { t } from "../core/words.js";
import { button } from "./button.js";
import { icon } from "./icon.js";
import { toast } from "./toast.js";

export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    toast(t("copy.refused"), "bad");
    return false;
  }
}

/** `text` is a text, or a function that gives it when the button is pressed; `oncopied` is called once it is on the clipboard. */
export function copyButton(text, words = t("copy.copy"), { oncopied, ...attributes } = {}) {
  const element = button(words, {
    icon: "copy",
    ...attributes,
    onclick: async () => {
      if (!(await copyText(typeof text === "function" ? text() : text))) return;
      oncopied?.();
      element.replaceChildren(icon("check"), document.createTextNode(t("copy.copied")));
      setTimeout(() => element.replaceChildren(icon("copy"), document.createTextNode(words)), 2_000);
    },
  });
  return element;
}
