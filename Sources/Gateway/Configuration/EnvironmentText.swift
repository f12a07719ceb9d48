// `${NAME}` in values: replaced by a variable of the environment, after the YAML was read, so that no variable can add
// structure. `$${` stands for `${` itself; any other dollar is a dollar.

/// Replaces references to the environment.
enum EnvironmentText {
    /// Why a text cannot be completed.
    enum Problem: Error, Equatable {
        case unset(String)
        case malformed
    }

    /// Returns the text with all references replaced.
    static func expand(_ text: String, environment: [String: String]) throws(Problem) -> String {
        guard text.utf8.contains(UInt8(ascii: "$")) else { return text }
        var result = ""
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[dollar...]
            if rest.hasPrefix("$${") {
                result += "${"
                rest = rest.dropFirst(3)
            } else if rest.hasPrefix("${") {
                guard let end = rest.firstIndex(of: "}") else { throw .malformed }
                let name = String(rest[rest.index(rest.startIndex, offsetBy: 2)..<end])
                guard isName(name) else { throw .malformed }
                guard let value = environment[name] else { throw .unset(name) }
                result += value
                rest = rest[rest.index(after: end)...]
            } else {
                result += "$"
                rest = rest.dropFirst()
            }
        }
        return result + rest
    }

    /// POSIX.1-2017 §8.1: letters, digits and `_`, no digit in front.
    private static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"): true
            default: false
            }
        }
    }
}
