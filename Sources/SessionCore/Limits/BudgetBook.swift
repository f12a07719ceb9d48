// What was spent and what is set aside for work under way, in millionths of a dollar. Sums stop at the end of `Int64`.

/// The money of one key, or of all keys of an account.
package struct BudgetBook: Sendable, Equatable {
    package private(set) var spent: Int64
    package private(set) var reserved: Int64 = 0

    package init(spent: Int64 = 0) {
        self.spent = max(0, spent)
    }

    /// What may still be set aside under a budget; zero or less when it is used up, nil without a budget.
    package func left(of budget: Int64?) -> Int64? {
        budget.map { Self.sum($0, -Self.sum(spent, reserved)) }
    }

    package mutating func reserve(_ amount: Int64) {
        reserved = Self.sum(reserved, max(0, amount))
    }

    package mutating func release(_ amount: Int64) {
        reserved = max(0, reserved - max(0, amount))
    }

    package mutating func spend(_ amount: Int64) {
        spent = Self.sum(spent, max(0, amount))
    }

    /// Takes over what the ledger knows.
    package mutating func restore(spent amount: Int64) {
        spent = max(0, amount)
    }

    private static func sum(_ left: Int64, _ right: Int64) -> Int64 {
        let (result, overflow) = left.addingReportingOverflow(right)
        return overflow ? (right < 0 ? .min : .max) : result
    }
}
