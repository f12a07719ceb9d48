// Agreeing on permessage-deflate: RFC 7692 §5 (how), §7.1 (the four parameters).
//
// A server never fails a handshake over an offer: what is unknown, doubled, out of range or no list at all is declined,
// and the next offer is looked at (§5.1). A client must fail the connection over an answer that does not fit what it
// offered (§5.1, §7.1), since the server would go on to send what we cannot read.

/// Both sides of the negotiation.
package enum DeflateNegotiation {
    package static let name = "permessage-deflate"

    private static let serverNoContextTakeover = "server_no_context_takeover"
    private static let clientNoContextTakeover = "client_no_context_takeover"
    private static let serverMaxWindowBits = "server_max_window_bits"
    private static let clientMaxWindowBits = "client_max_window_bits"

    /// What a server agreed to.
    package struct Agreement: Equatable, Sendable {
        package var parameters: DeflateParameters
        /// The value of the answer's `Sec-WebSocket-Extensions`.
        package var response: String

        package init(parameters: DeflateParameters, response: String) {
            self.parameters = parameters
            self.response = response
        }
    }

    // MARK: Server

    /// Picks the first acceptable offer; nil to go on without compression.
    package static func accept(_ offers: String?, settings: DeflateSettings) -> Agreement? {
        guard let offers, let list = ExtensionList.parse(offers) else { return nil }
        for element in list where element.name == Self.name {
            if let offer = Values(element.parameters, in: .offer) { return Self.agree(to: offer, settings) }
        }
        return nil
    }

    private static func agree(to offer: Values, _ settings: DeflateSettings) -> Agreement {
        let agreed = DeflateParameters(
            serverNoContextTakeover: offer.serverNoContextTakeover || !settings.allowsContextTakeover,
            // §7.1.1.2: a server may ask for this whether or not the client offered it.
            clientNoContextTakeover: offer.clientNoContextTakeover || !settings.allowsContextTakeover,
            serverMaxWindowBits: min(offer.serverBits ?? DeflateParameters.maximumWindowBits, settings.windowBits),
            // §7.1.2.2: a client that did not offer this does not understand it either.
            clientMaxWindowBits: offer.hasClientBits
                ? min(offer.clientBits ?? DeflateParameters.maximumWindowBits, settings.windowBits)
                : DeflateParameters.maximumWindowBits
        )
        var response = Self.name
        if agreed.serverNoContextTakeover { response += "; \(Self.serverNoContextTakeover)" }
        if agreed.clientNoContextTakeover { response += "; \(Self.clientNoContextTakeover)" }
        // §7.1.2.1: an offer of this is accepted by repeating it, with the same value or a smaller one.
        if offer.serverBits != nil || agreed.serverMaxWindowBits < DeflateParameters.maximumWindowBits {
            response += "; \(Self.serverMaxWindowBits)=\(agreed.serverMaxWindowBits)"
        }
        if agreed.clientMaxWindowBits < DeflateParameters.maximumWindowBits {
            response += "; \(Self.clientMaxWindowBits)=\(agreed.clientMaxWindowBits)"
        }
        return Agreement(parameters: agreed, response: response)
    }

    // MARK: Client

    /// The value of the request's `Sec-WebSocket-Extensions`.
    package static func offer(_ settings: DeflateSettings) -> String {
        var offer = Self.name
        if !settings.allowsContextTakeover {
            offer += "; \(Self.serverNoContextTakeover); \(Self.clientNoContextTakeover)"
        }
        if settings.windowBits < DeflateParameters.maximumWindowBits {
            offer += "; \(Self.serverMaxWindowBits)=\(settings.windowBits)"
            offer += "; \(Self.clientMaxWindowBits)=\(settings.windowBits)"
        } else {
            offer += "; \(Self.clientMaxWindowBits)"
        }
        return offer
    }

    /// Judges the answer to our offer; success without parameters means no compression.
    package static func verify(
        _ answer: String?,
        settings: DeflateSettings
    ) -> Result<DeflateParameters?, ClientHandshakeFailure> {
        guard let answer else { return .success(nil) }
        guard let list = ExtensionList.parse(answer), list.count == 1, list[0].name == Self.name,
            let values = Values(list[0].parameters, in: .answer)
        else { return .failure(.extensionInvalid) }
        // §7.1.1.1, §7.1.2.1: what we demanded of the server it must have agreed to.
        if !settings.allowsContextTakeover, !values.serverNoContextTakeover { return .failure(.extensionInvalid) }
        let serverBits = values.serverBits ?? DeflateParameters.maximumWindowBits
        guard serverBits <= settings.windowBits else { return .failure(.extensionInvalid) }
        return .success(
            DeflateParameters(
                serverNoContextTakeover: values.serverNoContextTakeover,
                // §7.1.1.2, §7.1.2.2: our own side may always be more modest than the server asks.
                clientNoContextTakeover: values.clientNoContextTakeover || !settings.allowsContextTakeover,
                serverMaxWindowBits: serverBits,
                clientMaxWindowBits: min(values.clientBits ?? DeflateParameters.maximumWindowBits, settings.windowBits)
            )
        )
    }

    // MARK: Parameters

    /// The parameters of one offer or answer, checked one by one (§7.1).
    private struct Values {
        enum Place {
            case offer
            case answer
        }

        var serverNoContextTakeover = false
        var clientNoContextTakeover = false
        var serverBits: Int?
        var hasClientBits = false
        var clientBits: Int?

        /// Nil for anything unknown, doubled, out of range, or with a value where none belongs or the reverse.
        init?(_ parameters: [ExtensionList.Parameter], in place: Place) {
            var seen = Set<String>()
            for parameter in parameters {
                guard seen.insert(parameter.name).inserted else { return nil }
                switch parameter.name {
                case DeflateNegotiation.serverNoContextTakeover:
                    guard parameter.value == nil else { return nil }
                    self.serverNoContextTakeover = true
                case DeflateNegotiation.clientNoContextTakeover:
                    guard parameter.value == nil else { return nil }
                    self.clientNoContextTakeover = true
                case DeflateNegotiation.serverMaxWindowBits:
                    guard let value = parameter.value, let bits = Self.windowBits(value) else { return nil }
                    self.serverBits = bits
                case DeflateNegotiation.clientMaxWindowBits:
                    self.hasClientBits = true
                    if let value = parameter.value {
                        guard let bits = Self.windowBits(value) else { return nil }
                        self.clientBits = bits
                    } else if place == .answer {
                        // §7.1.2.2: only an offer may leave the value out.
                        return nil
                    }
                default:
                    return nil
                }
            }
        }

        /// §7.1.2: a decimal integer from 8 to 15 without leading zeros.
        private static func windowBits(_ text: String) -> Int? {
            switch text {
            case "8": 8
            case "9": 9
            case "10": 10
            case "11": 11
            case "12": 12
            case "13": 13
            case "14": 14
            case "15": 15
            default: nil
            }
        }
    }
}
