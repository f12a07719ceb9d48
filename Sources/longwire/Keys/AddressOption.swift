// From where a key may be used.

import ArgumentParser
import SessionCore

/// `--allow-ip`.
struct AddressOption: ParsableArguments {
    @Option(
        name: .customLong("allow-ip"),
        help: ArgumentHelp("Addresses it may be used from, comma-separated, or 'all'.", valueName: "CIDR,…")
    )
    var text: String?

    var isEmpty: Bool { self.text == nil }

    /// Nil when nothing was said; empty for everywhere.
    var blocks: [CIDRBlock]? {
        guard let text else { return nil }
        return text == BoundsOption.all ? [] : BoundsOption.list(text).compactMap { CIDRBlock($0) }
    }

    func validate() throws {
        guard let text, text != BoundsOption.all else { return }
        let parts = BoundsOption.list(text)
        if parts.isEmpty {
            throw ValidationError("--allow-ip is empty. Name at least one, or leave the option out for all.")
        }
        for part in parts where CIDRBlock(part) == nil {
            throw ValidationError("--allow-ip '\(part)' is not an address or a block such as 10.0.0.0/8.")
        }
    }
}
