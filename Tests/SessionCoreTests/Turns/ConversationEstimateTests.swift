// What a response will be billed as input before anybody says so (protocol: realtime §7).

import SessionCore
import Testing

@Suite("ConversationEstimate")
struct ConversationEstimateTests {
    @Test("text and audio add up by the rule of thumb")
    func heard() {
        var conversation = ConversationEstimate()
        conversation.hearText(bytes: 41)
        // A second of 24 kHz audio is 64,000 characters of base64, and ten tokens.
        conversation.hearAudio(base64Bytes: 64_000)
        #expect(conversation.input.inputText == 11 && conversation.input.inputAudio == 10)
    }

    @Test("what a response told replaces what was guessed, its output being input from now on")
    func learned() {
        var conversation = ConversationEstimate()
        conversation.hearText(bytes: 4_000)
        var told = TokenCounts()
        (told.inputText, told.inputImage, told.outputText, told.outputAudio) = (7, 2, 3, 5)
        conversation.learn(told)
        conversation.hearText(bytes: 4)
        let input = conversation.input
        #expect(input.inputText == 11 && input.inputAudio == 5 && input.inputImage == 2 && input.output == 0)
    }

    @Test("no count makes a sum trap")
    func saturation() {
        var conversation = ConversationEstimate()
        var told = TokenCounts()
        (told.inputText, told.outputText) = (.max, .max)
        conversation.learn(told)
        conversation.hearText(bytes: .max)
        conversation.hearText(bytes: .max)
        #expect(conversation.input.inputText == .max)
    }
}
