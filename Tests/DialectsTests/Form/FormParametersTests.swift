// RFC 9110 §5.6.6.

import Testing

@testable import Dialects

@Suite struct FormParametersTests {
    @Test func reads() {
        let parameters = FormParameters(#" Form-Data ; Name="a \"b\" \c;" ;filename=x.wav; "#)
        #expect(parameters?.word == "form-data")
        #expect(parameters?["name"] == #"a "b" \c;"#)
        #expect(parameters?["filename"] == "x.wav")
        #expect(parameters?["other"] == nil)
    }

    @Test(
        "What is malformed",
        arguments: ["", ";a=b", "x; a", "x; a=", "x; =b", #"x; a="b"#, #"x; a="b"c"#, "x; a=b; A=c", #"x; a="\"#]
    )
    func refuses(text: String) {
        #expect(FormParameters(text) == nil)
    }
}
