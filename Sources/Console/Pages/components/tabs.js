// Tabs, as the ARIA practices have them: arrow keys move between tabs, Tab goes into the panel.

import { h, newID, replace } from "../core/dom.js";

/** `entries` are `[name, words, build]`; a panel is built each time it is shown. */
export function tabs(label, entries, { onchange } = {}) {
  const panel = h("div", { class: "tab-panel", role: "tabpanel", id: newID("panel"), tabindex: -1 });
  const buttons = entries.map(([name, words]) => h("button", {
    type: "button", class: "tab", role: "tab", id: newID("tab"), dataset: { tab: name }, "aria-controls": panel.id,
    onclick: () => show(name),
  }, words));
  const list = h("div", { class: "tabs", role: "tablist", "aria-label": label, onkeydown: (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = buttons[(buttons.indexOf(event.target) + step + buttons.length) % buttons.length];
    next.focus();
    next.click();
  } }, buttons);

  function show(name) {
    for (const button of buttons) {
      const chosen = button.dataset.tab === name;
      button.setAttribute("aria-selected", String(chosen));
      button.tabIndex = chosen ? 0 : -1;
      if (chosen) panel.setAttribute("aria-labelledby", button.id);
    }
    replace(panel, entries.find(([known]) => known === name)[2]());
    onchange?.(name);
  }

  show(entries[0][0]);
  return { element: h("div", { class: "tabbed" }, list, panel), list, panel, show };
}
