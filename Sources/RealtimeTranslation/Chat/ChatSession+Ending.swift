// Responses: how they end (realtime §4, §6, §8).

import Dialects

extension ChatSession {
    mutating func cancelResponse(_ event: ClientEvent) throws(SessionRefusal) {
        try event.checkMembers(["response_id"])
        let index: Int?
        if let id = try event.optionalText("response_id") {
            index = responses.firstIndex { $0.id == id }
        } else {
            index = responses.firstIndex { !$0.settings.isOutOfBand }
        }
        guard let index else {
            throw SessionRefusal(
                code: "response_cancel_not_active",
                message: "Cancellation failed: no active response found."
            )
        }
        stop(at: index)
        end(at: index, .cancelled(reason: "client_cancelled"))
    }

    /// Stops what others do for a response.
    mutating func stop(at index: Int) {
        if responses[index].phase == .generating { act(.cancel(responses[index].work)) }
        stopSpeeches(at: index)
    }

    /// Ends a response that goes beyond what the session can hold.
    mutating func fail(at index: Int, code: String, _ message: String) {
        stop(at: index)
        end(at: index, .failed(ProviderError(code: code, message: message)))
    }

    /// Ends a response in any way: its open items, then itself.
    mutating func end(at index: Int, _ end: ResponseEnd) {
        sign(at: index)
        for position in responses[index].output.indices where responses[index].output[position].isOpen {
            close(position, of: index, end.itemStatus)
        }
        let response = responses.remove(at: index)
        say("response.done", ["response": response.value(end: end)])
        act(.tellRates)
    }
}
