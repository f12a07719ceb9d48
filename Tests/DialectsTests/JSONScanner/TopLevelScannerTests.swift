// RFC 8259 §2-§7; robustness rows G8-G11.

import Dialects
import Foundation
import Testing

@Suite struct TopLevelScannerTests {
    struct Found: Equatable {
        var key: String
        var value: String
        var kind: JSONMember.Kind
    }

    static func scan(_ bytes: [UInt8], _ limits: JSONLimits = JSONLimits()) -> Result<[Found], JSONViolation> {
        do throws(JSONViolation) {
            return .success(
                try TopLevelScanner.members(of: bytes.span, limits: limits).map { member in
                    Found(
                        key: String(decoding: bytes[member.key], as: UTF8.self),
                        value: String(decoding: bytes[member.value], as: UTF8.self),
                        kind: member.kind
                    )
                }
            )
        } catch {
            return .failure(error)
        }
    }

    static func scan(_ text: String, _ limits: JSONLimits = JSONLimits()) -> Result<[Found], JSONViolation> {
        scan(Array(text.utf8), limits)
    }

    @Test func findsMembersOfEveryKind() {
        let text =
            " {\"a\" : \"x\\\"}\" ,\"b\":-1.5e+3,\n\"c\":{\"d\":[{}]}, \"e\":[ ],\"f\":true,\"g\":false,\"h\":null,\"i\":{ } } "
        #expect(
            Self.scan(text)
                == .success([
                    Found(key: "a", value: #""x\"}""#, kind: .string), Found(key: "b", value: "-1.5e+3", kind: .number),
                    Found(key: "c", value: #"{"d":[{}]}"#, kind: .object), Found(key: "e", value: "[ ]", kind: .array),
                    Found(key: "f", value: "true", kind: .bool), Found(key: "g", value: "false", kind: .bool),
                    Found(key: "h", value: "null", kind: .null), Found(key: "i", value: "{ }", kind: .object),
                ])
        )
        #expect(Self.scan("{}") == .success([]))
        #expect(Self.scan("\t{ }\r\n") == .success([]))
    }

    @Test(
        "G11: what is no object, or is more than one",
        arguments: [
            "", " ", "[]", "\"a\"", "1", "null", "\u{FEFF}{}", "\0{}",
        ]
    )
    func refusesOtherValues(text: String) {
        #expect(Self.scan(text) == .failure(.notAnObject))
    }

    @Test("G11: trailing junk", arguments: ["{}x", "{} {}", "{\"a\":1}]", "{}\0"])
    func refusesTrailingBytes(text: String) {
        guard case .failure(.trailingBytes) = Self.scan(text) else {
            Issue.record("accepted")
            return
        }
    }

    @Test(
        "RFC 8259: broken grammar",
        arguments: [
            "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{,}", "{a:1}", "{'a':1}", "{\"a\" 1}",
            "{\"a\":}",
            "{\"a\":01}", "{\"a\":+1}", "{\"a\":.5}", "{\"a\":1.}", "{\"a\":1e}", "{\"a\":-}", "{\"a\":0x1}",
            "{\"a\":NaN}",
            "{\"a\":tru}", "{\"a\":True}", "{\"a\":nul", "{\"a\":\"}", "{\"a\":\"\\x\"}", "{\"a\":\"\\u12\"}",
            "{\"a\":\"\n\"}",
            "{\"a\":\"\\ud800\"}", "{\"a\":[1,]}", "{\"a\":[,]}", "{\"a\":[1 2]}", "{\"a\":[}", "{\"a\":{]}",
            "{\"a\":[1}",
            "{\"a\":{\"b\"}}", "{\"a\":{\"b\":1,}}", "{\"a\":{1:2}}", "{\"a\":1 \"b\":2}", "{\"a\":\"b\"\"c\":1}",
            "{\"a\":1,,\"b\":2}",
        ]
    )
    func refusesBrokenGrammar(text: String) {
        guard case .failure(.malformed(let index)) = Self.scan(text) else {
            Issue.record("accepted")
            return
        }
        #expect(index <= text.utf8.count)
    }

    @Test(
        "G10: a name twice in one object, however it is spelled",
        arguments: [
            #"{"model":"a","x":1,"model":"b"}"#, #"{"model":"a","mod\u0065l":"b"}"#, #"{"\u006dodel":"a","model":"b"}"#,
        ]
    )
    func refusesDuplicates(text: String) {
        #expect(Self.scan(text) == .failure(.duplicateMember("model")))
    }

    @Test("G10: the same name in different objects is no duplicate")
    func acceptsNamesOfOtherObjects() throws {
        #expect(try Self.scan(#"{"a":{"a":1,"b":[{"a":2}]},"b":1}"#).get().count == 2)
    }

    @Test("G8: depth 64 passes, 65 does not, and 100,000 costs nothing")
    func boundsDepth() {
        func nested(_ depth: Int, closed: Bool = true) -> String {
            #"{"a":"# + String(repeating: "[", count: depth - 1)
                + (closed ? String(repeating: "]", count: depth - 1) + "}" : "")
        }
        #expect((try? Self.scan(nested(64)).get().count) == 1)
        #expect(Self.scan(nested(65)) == .failure(.tooDeep))
        #expect(Self.scan(nested(100_000, closed: false)) == .failure(.tooDeep))
        #expect(Self.scan(String(repeating: "{\"a\":", count: 100_000)) == .failure(.tooDeep))
        var limits = JSONLimits()
        limits.depth = 1
        #expect((try? Self.scan(#"{"a":1}"#, limits).get().count) == 1)
        #expect(Self.scan(#"{"a":[]}"#, limits) == .failure(.tooDeep))
        limits.depth = 1_000
        #expect(Self.scan(nested(65), limits) == .failure(.tooDeep))
    }

    @Test func boundsMembers() {
        let text = "{" + (0..<257).map { "\"k\($0)\":0" }.joined(separator: ",") + "}"
        #expect(Self.scan(text) == .failure(.tooManyMembers))
    }

    @Test("G9: numbers of any size are numbers to a scanner, counts only if they are plain")
    func readsCounts() throws {
        let text = #"{"a":12,"b":-1,"c":1.5,"d":1e999999,"e":9223372036854775808,"f":"12","g":999999999999999,"h":0}"#
        let bytes = Array(text.utf8)
        let counts = try TopLevelScanner.members(of: bytes.span).map { $0.count(in: bytes.span) }
        #expect(counts == [12, nil, nil, nil, nil, nil, 999_999_999_999_999, 0])
    }

    @Test func readsNamesStringsAndFlags() throws {
        let bytes = Array(#"{"a\u0062":"x\ny","t":true,"f":false}"#.utf8)
        let members = try TopLevelScanner.members(of: bytes.span)
        #expect(members[0].keyHasEscapes)
        #expect(members[0].isNamed("ab", in: bytes.span) == true)
        #expect(members[0].isNamed("t", in: bytes.span) == false)
        #expect(members[1].isNamed("t", in: bytes.span) == true)
        #expect(members[1].isNamed("f", in: bytes.span) == false)
        #expect(members[0].string(in: bytes.span) == "x\ny")
        #expect(members[1].string(in: bytes.span) == nil)
        #expect(members.map { $0.bool(in: bytes.span) } == [nil, true, false])
    }

    @Test("Ranges within a larger text count from its start")
    func scansAPart() throws {
        let bytes = Array(#"xx{"a":1}yy"#.utf8)
        let members = try TopLevelScanner.members(of: bytes.span, in: 2..<9)
        #expect(members.map(\.value) == [7..<8])
        #expect(throws: JSONViolation.self) { try TopLevelScanner.members(of: bytes.span, in: 2..<8) }
    }

    @Test("Mutated objects: we accept what Foundation accepts but for its trailing commas, and find the same members")
    func agreesWithFoundation() {
        var generator = SeededGenerator(seed: 0xD1A)
        let seed = Array(#"{"type":"x","n":-10.5e2,"o":{"a":[1,{"b":null}],"c":"\u00e9\\"},"t":true,"s":"e"}"#.utf8)
        var accepted = 0
        for _ in 0..<4_000 {
            let bytes = generator.mutate(seed, spice: "{}[]\",:\\u0 -e.tn\n")
            let parsed = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
            switch Self.scan(bytes) {
            case .success(let members):
                accepted += 1
                #expect(parsed?.count == members.count, "\(String(decoding: bytes, as: UTF8.self))")
            case .failure(.duplicateMember):
                break
            case .failure:
                let text = String(decoding: bytes.filter { $0 > 0x20 }, as: UTF8.self)
                #expect(parsed == nil || text.contains(",]") || text.contains(",}"), "\(text)")
            }
        }
        #expect(accepted > 100)
    }
}
