// The way in: a name and a password, or a key. First it says what this is.

import { h } from "../core/dom.js";
import { t } from "../core/words.js";
import { api } from "../core/api.js";
import { forget, keep } from "../core/credential.js";
import { textField } from "../components/field.js";
import { button, busy } from "../components/button.js";
import { mark } from "../components/icon.js";
import { reason } from "../components/toast.js";

/** `done` is called once somebody is known. */
export function signInView({ problem, done, languageButton }) {
  const note = h("p", { class: "problem", role: "alert", hidden: !problem }, problem);

  function form(title, fields, work) {
    const send = button(t("signIn.enter"), { kind: "primary", type: "submit" });
    return h("form", { class: "form", onsubmit: (event) => {
      event.preventDefault();
      note.hidden = true;
      busy(send, async () => {
        try {
          await work();
          await done();
        } catch (error) {
          note.textContent = reason(error);
          note.hidden = false;
        }
      });
    } }, h("h2", {}, title), fields.map((field) => field.element), send);
  }

  const name = textField(t("signIn.name"), { autocomplete: "username", required: true, autofocus: true });
  const password = textField(t("signIn.password"), { type: "password", autocomplete: "current-password", required: true });
  const key = textField(t("signIn.key"), { type: "password", required: true, hint: t("signIn.keyHint") });

  return h("main", { class: "entrance" },
    h("div", { class: "entrance-card" },
      h("div", { class: "brand" }, mark(), h("h1", {}, "Longwire")),
      h("p", { class: "soft" }, t("signIn.what")),
      note,
      form(t("signIn.withName"), [name, password], () =>
        api.post("/api/sign-in", { name: name.value(), password: password.control.value })),
      h("div", { class: "or" }, h("span", {}, t("signIn.or"))),
      form(t("signIn.withKey"), [key], async () => {
        keep(key.value());
        try {
          await api.get("/api/me");
        } catch (error) {
          forget();
          throw error;
        }
      }),
      h("div", { class: "entrance-end" }, languageButton())));
}
