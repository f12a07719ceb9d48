// Dialogs: the browser's own, which keep the focus inside and close on Escape.

import { h, newID } from "../core/dom.js";
import { t } from "../core/words.js";
import { button, busy, iconButton } from "./button.js";
import { reason } from "./toast.js";

/**
 * Opens a dialog. `build(close)` gives its content; what `close` is called with is what the promise comes to (undefined
 * when it was dismissed). `wide` gives it more room. A press beside it closes it while nothing was typed. With `keepOpen`,
 * `{ title, words, until() }`, it asks before it is dismissed as long as `until` is not true.
 */
export function openDialog(title, build, { wide = false, keepOpen = null } = {}) {
  return new Promise((resolve) => {
    const heading = newID("dialog");
    let result;
    let isTouched = false;
    const dialog = h("dialog", { class: wide ? "dialog wide" : "dialog", "aria-labelledby": heading });
    const close = (value) => {
      result = value;
      dialog.close();
    };
    const dismiss = async () => {
      if (keepOpen && !keepOpen.until() && !(await confirmed(keepOpen.title, keepOpen.words,
        { doWords: t("dialog.close"), run: () => true }))) return;
      close();
    };
    dialog.append(
      h("header", { class: "dialog-head" }, h("h2", { id: heading }, title),
        iconButton(t("dialog.close"), "close", { onclick: dismiss })),
      h("div", { class: "dialog-body" }, build(close, dismiss)));
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(result);
    });
    if (keepOpen) {
      // A browser may close for a second Escape without asking; for its key it does not when the press is taken away.
      dialog.addEventListener("cancel", (event) => event.target === dialog && event.preventDefault());
      dialog.addEventListener("keydown", (event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        dismiss();
      });
    }
    for (const type of ["input", "change"]) dialog.addEventListener(type, () => (isTouched = true));
    // A press on the backdrop, which belongs to the dialog element itself.
    dialog.addEventListener("pointerdown", (event) => event.target === dialog && !isTouched && !keepOpen && close());
    document.body.append(dialog);
    dialog.showModal();
    (dialog.querySelector("[autofocus]") ?? dialog.querySelector("input, select, textarea"))?.focus();
  });
}

/** A dialog with a form in it; `submit` may throw, and what it throws is shown. Comes to what `submit` gives. */
export function openForm(title, fields, { submitWords, submit, kind = "primary", intro, wide } = {}) {
  return openDialog(title, (close) => {
    const problem = h("p", { class: "problem", role: "alert", hidden: true });
    const send = button(submitWords, { kind, type: "submit" });
    return h("form", {
      class: "form",
      onsubmit: (event) => {
        event.preventDefault();
        problem.hidden = true;
        busy(send, async () => {
          try {
            close((await submit()) ?? true);
          } catch (error) {
            problem.textContent = reason(error);
            problem.hidden = false;
          }
        });
      },
    }, intro && h("p", { class: "soft" }, intro), fields, problem,
    h("div", { class: "form-end" }, button(t("dialog.cancel"), { onclick: () => close() }), send));
  }, { wide });
}

/** Asks before something that cannot be taken back; comes to true once it is done. */
export function confirmed(title, words, { doWords, run }) {
  return openForm(title, [], { intro: words, submitWords: doWords, kind: "danger", submit: run });
}
