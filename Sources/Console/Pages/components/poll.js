// Something that is asked for again and again, while its view is there and somebody can see it.

/**
 * Calls `ask` now and `ms` after each answer, until `signal` ends it. `refresh()` asks at once; while an answer is awaited,
 * it asks once more behind it, since what is asked for may have changed.
 */
export function poll(ask, ms, signal) {
  let timer;
  let isAsking = false;
  let isWantedAgain = false;

  async function refresh() {
    clearTimeout(timer);
    if (isAsking) {
      isWantedAgain = true;
      return;
    }
    isAsking = true;
    try {
      do {
        isWantedAgain = false;
        if (!document.hidden) await ask();
      } while (isWantedAgain && !signal.aborted);
    } finally {
      isAsking = false;
      if (!signal.aborted) timer = setTimeout(refresh, ms);
    }
  }

  document.addEventListener("visibilitychange", () => document.hidden || refresh(), { signal });
  signal.addEventListener("abort", () => clearTimeout(timer));
  refresh();
  return refresh;
}
