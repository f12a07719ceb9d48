// A streamed chat completion: the request, and the pieces of the answer put together as they come.

import { Refusal } from "../core/api.js";

/** Server-sent events of a body: the data of each. */
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    buffer += value;
    const lines = buffer.split("\n");
    buffer = lines.pop();
    for (const line of lines) {
      if (line.startsWith("data:")) yield line.slice(5).trim();
    }
  }
}

/**
 * Asks for a completion and calls `onchange(answer)` with what has come so far. The answer has `content`, `calls`
 * (`{ id, name, arguments }`), `finish`, `usage`, `requestID`, and `firstText` and `total` in milliseconds.
 */
export async function complete(request, credential, onchange, signal) {
  const start = performance.now();
  const answer = { content: "", calls: [], finish: null, usage: null, requestID: null, firstText: null, total: null };
  const response = await fetch("/v1/chat/completions", {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${credential}` },
    body: JSON.stringify({ ...request, stream: true, stream_options: { include_usage: true } }),
    signal,
  });
  answer.requestID = response.headers.get("x-request-id");
  if (!response.ok) throw new Refusal(response.status, (await response.json().catch(() => null))?.error);
  for await (const data of events(response.body)) {
    if (data === "[DONE]") break;
    const chunk = JSON.parse(data);
    if (chunk.error) throw new Refusal(response.status, chunk.error);
    if (chunk.usage) answer.usage = chunk.usage;
    take(chunk.choices?.[0], answer, start);
    onchange(answer);
  }
  answer.total = performance.now() - start;
  onchange(answer);
  return answer;
}

function take(choice, answer, start) {
  if (!choice) return;
  const delta = choice.delta ?? {};
  if (delta.content || delta.tool_calls) answer.firstText ??= performance.now() - start;
  if (delta.content) answer.content += delta.content;
  for (const piece of delta.tool_calls ?? []) {
    const call = (answer.calls[piece.index ?? 0] ??= { id: "", name: "", arguments: "" });
    if (piece.id) call.id = piece.id;
    if (piece.function?.name) call.name += piece.function.name;
    if (piece.function?.arguments) call.arguments += piece.function.arguments;
  }
  if (choice.finish_reason) answer.finish = choice.finish_reason;
}
