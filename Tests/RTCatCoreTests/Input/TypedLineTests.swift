// RFC 6455 §5.5 (control payloads), §7.4 (codes that may travel).

import RTCatCore
import Testing

@Suite struct TypedLineTests {
    @Test(arguments: [
        ("hello", TypedLine.message("hello")), (" /ping", .message(" /ping")), ("//ping", .message("/ping")),
        ("", .blank),
        ("  \t", .blank), ("/text", .message("")), ("/text  a b ", .message("a b ")), ("/ping", .ping("")),
        ("/ping hi there", .ping("hi there")), ("/binary 00fF 1", .blank), ("/binary", .binary([])),
        ("/binary 00fF", .binary([0, 255])), ("/binary 0 0 f f", .binary([0, 255])),
        ("/binary @a b.bin", .binaryFile("a b.bin")),
        ("/close", .close(code: nil, reason: "")), ("/close 1000", .close(code: 1000, reason: "")),
        ("/close 4999 good bye", .close(code: 4999, reason: "good bye")), ("/quit", .quit), ("/exit", .quit),
        ("/help", .help),
        ("/sleep 0.25", .sleep(milliseconds: 250)),
    ])
    func means(_ line: String, _ meaning: TypedLine) throws {
        if line == "/binary 00fF 1" {
            #expect(throws: TypedLineError.badHex) { try TypedLine(line, isRealtime: false) }
        } else {
            #expect(try TypedLine(line, isRealtime: false) == meaning)
        }
    }

    @Test(arguments: [
        ("/nope", TypedLineError.unknown("/nope")), ("/binary xy", .badHex), ("/binary @", .badHex),
        ("/binary ０0", .badHex),
        ("/close 1005", .badCloseCode("1005")), ("/close 1006", .badCloseCode("1006")),
        ("/close 1015", .badCloseCode("1015")),
        ("/close 999", .badCloseCode("999")), ("/close 5000", .badCloseCode("5000")),
        ("/close 1004", .badCloseCode("1004")),
        ("/close 99999", .badCloseCode("99999")), ("/close x", .badCloseCode("x")), ("/sleep", .badSleep),
        ("/sleep -1", .badSleep), ("/sleep nan", .badSleep), ("/sleep 1e300", .badSleep),
        ("/cancel", .unknown("/cancel")),
        ("/event {}", .unknown("/event")),
    ])
    func explains(_ line: String, _ error: TypedLineError) {
        #expect(throws: error) { try TypedLine(line, isRealtime: false) }
        #expect(!error.description.isEmpty)
    }

    @Test func boundsControlPayloads() throws {
        let full = String(repeating: "x", count: 125)
        #expect(try TypedLine("/ping \(full)", isRealtime: false) == .ping(full))
        #expect(throws: TypedLineError.pingTooLong) { try TypedLine("/ping \(full)x", isRealtime: false) }
        let reason = String(repeating: "x", count: 123)
        #expect(try TypedLine("/close 1000 \(reason)", isRealtime: false) == .close(code: 1000, reason: reason))
        #expect(throws: TypedLineError.reasonTooLong) { try TypedLine("/close 1000 \(reason)x", isRealtime: false) }
    }

    @Test(arguments: [
        ("/cancel", TypedLine.cancel), ("/event {\"type\":\"x\"}", .event("{\"type\":\"x\"}")),
        ("/audio a.wav", .audio("a.wav")),
    ])
    func knowsRealtimeCommands(_ line: String, _ meaning: TypedLine) throws {
        #expect(try TypedLine(line, isRealtime: true) == meaning)
    }

    @Test func helpNamesTheCommands() {
        for name in ["/ping", "/binary", "/close", "/quit", "/sleep", "/text"] {
            #expect(TypedLine.help(isRealtime: false).contains(name))
        }
        #expect(TypedLine.help(isRealtime: true).contains("/audio"))
        #expect(!TypedLine.help(isRealtime: false).contains("/audio"))
    }
}
