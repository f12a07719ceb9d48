// RFC 7578, RFC 2046 §5.1.1.

import Dialects
import Testing

@Suite struct MultipartModelTests {
    static let type = "multipart/form-data; boundary=B"

    static func outcome(
        _ body: [UInt8],
        type: String = type,
        limits: FormLimits = FormLimits()
    ) -> Result<MultipartModel, FormViolation> {
        do throws(FormViolation) {
            return .success(try MultipartModel(body, contentType: type, limits: limits))
        } catch {
            return .failure(error)
        }
    }

    static func violation(_ text: String, type: String = type, limits: FormLimits = FormLimits()) -> FormViolation? {
        if case .failure(let violation) = outcome(Array(text.utf8), type: type, limits: limits) {
            violation
        } else {
            nil
        }
    }

    static func part(_ name: String, _ content: String, more: String = "") -> String {
        "--B\r\nContent-Disposition: form-data; name=\"\(name)\"\(more)\r\n\r\n\(content)\r\n"
    }

    @Test("The model is found and replaced, and no other byte is touched")
    func replaces() throws {
        // A file with everything that could be taken for a delimiter but is none.
        let file: [UInt8] = Array("\r\n--A\r\n\r--B\n--B--\r\r\n-B\r\n--".utf8) + [0x00, 0xFF, 0x0D, 0x0A, 0x0D, 0x0A]
        let head =
            "--B\r\ncontent-disposition: form-data; filename=\"a;b.wav\"; name=file\r\nContent-Type: audio/wav\r\n\r\n"
        let before = Array(head.utf8) + file + Array("\r\n".utf8)
        let rest = Self.part("stream", "true") + Self.part("temperature", "0") + "--B--\r\nepilogue"
        let body = before + Array((Self.part("model", "whisper") + rest).utf8)
        let form = try MultipartModel(body, contentType: Self.type)
        #expect(form.model == "whisper")
        #expect(form.stream)
        #expect(form.upstreamBody(model: "whisper") == body)
        #expect(form.upstreamBody(model: "up-1") == before + Array((Self.part("model", "up-1") + rest).utf8))
        #expect(form.upstreamBody(model: "a\r\nb") == nil)
    }

    @Test(
        "Boundaries",
        arguments: [
            ("multipart/form-data; boundary=B", "B"), ("Multipart/Form-Data;charset=utf-8; BOUNDARY=\"a b\"", "a b"),
            (
                "multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW",
                "----WebKitFormBoundary7MA4YWxkTrZu0gW"
            ),
        ]
    )
    func boundaries(type: String, boundary: String) throws {
        let text = Self.part("model", "m") + "--B--"
        let body = Array(text.utf8).split(separator: UInt8(ascii: "B"), omittingEmptySubsequences: false)
        let form = try MultipartModel(Array(body.joined(separator: boundary.utf8)), contentType: type)
        #expect(form.model == "m")
    }

    @Test(
        "No boundary",
        arguments: [
            "", "application/json", "multipart/form-data", "multipart/mixed; boundary=B",
            "multipart/form-data; boundary=",
            "multipart/form-data; boundary=\"\"", "multipart/form-data; boundary=\"B",
            "multipart/form-data; boundary=\"B \"",
            "multipart/form-data; boundary=B; boundary=C", "multipart/form-data; boundary=\"\u{E9}\"",
            "multipart/form-data; boundary=" + String(repeating: "x", count: 71),
        ]
    )
    func noBoundary(type: String) {
        #expect(Self.violation(Self.part("model", "m") + "--B--", type: type) == .noBoundary)
    }

    @Test(
        "What is no form",
        arguments: [
            "", "--B", "--B\r\n", "--B--", "preamble\r\n" + part("model", "m") + "--B--", part("model", "m"),
            part("model", "m") + "--B", part("model", "m") + "--Bx\r\n", "--B\nContent-Disposition: x\n\n",
            "--B\r\n\r\nm\r\n--B--", "--B\r\nContent-Disposition: form-data; name=\"model\"\r\n",
            "--B\r\nContent-Disposition: attachment; name=\"model\"\r\n\r\nm\r\n--B--",
            "--B\r\nContent-Disposition: form-data\r\n\r\nm\r\n--B--",
            "--B\r\nContent-Disposition: form-data; name=\"a\"; name=\"model\"\r\n\r\nm\r\n--B--",
            "--B\r\nContent-Disposition: form-data; name=\"a\"; name*=utf-8''model\r\n\r\nm\r\n--B--",
            "--B\r\nno colon\r\n\r\nm\r\n--B--", "--B\r\n folded: x\r\n\r\nm\r\n--B--",
            part("a", "x\r\n--Bogus") + part("model", "m") + "--B--",
        ]
    )
    func malformed(text: String) {
        let violation = Self.violation(text)
        #expect(violation?.code == (text == "--B--" ? "missing_required_parameter" : "invalid_form"))
    }

    @Test("A model that is not there, twice, empty, a file, too long, encoded, or not UTF-8")
    func models() {
        let missing = FormViolation.missingParameter("model")
        let wrong = FormViolation.wrongType(param: "model")
        #expect(Self.violation(Self.part("Model", "m") + "--B--") == missing)
        #expect(Self.violation(Self.part("model", "") + "--B--") == missing)
        let twice = Self.part("model", "a") + Self.part("model", "b") + "--B--"
        #expect(Self.violation(twice) == .duplicateParameter("model"))
        #expect(Self.violation(Self.part("model", "m", more: "; filename=\"m\"") + "--B--") == wrong)
        #expect(Self.violation(Self.part("model", String(repeating: "m", count: 1_025)) + "--B--") == wrong)
        let encoded = Self.part("model", "bQ==", more: "\r\nContent-Transfer-Encoding: base64") + "--B--"
        #expect(Self.violation(encoded) == wrong)
        let bytes =
            Array(Self.part("model", "!").utf8).map { $0 == UInt8(ascii: "!") ? 0xFF : $0 } + Array("--B--".utf8)
        guard case .failure(wrong) = Self.outcome(bytes) else {
            Issue.record("Bytes that are not UTF-8 were taken for a model.")
            return
        }
    }

    @Test("Parts and their heads are bounded")
    func bounds() {
        let many = String(repeating: Self.part("a", "x"), count: 64) + Self.part("model", "m") + "--B--"
        #expect(Self.violation(many) == .tooManyParts)
        let long = Self.part("model", "m", more: "\r\nX: " + String(repeating: "y", count: 9_000)) + "--B--"
        #expect(Self.violation(long)?.code == "invalid_form")
    }

    @Test("Names in quotation marks may have escapes")
    func escapedNames() throws {
        let text = Self.part(#"a\"; name=\"model"#, "x") + Self.part("model", "m") + "--B--"
        #expect(try MultipartModel(Array(text.utf8), contentType: Self.type).model == "m")
    }

    @Test("Mutated forms never trap, and what is accepted stays a form with the other model")
    func mutations() throws {
        var generator = SeededGenerator(seed: 5)
        let body = Array(
            (Self.part("file", "x\r\n\r\n", more: "; filename=f") + Self.part("model", "m") + "--B--\r\n").utf8
        )
        for _ in 0..<3_000 {
            guard case .success(let form) = Self.outcome(generator.mutate(body, spice: "\r\n-B;=\"\\: ")) else {
                continue
            }
            let other = try #require(form.upstreamBody(model: "other"))
            #expect(try MultipartModel(other, contentType: Self.type).model == "other")
        }
    }
}
