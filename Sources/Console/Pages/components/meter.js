// How loud it is: a wave that moves while there is sound. The words beside it say the same to who cannot see it.

import { s } from "../core/dom.js";

const BARS = 32;

/** `push(level)` takes a root mean square from 0 to 1. */
export function levelMeter(label) {
  const bars = Array.from({ length: BARS }, (_, index) =>
    s("rect", { x: index * 4, y: 11, width: 2.4, height: 2, rx: 1.2 }));
  const levels = new Array(BARS).fill(0);
  const element = s("svg", { class: "meter", viewBox: `0 0 ${BARS * 4} 24`, role: "img", "aria-label": label,
    preserveAspectRatio: "none" }, bars);

  function push(level) {
    levels.shift();
    // Speech lies low on a linear scale.
    levels.push(Math.min(1, Math.sqrt(level * 3)));
    bars.forEach((bar, index) => {
      const height = 2 + levels[index] * 20;
      bar.setAttribute("height", height.toFixed(1));
      bar.setAttribute("y", (12 - height / 2).toFixed(1));
    });
  }

  return { element, push };
}
