// Asks the relay, prints what is said as it arrives, and tells what went wrong with its remedy.

import ArgumentParser
import Foundation
import Glibc
import HTTPFraming
import SessionCore

/// Where questions are put.
struct ChatDesk {
    /// Models that take their time to begin, and the relay's own patience with them.
    private static let firstByteTimeout: Duration = .seconds(300)
    /// 128 and the number of the signal, as shells count.
    static let interruptedExit: Int32 = 128 + SIGINT

    let credential: ChatCredential
    let interrupts: Interrupts

    /// The models that the key may chat with, in the relay's order; ends the command when the relay refuses.
    func models() async throws -> [String] {
        let client = self.credential.client
        let answer = try await client.collect(.get, "/v1/models")
        let object = (try? JSONSerialization.jsonObject(with: Data(answer.body))) as? [String: Any]
        guard answer.status == 200, let data = object?["data"] as? [[String: Any]] else {
            let error = client.complain(answer)
            self.tellRemedy(status: answer.status, code: answer.code)
            throw error
        }
        return data.compactMap { model in
            let capabilities = model["capabilities"]
            let isChat =
                (capabilities as? [String: Any])?["chat"] as? Bool ?? (capabilities as? [String])?.contains("chat")
            return isChat ?? true ? model["id"] as? String : nil
        }
    }

    /// One question and its answer; whatever is not whole ends the command.
    func answer(once text: String, _ conversation: ChatConversation) async throws {
        var conversation = conversation
        conversation.say(text)
        let code = await self.answer(&conversation)
        guard code == ExitCode.success else {
            throw self.interrupts.wasInterrupted ? ExitCode(Self.interruptedExit) : code
        }
    }

    /// Asks for what comes next and prints it; how a command would end with it.
    func answer(_ conversation: inout ChatConversation) async -> ExitCode {
        do {
            try await self.credential.renew()
            let client = self.credential.client
            let stream = try client.open(
                .post,
                "/v1/chat/completions",
                body: try conversation.request(),
                firstByteTimeout: Self.firstByteTimeout
            )
            self.interrupts.during { stream.cancel() }
            defer { self.interrupts.during(nil) }
            return try await self.show(stream, client, &conversation) ? .success : .failure
        } catch let failure as CallFailure {
            return self.credential.client.complain(failure)
        } catch let code as ExitCode {
            return code
        } catch {
            Console.complain("\(error)")
            return .failure
        }
    }

    private func show(
        _ stream: RelayStream,
        _ client: RelayClient,
        _ conversation: inout ChatConversation
    ) async throws -> Bool {
        var (answer, screen) = (ChatAnswer(), ChatScreen())
        var ending: ChatAnswer.Ending?
        var failure: CallFailure?
        try await stream.follow { event in
            switch event {
            case .head(let status, let mediaType): answer.begin(status: status, mediaType: mediaType)
            case .piece(let bytes): try screen.show(answer.take(bytes))
            case .end:
                let (said, how) = answer.end()
                try screen.show(said)
                ending = how
            case .failed(let why): failure = why
            }
            return true
        }
        try screen.end()
        if !answer.text.isEmpty { conversation.hear(answer.text) }
        if let failure, answer.text.isEmpty { throw failure }
        return self.tell(ending ?? failure.map { .broken("\($0)") }, model: conversation.model)
    }

    /// Tells how an answer ended, unless it was as it should; nil when it was stopped.
    private func tell(_ ending: ChatAnswer.Ending?, model: String) -> Bool {
        switch ending {
        case .complete?: return true
        case .cut("length")?:
            Console.complain("The answer was cut where the model's limit of tokens is.")
            return true
        case .cut("content_filter")?:
            Console.complain("The provider's content filter ended the answer.")
        case .cut(let reason)?:
            Console.complain("The answer ended with \(RelayError.quoted(reason)).")
        case .broken(let why)?:
            Console.complain("The answer broke off: \(Shown.oneLine(why)). Ask again.")
        case .refused(let status, let code, let message)?:
            Console.complain(message.map(Shown.oneLine) ?? "The relay refused with status \(status).")
            self.tellRemedy(status: status, code: code)
        case nil: break
        }
        return false
    }

    private func tellRemedy(status: Int, code: String?) {
        switch (status, code) {
        case (401, _) where self.credential.isLocal:
            Console.complain(
                "That key was made in the store of this configuration: the relay there has another. Name its "
                    + "configuration with --config, or set LONGWIRE_API_KEY."
            )
        case (401, _):
            Console.complain("The key is what LONGWIRE_API_KEY or --key says; 'longwire keys create' makes another.")
        case (404, "model_not_found"?):
            Console.complain("Without --model the first model is taken; /model without a name lists them all.")
        default: break
        }
    }
}
