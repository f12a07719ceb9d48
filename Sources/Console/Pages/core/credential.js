// A key that somebody came in with: the admin key, or a Longwire key. It lives as long as the tab does, and is nowhere
// else. Who signs in with a name has a cookie that no script can read, and nothing here.

const STORED = "longwire.key";

export function bearer() {
  return sessionStorage.getItem(STORED);
}

export function keep(text) {
  sessionStorage.setItem(STORED, text);
}

export function forget() {
  sessionStorage.removeItem(STORED);
}
