// Conversations that can be taken up again: a handle names what one had come to when the handle was given.

/// Remembers the latest conversations of one loop.
///
/// Loop-bound.
package final class LiveMemories {
    /// Handles that are good at the same time; the oldest go first.
    private static let capacity = 1_024

    private var conversations: [String: LiveConversation] = [:]
    private var order: [String] = []

    package init() {}

    func remember(_ conversation: LiveConversation, as handle: String) {
        self.conversations[handle] = conversation
        self.order.append(handle)
        if self.order.count > Self.capacity { self.conversations[self.order.removeFirst()] = nil }
    }

    func recall(_ handle: String) -> LiveConversation? { self.conversations[handle] }
}
