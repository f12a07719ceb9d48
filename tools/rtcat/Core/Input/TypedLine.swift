// What a typed line, a line of a script or a `-x` means: a message, or a command that begins with a slash. A message that
// begins with a slash is written with two.

/// A line with its meaning.
package enum TypedLine: Equatable, Sendable {
    case blank
    case message(String)
    case ping(String)
    case binary([UInt8])
    case binaryFile(String)
    case close(code: UInt16?, reason: String)
    case quit
    case help
    case sleep(milliseconds: Int)
    /// Realtime mode: gives up the running response.
    case cancel
    /// Realtime mode: a client event to be sent as it stands.
    case event(String)
    /// Realtime mode: a WAV file to be spoken.
    case audio(String)

    /// Seconds that `/sleep` may take.
    private static let sleepLimit = 86_400.0

    /// Reads a line; the three commands of realtime mode exist only there.
    package init(_ line: String, isRealtime: Bool) throws(TypedLineError) {
        guard line.contains(where: { !$0.isWhitespace }) else {
            self = .blank
            return
        }
        guard line.hasPrefix("/") else {
            self = .message(line)
            return
        }
        if line.hasPrefix("//") {
            self = .message(String(line.dropFirst()))
            return
        }
        let name = line.prefix { !$0.isWhitespace }
        let rest = line.dropFirst(name.count).drop { $0.isWhitespace }
        switch name {
        case "/text": self = .message(String(rest))
        case "/ping": self = try Self.ping(rest)
        case "/binary": self = try Self.binary(rest)
        case "/close": self = try Self.close(rest)
        case "/quit", "/exit": self = .quit
        case "/help": self = .help
        case "/sleep": self = try Self.sleep(rest)
        case "/cancel" where isRealtime: self = .cancel
        case "/event" where isRealtime: self = .event(String(rest))
        case "/audio" where isRealtime && !rest.isEmpty: self = .audio(String(rest))
        default: throw .unknown(String(name))
        }
    }

    private static func ping(_ rest: Substring) throws(TypedLineError) -> TypedLine {
        guard rest.utf8.count <= 125 else { throw .pingTooLong }
        return .ping(String(rest))
    }

    private static func binary(_ rest: Substring) throws(TypedLineError) -> TypedLine {
        if rest.hasPrefix("@") {
            guard rest.count > 1 else { throw .badHex }
            return .binaryFile(String(rest.dropFirst()))
        }
        var bytes: [UInt8] = []
        var high: UInt8?
        for character in rest where !character.isWhitespace {
            guard character.isASCII, let digit = character.hexDigitValue else { throw .badHex }
            if let first = high {
                bytes.append(first << 4 | UInt8(digit))
                high = nil
            } else {
                high = UInt8(digit)
            }
        }
        guard high == nil else { throw .badHex }
        return .binary(bytes)
    }

    private static func close(_ rest: Substring) throws(TypedLineError) -> TypedLine {
        let word = rest.prefix { !$0.isWhitespace }
        guard !word.isEmpty else { return .close(code: nil, reason: "") }
        guard let code = UInt16(word), Self.mayTravel(code) else { throw .badCloseCode(String(word)) }
        let reason = String(rest.dropFirst(word.count).drop { $0.isWhitespace })
        guard reason.utf8.count <= 123 else { throw .reasonTooLong }
        return .close(code: code, reason: reason)
    }

    /// RFC 6455 §7.4: the codes that may stand in a Close frame.
    private static func mayTravel(_ code: UInt16) -> Bool {
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }

    private static func sleep(_ rest: Substring) throws(TypedLineError) -> TypedLine {
        guard let seconds = Double(rest), seconds >= 0, seconds <= Self.sleepLimit else { throw .badSleep }
        return .sleep(milliseconds: Int((seconds * 1000).rounded()))
    }

    /// What the prompt's `/help` says.
    package static func help(isRealtime: Bool) -> String {
        let common = """
            /ping [text]           send a ping (up to 125 bytes)
            /binary HEX            send a binary message, such as /binary 00 ff 10
            /binary @FILE          send a file as one binary message
            /text [anything]       send the rest as it stands, even when empty
            //anything             send a message that begins with a slash
            /close [code] [reason] close, with a code of 1000-1003, 1007-1014 or 3000-4999
            /sleep SECONDS         wait before the next line
            /quit                  close with 1000 and leave (also Ctrl-D)
            """
        let realtime = """

            Any other line is said as the user.
            /audio FILE            speak a WAV file
            /cancel                give up the running answer
            /event JSON            send a client event as it stands
            """
        return isRealtime ? common + realtime : common
    }
}

/// What is wrong with a command.
package enum TypedLineError: Error, Equatable, Sendable, CustomStringConvertible {
    case unknown(String)
    case pingTooLong
    case badHex
    case badCloseCode(String)
    case reasonTooLong
    case badSleep

    package var description: String {
        switch self {
        case .unknown(let name): "\(name) is no command; /help lists them, and // sends a message that begins with /"
        case .pingTooLong: "a ping carries at most 125 bytes (RFC 6455 §5.5)"
        case .badHex: "/binary takes pairs of hex digits (00 ff 10) or @FILE"
        case .badCloseCode(let text):
            "'\(text)' cannot stand in a Close frame; use 1000-1003, 1007-1014 or 3000-4999 (RFC 6455 §7.4)"
        case .reasonTooLong: "a close reason has at most 123 bytes (RFC 6455 §5.5.1)"
        case .badSleep: "/sleep takes seconds, such as 0.5"
        }
    }
}
