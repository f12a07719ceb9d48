// Where the console is: `#/keys`. The address keeps it, so that a reload, a bookmark and the back button mean something.

/** The name of the view that the address asks for, or null. */
export function currentView() {
  const found = /^#\/([a-z]+)/.exec(location.hash);
  return found ? found[1] : null;
}

export function go(view) {
  location.hash = `#/${view}`;
}

export function onChange(listener) {
  addEventListener("hashchange", listener);
}
