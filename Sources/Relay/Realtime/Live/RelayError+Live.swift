// How a Gemini Live client is told what went wrong (protocol: realtime §14.4): its protocol knows no error, only a close code
// and a reason, which its SDKs show.

import SessionCore
import WebSocketFraming

extension RelayError {
    /// RFC 6455 §5.5: a Close frame has 125 bytes, two of them for the code.
    private static let reasonBytes = 123

    /// 1007 for what was said or shown wrongly, 1008 for what may not be, 1011 for what broke.
    var liveCloseCode: CloseCode {
        switch self.status {
        case 400, 401, 408, 413, 422: .invalidPayload
        case 403, 404, 405, 429: .policyViolation
        default: CloseCode(rawValue: self.closeCode == 1001 ? 1001 : 1011)
        }
    }

    /// The message, as far as there is room.
    var liveCloseReason: String {
        var reason = ""
        var count = 0
        for character in self.message {
            count += character.utf8.count
            guard count <= Self.reasonBytes else { break }
            reason.append(character)
        }
        return reason
    }
}
