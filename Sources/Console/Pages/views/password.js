// The own password: whoever signed in with one may change it, which ends all other sign-ins.

import { t } from "../core/words.js";
import { api } from "../core/api.js";
import { openForm } from "../components/dialog.js";
import { textField } from "../components/field.js";
import { toast } from "../components/toast.js";

export async function changePassword() {
  const field = (words, autocomplete, more = {}) => textField(words, { type: "password", autocomplete, required: true, ...more });
  const now = field(t("password.now"), "current-password", { autofocus: true });
  const next = field(t("password.next"), "new-password", { minlength: 8, maxlength: 256, hint: t("members.passwordHint") });
  const done = await openForm(t("password.change"), [now.element, next.element], {
    intro: t("password.what"), submitWords: t("dialog.save"),
    submit: () => api.post("/api/password", { current_password: now.control.value, new_password: next.control.value }),
  });
  if (done) toast(t("password.changed"));
}
