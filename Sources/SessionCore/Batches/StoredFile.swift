// A file that a client gave us, or that a batch wrote for it. Files belong to the key that made them.

package import Foundation

/// What is known of a file, but for its content.
package struct StoredFile: Sendable, Equatable, Identifiable {
    package enum Purpose: String, Sendable, Equatable, CaseIterable {
        case batch
        case batchOutput = "batch_output"
    }

    /// `file-` and what makes it one of its kind.
    package let id: String
    package let keyID: String
    /// What the client called it.
    package let name: String
    package let purpose: Purpose
    /// Length of the content.
    package let bytes: Int
    package let createdAt: Date
    /// It is gone at this moment.
    package let expiresAt: Date

    package init(
        id: String,
        keyID: String,
        name: String,
        purpose: Purpose,
        bytes: Int,
        createdAt: Date,
        expiresAt: Date
    ) {
        self.id = id
        self.keyID = keyID
        self.name = name
        self.purpose = purpose
        self.bytes = bytes
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }
}
