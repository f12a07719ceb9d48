// Something that is asked for again and again, while its view is there and somebody can see it.

/** Calls `ask` now and `ms` after each answer, until `signal` ends it; `refresh()` asks at once. */
export function poll(ask, ms, signal) {
  let timer;
  let under = null;

  function refresh() {
    clearTimeout(timer);
    under ??= (async () => {
      try {
        if (!document.hidden) await ask();
      } finally {
        under = null;
        if (!signal.aborted) timer = setTimeout(refresh, ms);
      }
    })();
    return under;
  }

  const shown = () => document.hidden || refresh();
  document.addEventListener("visibilitychange", shown, { signal });
  signal.addEventListener("abort", () => clearTimeout(timer));
  refresh();
  return refresh;
}
