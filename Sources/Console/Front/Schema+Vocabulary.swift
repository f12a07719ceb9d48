// The values that appear in more than one call: names, ids, models, addresses, times, limits.

import SessionCore

extension TextRule {
    /// Printable in one line.
    static let oneLine = TextRule("a text in one line", pattern: #"^[^\x00-\x1f\x7f]+$"#) { text in
        text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }

    static let identifier = TextRule("an id", pattern: "^[A-Za-z0-9_]+$") { text in
        text.utf8.allSatisfy { Base62.isDigit($0) || $0 == UInt8(ascii: "_") }
    }

    /// A model id, or the beginning of some with `*` behind it.
    static let modelPattern = TextRule("a model id, possibly with * at its end", pattern: #"^[A-Za-z0-9._:/@+-]+\*?$"#)
    {
        let body = $0.hasSuffix("*") ? $0.dropLast() : $0[...]
        return !body.isEmpty && body.utf8.allSatisfy { Base62.isDigit($0) || "-_.:/@+".utf8.contains($0) }
    }

    private static let octet = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
    /// More is taken than the pattern says: every text form of RFC 4291.
    static let addressBlock = TextRule(
        "an address or a block such as 10.0.0.0/8",
        pattern: #"^((\#(octet)\.){3}\#(octet)(/(3[0-2]|[12]?[0-9]))?"#
            + #"|([0-9a-fA-F]{1,4}:){1,6}:(/(12[0-8]|1[01][0-9]|[1-9]?[0-9]))?"#
            + #"|([0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}(/(12[0-8]|1[01][0-9]|[1-9]?[0-9]))?)$"#
    ) { CIDRBlock($0) != nil }

    static let time = TextRule("a time such as 2026-01-31T12:00:00Z", format: "date-time") { Moment.date($0) != nil }

    static let age = TextRule("a length of time such as 24h", pattern: "^[0-9]{1,5}[smhd]$") {
        Moment.seconds($0) != nil
    }

    static let rowCursor = TextRule("a cursor", pattern: "^[0-9]{1,18}$") { text in
        text.utf8.allSatisfy { (0x30...0x39).contains($0) } && Int64(text) != nil
    }

    static let listCursor = TextRule("a cursor", pattern: "^[0-9]{1,15}-[A-Za-z0-9_]{1,64}$") { ListCursor($0) != nil }
}

extension Schema {
    static func name(_ summary: String, example: JSON? = nil) -> Schema {
        Schema(.text(.oneLine, length: 1...200), summary, example: example)
    }

    static func identifier(_ summary: String, example: JSON? = nil) -> Schema {
        Schema(.text(.identifier, length: 1...64), summary, example: example)
    }

    /// What may stand in a query.
    static func phrase(_ summary: String) -> Schema { Schema(.text(.oneLine, length: 1...200), summary) }

    static func words(_ summary: String, upTo length: Int = 300) -> Schema {
        Schema(.text(nil, length: 0...length), summary)
    }

    static let models = Schema(
        .list(Schema(.text(.modelPattern, length: 1...200)), maximum: 100),
        "Model ids, each possibly with * at its end; an empty list allows all.",
        example: ["gpt-realtime", "gpt-4o*"]
    )
    static let addresses = Schema(
        .list(Schema(.text(.addressBlock, length: 1...64)), maximum: 100),
        "Addresses and blocks from which the key may be used; an empty list allows all.",
        example: ["10.0.0.0/8"]
    )
    static let password = Schema(.text(.oneLine, length: 8...256), "Eight characters or more.")
    static let shownPassword = Schema(.text(.oneLine, length: 1...256), "The password.")
    static func time(_ summary: String) -> Schema {
        Schema(.text(.time, length: 20...64), summary, example: "2026-01-31T12:00:00Z")
    }
    static func moment(_ summary: String) -> Schema { Schema(.anyText([.time, .age]), summary, example: "24h") }

    static func limit(_ summary: String) -> Schema { Schema(.integer(1...1_000_000_000), summary) }
    static func count(_ summary: String) -> Schema { Schema(.integer(0...Int64.max), summary) }
    static func dollars(_ summary: String) -> Schema { Schema(.dollars, summary) }

    /// The four limits of a key or an account.
    static func limits(of owner: String) -> [Property] {
        [
            Property("budget_usd", .dollars("What \(owner) may spend in all, in dollars; null: no budget.").orNull),
            Property("rpm", .limit("Requests a minute; null: no limit.").orNull),
            Property("tpm", .limit("Tokens a minute; null: no limit.").orNull),
            Property("sessions", .limit("Realtime sessions at the same time; null: no limit.").orNull),
        ]
    }
}
