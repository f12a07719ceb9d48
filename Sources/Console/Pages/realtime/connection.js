// One realtime session over a WebSocket, authenticated as a browser must: the secret rides in the subprotocols, and the
// relay selects `realtime` and nothing else (protocol: realtime §1.1).

/** How far the session is. */
export const State = Object.freeze({ idle: "idle", preparing: "preparing", connecting: "connecting", open: "open",
  closed: "closed" });

const encoder = new TextEncoder();
/** As many as are on the wire: a character may be more than one. */
const octets = (text) => encoder.encode(text).length;

const BUFFERED_LIMIT = 4 * 1024 * 1024;

/**
 * Events: `state` (detail: state), `event` (detail: { outgoing, event, bytes, at }), `close` (detail: { code, reason }).
 */
export class RealtimeConnection extends EventTarget {
  #socket = null;
  state = State.idle;
  /** Milliseconds of the page's clock; what the log counts from. */
  openedAt = 0;

  /** `secret` is asked for when it is needed; it is good for a minute. */
  async open(model, secret) {
    this.#become(State.preparing);
    let text;
    try {
      text = await secret();
    } catch (error) {
      this.#become(State.closed);
      throw error;
    }
    this.#become(State.connecting);
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const url = `${scheme}://${location.host}/v1/realtime?${new URLSearchParams({ model })}`;
    this.openedAt = performance.now();
    const socket = new WebSocket(url, ["realtime", `openai-insecure-api-key.${text}`]);
    this.#socket = socket;
    await new Promise((resolve, reject) => {
      socket.onopen = () => {
        this.#become(State.open);
        resolve();
      };
      socket.onmessage = (message) => this.#take(message.data);
      socket.onclose = ({ code, reason }) => {
        this.#socket = null;
        this.#become(State.closed);
        this.dispatchEvent(new CustomEvent("close", { detail: { code, reason } }));
        reject(new Error(reason || String(code)));
      };
    });
  }

  get isOpen() {
    return this.state === State.open;
  }

  /** Sends an event; false when there is no session, or the network cannot keep up with what was sent before. */
  send(event) {
    if (!this.isOpen || this.#socket.bufferedAmount > BUFFERED_LIMIT) return false;
    const text = JSON.stringify(event);
    this.#socket.send(text);
    this.#tell(true, event, octets(text));
    return true;
  }

  close() {
    this.#socket?.close(1000, "OK");
  }

  #take(data) {
    if (typeof data !== "string") return this.#tell(false, { type: "(binary)" }, data.size ?? data.byteLength);
    let event;
    try {
      event = JSON.parse(data);
    } catch {
      event = { type: "(not JSON)", text: data };
    }
    this.#tell(false, event, octets(data));
  }

  #tell(outgoing, event, bytes) {
    const at = performance.now();
    this.dispatchEvent(new CustomEvent("event", { detail: { outgoing, event, bytes, at } }));
  }

  #become(state) {
    this.state = state;
    this.dispatchEvent(new CustomEvent("state", { detail: state }));
  }
}
