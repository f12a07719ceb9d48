// What `serve` says after it has started: where the console is, where to connect, the key it made, and three lines to paste.

import Gateway
import SessionCore

/// The first words to whoever started a relay.
enum Welcome {
    static func text(_ server: RelayServer, _ configuration: Configuration) -> String {
        guard let address = server.addresses.first else { return "" }
        let realtime = "ws" + address.dropFirst("http".count)
        let key = server.firstKey?.text.text ?? "$LONGWIRE_API_KEY"
        let chat = Self.model(with: "chat", in: configuration) ?? "gpt-4o-mini"
        let voice = Self.model(with: "realtime", in: configuration) ?? "gpt-realtime"
        let python = server.firstKey.map { "\"\($0.text.text)\"" } ?? "os.environ[\"LONGWIRE_API_KEY\"]"
        var lines = ["", "  Console: \(address)/"]
        if let first = server.firstKey {
            lines += ["", "  A first key, shown this once:", "    \(first.text.text)"]
        } else {
            lines += ["", "  Keys: longwire keys list · another one: longwire keys create --name NAME"]
        }
        lines += [
            "", "  Try it:",
            "    curl \(address)/v1/chat/completions -H \"Authorization: Bearer \(key)\" -H 'Content-Type: "
                + "application/json' -d '{\"model\":\"\(chat)\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}'",
            "    tools/rtcat/rtcat --realtime '\(realtime)/v1/realtime?model=\(voice)' --key \(key)",
            "    python3 -c 'import os; from openai import OpenAI; print(OpenAI(base_url=\"\(address)/v1\", api_key=\(python))"
                + ".chat.completions.create(model=\"\(chat)\", messages=[{\"role\":\"user\",\"content\":\"Hello\"}])"
                + ".choices[0].message.content)'",
            "",
        ]
        return lines.joined(separator: "\n")
    }

    private static func model(with capability: String, in configuration: Configuration) -> String? {
        configuration.models.first { $0.capabilities.contains(capability) }?.id
    }
}
