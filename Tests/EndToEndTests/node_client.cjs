// A realtime text turn from Node. Arguments: `ws` (Debian's node-ws) or `native` (Node's own WebSocket, the browsers'
// interface), the URL, the key, `header` or `subprotocol`. Prints the selected protocol and the answer as JSON.
const [kind, url, key, carrier] = process.argv.slice(2);
const Socket = kind === "ws" ? require("ws") : globalThis.WebSocket;
const protocols = carrier === "subprotocol" ? ["realtime", `openai-insecure-api-key.${key}`] : [];
const options = carrier === "header" ? { headers: { Authorization: `Bearer ${key}` } } : undefined;
const socket = options ? new Socket(url, protocols, options) : new Socket(url, protocols);
let text = "";

const send = (event) => socket.send(JSON.stringify(event));
const fail = (why) => {
  console.error(why);
  process.exit(1);
};

setTimeout(() => fail("timeout"), 30_000).unref();
socket.onerror = (event) => fail(event.message ?? "socket error");
socket.onclose = (event) => fail(`closed: ${event.code} ${event.reason}`);
socket.onmessage = ({ data }) => {
  const event = JSON.parse(data);
  if (event.type === "session.created") {
    const content = [{ type: "input_text", text: "hello from node" }];
    send({ type: "conversation.item.create", item: { type: "message", role: "user", content } });
    send({ type: "response.create", response: { output_modalities: ["text"] } });
  } else if (event.type === "response.output_text.delta") {
    text += event.delta;
  } else if (event.type === "response.done") {
    console.log(JSON.stringify({ protocol: socket.protocol, text }));
    socket.onclose = () => process.exit(0);
    socket.close(1000, "OK");
  } else if (event.type === "error") {
    fail(data);
  }
};
