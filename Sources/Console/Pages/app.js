// The console: finds out who is here, and shows the view that the address asks for. Each view is a function
// `(signal) → element`; the signal ends what it started when another view comes. The playgrounds are kept: they hear
// `viewhidden` and `viewshown` instead.

import { h, replace } from "./core/dom.js";
import { language, locale, speak, t } from "./core/words.js";
import { api, Refusal, whenSignInEnds } from "./core/api.js";
import { forget, bearer } from "./core/credential.js";
import { caller, isAdmin, isKey, name, nobody, recognise } from "./core/caller.js";
import { currentView, go, onChange } from "./core/router.js";
import { icon, mark } from "./components/icon.js";
import { button, iconButton } from "./components/button.js";
import { reason } from "./components/toast.js";
import { changePassword } from "./views/password.js";
import { signInView } from "./views/sign-in.js";
import { realtimeView } from "./views/realtime.js";
import { chatView } from "./views/chat.js";
import { sessionsView } from "./views/sessions.js";
import { keysView } from "./views/keys.js";
import { accountsView } from "./views/accounts.js";
import { usageView } from "./views/usage.js";
import { upstreamsView } from "./views/upstreams.js";

const everybody = () => true;
const members = () => !isKey();

/** In the order of the navigation. What is `kept` goes on while another view is shown, and is there again afterwards. */
const VIEWS = [
  { name: "talk", picture: "talk", view: realtimeView, for: everybody, kept: true },
  { name: "chat", picture: "chat", view: chatView, for: everybody, kept: true },
  { name: "sessions", picture: "sessions", view: sessionsView, for: members },
  { name: "keys", picture: "keys", view: keysView, for: members },
  { name: "usage", picture: "usage", view: usageView, for: everybody },
  { name: "upstreams", picture: "upstreams", view: upstreamsView, for: members },
  { name: "accounts", picture: "accounts", view: accountsView, for: isAdmin },
];

let current = new AbortController();
/** Ends the views that are kept. */
let whole = new AbortController();
const kept = new Map();
const main = h("main", { id: "main", tabindex: -1 });

function allowed() {
  return VIEWS.filter((entry) => entry.for());
}

function show() {
  if (!caller) return;
  const entry = allowed().find((known) => known.name === currentView());
  if (!entry) return go("talk");
  current.abort();
  current = new AbortController();
  document.title = `${t(`nav.${entry.name}`)} · Longwire`;
  for (const link of document.querySelectorAll("nav a")) {
    if (link.dataset.view === entry.name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.body.classList.remove("nav-open");
  main.dataset.view = entry.name;
  const before = main.firstElementChild;
  before?.dispatchEvent(new Event("viewhidden"));
  const known = kept.get(entry.name);
  const view = known ?? entry.view(entry.kept ? whole.signal : current.signal);
  if (entry.kept) kept.set(entry.name, view);
  replace(main, view);
  main.scrollTo?.(0, 0);
  if (before) {
    // The focus goes along, so that a screen reader tells where one is.
    const heading = main.querySelector("h1");
    heading?.setAttribute("tabindex", "-1");
    (heading ?? main).focus({ preventScroll: true });
  }
  if (known) view.dispatchEvent(new Event("viewshown"));
}

function languageButton() {
  const other = language === "zh" ? "en" : "zh";
  return button(language === "zh" ? "English" : "中文", { kind: "ghost", onclick: () => speak(other),
    lang: other === "zh" ? "zh-CN" : "en" });
}

async function signOut() {
  if (bearer()) forget();
  else await api.post("/api/sign-out").catch(() => {});
  location.reload();
}

function who() {
  const words = caller.via === "loopback" ? t("who.loopback") : caller.via === "admin_key" ? t("who.adminKey") : name();
  return h("div", { class: "who" },
    h("div", { class: "who-name" }, h("strong", {}, words), h("small", { class: "faint" }, t(`role.${caller.role}`))),
    caller.via === "sign_in" && iconButton(t("password.change"), "settings", { onclick: changePassword }),
    caller.via !== "loopback" && iconButton(t("who.signOut"), "out", { onclick: signOut }));
}

function shell() {
  const nav = h("nav", { "aria-label": t("nav.label") }, h("ul", {}, allowed().map((entry) =>
    h("li", {}, h("a", { href: `#/${entry.name}`, dataset: { view: entry.name } }, icon(entry.picture),
      h("span", {}, t(`nav.${entry.name}`)))))));
  const toggle = iconButton(t("nav.menu"), "menu", {
    class: "button icon-only ghost nav-toggle",
    "aria-expanded": "false",
    onclick: () => toggle.setAttribute("aria-expanded", String(document.body.classList.toggle("nav-open"))),
  });
  return [
    h("a", { class: "skip", href: "#main", onclick: (event) => { event.preventDefault(); main.focus(); } }, t("nav.skip")),
    h("div", { class: "shell" },
      h("header", { class: "side" },
        h("div", { class: "brand" }, mark(), h("span", {}, "Longwire"), toggle),
        h("div", { class: "side-rest" }, nav, h("div", { class: "side-end" }, who(), languageButton()))),
      main),
  ];
}

function showWayIn(problem) {
  document.title = `${t("signIn.title")} · Longwire`;
  replace(document.body, signInView({ problem, done: start, languageButton }));
}

/** The address stays, so that whoever comes back is where they were. */
function endSignIn() {
  whenSignInEnds(null);
  current.abort();
  whole.abort();
  whole = new AbortController();
  kept.clear();
  main.replaceChildren();
  forget();
  nobody();
  showWayIn(t("signIn.ended"));
}

/** Shows the console, or the way in. */
async function start() {
  document.documentElement.lang = locale;
  try {
    await recognise();
  } catch (error) {
    if (error instanceof Refusal && bearer()) forget();
    return showWayIn(error instanceof Refusal && error.status === 401 ? null : reason(error));
  }
  whenSignInEnds(endSignIn);
  replace(document.body, shell());
  onChange(show);
  show();
}

start();
