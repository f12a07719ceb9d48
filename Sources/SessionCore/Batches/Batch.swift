// A batch: requests that somebody wants answered within a day, not at once.
//
// validating → in_progress | failed
// in_progress → finalizing | cancelling; its lines run
// cancelling → finalizing, when no line is under way any more; nothing new begins
// finalizing → completed | cancelled | expired: the results are made into files
// Expiry ends what is in progress as `expired` in the same way.

package import Foundation

/// One batch as the store keeps it.
package struct Batch: Sendable, Equatable, Identifiable {
    package enum Status: String, Sendable, Equatable, CaseIterable {
        case validating
        case failed
        case inProgress = "in_progress"
        case finalizing
        case completed
        case expired
        case cancelling
        case cancelled

        /// Whether nothing more will happen to it.
        package var isFinal: Bool {
            switch self {
            case .failed, .completed, .expired, .cancelled: true
            case .validating, .inProgress, .finalizing, .cancelling: false
            }
        }
    }

    /// What is wrong with an input file.
    package struct Fault: Error, Sendable, Equatable, Codable {
        package var code: String
        package var message: String
        package var param: String?
        /// From 1; nil for the file as a whole.
        package var line: Int?

        package init(code: String, message: String, param: String? = nil, line: Int? = nil) {
            self.code = code
            self.message = message
            self.param = param
            self.line = line
        }
    }

    /// When each status was reached.
    package struct Moments: Sendable, Equatable, Codable {
        package var inProgress: Date?
        package var finalizing: Date?
        package var completed: Date?
        package var failed: Date?
        package var expired: Date?
        package var cancelling: Date?
        package var cancelled: Date?

        package init() {}

        package mutating func note(_ status: Status, at date: Date) {
            switch status {
            case .validating: break
            case .inProgress: self.inProgress = self.inProgress ?? date
            case .finalizing: self.finalizing = self.finalizing ?? date
            case .completed: self.completed = self.completed ?? date
            case .failed: self.failed = self.failed ?? date
            case .expired: self.expired = self.expired ?? date
            case .cancelling: self.cancelling = self.cancelling ?? date
            case .cancelled: self.cancelled = self.cancelled ?? date
            }
        }
    }

    /// Lines by what became of them.
    package struct Counts: Sendable, Equatable {
        package var total = 0
        package var completed = 0
        package var failed = 0

        package init() {}
    }

    package let id: String
    package let keyID: String
    /// From where it was asked for: lines are admitted as if they came from there.
    package let address: [UInt8]
    package let endpoint: String
    package let inputFileID: String
    package let metadata: [String: String]
    package let createdAt: Date
    /// What has not begun by then is not done.
    package let expiresAt: Date
    package var status = Status.validating
    package var moments = Moments()
    package var counts = Counts()
    package var faults: [Fault] = []
    package var outputFileID: String?
    package var errorFileID: String?

    package init(
        id: String,
        keyID: String,
        address: [UInt8],
        endpoint: String,
        inputFileID: String,
        metadata: [String: String],
        createdAt: Date,
        expiresAt: Date
    ) {
        self.id = id
        self.keyID = keyID
        self.address = address
        self.endpoint = endpoint
        self.inputFileID = inputFileID
        self.metadata = metadata
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }
}
