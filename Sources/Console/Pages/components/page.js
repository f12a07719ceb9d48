// What every page but the playgrounds is made of: a heading with its actions, and sections.

import { h } from "../core/dom.js";

export function page(title, { intro, actions = [] } = {}, ...content) {
  return h("div", { class: "page" },
    h("header", { class: "page-head" },
      h("div", {}, h("h1", {}, title), intro && h("p", { class: "soft" }, intro)),
      h("div", { class: "actions" }, actions)),
    content);
}

export function section(title, { actions = [], id } = {}, ...content) {
  return h("section", { class: "section", id },
    h("header", { class: "section-head" }, h("h2", {}, title), h("div", { class: "actions" }, actions)), content);
}
