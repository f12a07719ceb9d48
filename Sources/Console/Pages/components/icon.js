// The icons: strokes on a grid of 24, decoration only, so that screen readers pass them by.

import { s } from "../core/dom.js";

const SHAPES = {
  talk: ["M12 3a3 3 0 0 0-3 3v6a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3Z", "M5 11v1a7 7 0 0 0 14 0v-1", "M12 19v3"],
  chat: ["M21 12a8 8 0 0 1-8 8H4l2-3.2A8 8 0 1 1 21 12Z"],
  sessions: ["M3 12h4l3-8 4 16 3-8h4"],
  keys: ["M15.5 8.5a1 1 0 1 0 0-.01", "M14 3a7 7 0 0 0-6.7 9L3 16.3V21h4.7v-2.7h2.6v-2.6l1.6-1.4A7 7 0 1 0 14 3Z"],
  accounts: ["M9 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8Z", "M2 21a7 7 0 0 1 14 0", "M16 3.5a4 4 0 0 1 0 7", "M18 14a7 7 0 0 1 4 7"],
  usage: ["M3 3v18h18", "M8 17v-5", "M13 17V8", "M18 17v-9"],
  upstreams: ["M4 4h16v6H4z", "M4 14h16v6H4z", "M8 7h.01", "M8 17h.01"],
  menu: ["M4 6h16", "M4 12h16", "M4 18h16"],
  close: ["M6 6l12 12", "M18 6 6 18"],
  copy: ["M9 9h11v11H9z", "M5 15H4V4h11v1"],
  check: ["M4 12l5 5L20 6"],
  send: ["M12 20V5", "M5 12l7-7 7 7"],
  stop: ["M5 5h14v14H5z"],
  mic: ["M12 3a3 3 0 0 0-3 3v6a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3Z", "M5 11v1a7 7 0 0 0 14 0v-1", "M12 19v3"],
  mute: ["M12 3a3 3 0 0 0-3 3v6a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3Z", "M5 11v1a7 7 0 0 0 14 0v-1", "M12 19v3", "M4 4l16 16"],
  plus: ["M12 5v14", "M5 12h14"],
  download: ["M12 4v11", "M7 10l5 5 5-5", "M4 20h16"],
  up: ["M12 19V5", "M6 11l6-6 6 6"],
  down: ["M12 5v14", "M6 13l6 6 6-6"],
  chevron: ["M9 6l6 6-6 6"],
  image: ["M4 4h16v16H4z", "M4 16l5-5 4 4 3-3 4 4", "M15 9h.01"],
  tool: ["M14.5 6.5a4 4 0 0 0 5 5L21 13l-8 8-3-3 8-8-1.500-1.500-3.500 3.500L4 5l2-2Z"],
  code: ["M8 7l-5 5 5 5", "M16 7l5 5-5 5"],
  trash: ["M4 7h16", "M9 7V4h6v3", "M6 7l1 14h10l1-14"],
  out: ["M15 4h5v16h-5", "M10 8l-4 4 4 4", "M6 12h10"],
  settings: ["M4 7h10", "M18 7h2", "M4 17h2", "M10 17h10", "M16 9.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5Z",
    "M8 19.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5Z"],
  list: ["M8 6h12", "M8 12h12", "M8 18h12", "M4 6h.01", "M4 12h.01", "M4 18h.01"],
  warn: ["M12 4 2.500 20h19Z", "M12 10v4", "M12 17h.01"],
  play: ["M8 5l11 7-11 7Z"],
};

export function icon(name) {
  return s("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" },
    SHAPES[name].map((d) => s("path", { d })));
}

/** The mark: a wire with a signal on it. */
export function mark() {
  return s("svg", { class: "mark", viewBox: "0 0 32 32", "aria-hidden": "true" },
    s("rect", { width: 32, height: 32, rx: 8 }), s("path", { d: "M4 16h5l3-8 5 16 4-12 2 4h5" }));
}
