// The same request for a terminal, for Python and for JavaScript. Keys are not part of it: programs read theirs from the
// environment. Pictures are shortened, since nobody pastes a megabyte.

const LONG = 200;

function shortened(request) {
  return JSON.parse(JSON.stringify(request, (name, value) =>
    typeof value === "string" && value.startsWith("data:") && value.length > LONG ? `${value.slice(0, 40)}…` : value));
}

/** A text within single quotes of a POSIX shell. */
const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

/** JSON as a Python literal: the texts stay, three words differ. */
function python(value, indent = "    ") {
  const text = JSON.stringify(value, null, 4);
  // Outside of texts only: a text is matched first and kept.
  return text.replace(/"(?:[^"\\]|\\.)*"|\btrue\b|\bfalse\b|\bnull\b/g, (found) =>
    ({ true: "True", false: "False", null: "None" })[found] ?? found).replaceAll("\n", `\n${indent}`);
}

const members = (request, render) => Object.entries(request).map(render).join("");

export function snippets(given, origin) {
  const request = shortened(given);
  return {
    curl: `curl ${origin}/v1/chat/completions \\
  -H "Authorization: Bearer $LONGWIRE_API_KEY" \\
  -H "Content-Type: application/json" \\
  -d ${quoted(JSON.stringify(request, null, 2))}
`,
    python: `import os
from openai import OpenAI

client = OpenAI(base_url="${origin}/v1", api_key=os.environ["LONGWIRE_API_KEY"])
stream = client.chat.completions.create(
${members(request, ([name, value]) => `    ${name}=${python(value)},\n`)}    stream=True,
)
for chunk in stream:
    if chunk.choices and chunk.choices[0].delta.content:
        print(chunk.choices[0].delta.content, end="", flush=True)
`,
    javascript: `import OpenAI from "openai";

const client = new OpenAI({ baseURL: "${origin}/v1", apiKey: process.env.LONGWIRE_API_KEY });
const stream = await client.chat.completions.create({
${members(request, ([name, value]) => `  ${name}: ${JSON.stringify(value, null, 2).replaceAll("\n", "\n  ")},\n`)}  stream: true,
});
for await (const chunk of stream) {
  process.stdout.write(chunk.choices[0]?.delta?.content ?? "");
}
`,
  };
}
