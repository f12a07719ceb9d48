// What both sides agreed on: the four parameters of RFC 7692 §7.1.

/// The agreed parameters of permessage-deflate.
package struct DeflateParameters: Equatable, Sendable {
    package static let minimumWindowBits = 8
    package static let maximumWindowBits = 15

    /// §7.1.1.1.
    package var serverNoContextTakeover: Bool
    /// §7.1.1.2.
    package var clientNoContextTakeover: Bool
    /// §7.1.2.1.
    package var serverMaxWindowBits: Int
    /// §7.1.2.2.
    package var clientMaxWindowBits: Int

    package init(
        serverNoContextTakeover: Bool = false,
        clientNoContextTakeover: Bool = false,
        serverMaxWindowBits: Int = maximumWindowBits,
        clientMaxWindowBits: Int = maximumWindowBits
    ) {
        self.serverNoContextTakeover = serverNoContextTakeover
        self.clientNoContextTakeover = clientNoContextTakeover
        self.serverMaxWindowBits = serverMaxWindowBits
        self.clientMaxWindowBits = clientMaxWindowBits
    }

    /// What holds for the messages that one side sends.
    package struct Direction: Equatable, Sendable {
        package var windowBits: Int
        package var keepsContext: Bool

        package init(windowBits: Int, keepsContext: Bool) {
            self.windowBits = windowBits
            self.keepsContext = keepsContext
        }
    }

    /// What holds for messages sent by `role`.
    package func sent(by role: Role) -> Direction {
        switch role {
        case .server: Direction(windowBits: self.serverMaxWindowBits, keepsContext: !self.serverNoContextTakeover)
        case .client: Direction(windowBits: self.clientMaxWindowBits, keepsContext: !self.clientNoContextTakeover)
        }
    }
}
