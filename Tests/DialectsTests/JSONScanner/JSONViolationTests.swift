import Dialects
import Testing

@Suite struct JSONViolationTests {
    @Test("Each violation has a sentence that tells where or what")
    func speaks() {
        #expect(JSONViolation.malformed(at: 17).message.contains("17"))
        #expect(JSONViolation.trailingBytes(at: 3).message.contains("3"))
        #expect(JSONViolation.duplicateMember("model").message.contains("'model'"))
        for violation in [JSONViolation.notAnObject, .notUTF8, .tooDeep, .tooManyMembers] {
            #expect(violation.message.hasSuffix("."))
        }
    }
}
