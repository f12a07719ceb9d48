// Reads what an OpenAI-dialect upstream says when it refuses (protocol §1.5). Off the hot path.

import Foundation

extension OpenAIError {
    /// The shape on the wire; everything may be missing or null.
    private struct Wire: Decodable {
        struct Body: Decodable {
            var message: String?
            var type: String?
            var param: String?
            var code: String?

            enum CodingKeys: String, CodingKey {
                case message, type, param, code
            }

            init(from decoder: any Decoder) throws {
                let values = try decoder.container(keyedBy: CodingKeys.self)
                // A member of an unexpected type is treated as absent: an error about an error helps nobody.
                self.message = try? values.decode(String.self, forKey: .message)
                self.type = try? values.decode(String.self, forKey: .type)
                self.param = try? values.decode(String.self, forKey: .param)
                self.code = (try? values.decode(String.self, forKey: .code))
                if self.code == nil, let number = try? values.decode(Int.self, forKey: .code) {
                    self.code = String(number)
                }
            }
        }

        var error: Body
    }

    /// The error in a body `{"error":{…}}`; nil when the body is anything else.
    ///
    /// `type` is empty when the body names none.
    package static func parse(_ body: [UInt8]) -> OpenAIError? {
        guard let wire = try? JSONDecoder().decode(Wire.self, from: Data(body)) else { return nil }
        return OpenAIError(
            message: wire.error.message ?? "",
            type: wire.error.type ?? "",
            param: wire.error.param,
            code: wire.error.code
        )
    }
}
