// A member signs in to the console with a name and a password and acts for one account; an admin acts for all.

package import Foundation
package import OpenSSLTLS

/// One person who may sign in.
package struct Member: Sendable, Equatable, Identifiable {
    /// What a member may do.
    package enum Role: String, Sendable, Equatable, Codable, CaseIterable {
        /// Everything, for every account.
        case admin
        /// Keys and usage of the own account.
        case member
    }

    /// `mem_` and twenty digits.
    package let id: String
    package var accountID: String
    /// What is typed to sign in; unique among members.
    package var name: String
    package var role: Role
    /// `scrypt$N$r$p$salt$hash` (RFC 7914), salt and hash in base64.
    package var passwordHash: String
    package var createdAt: Date
    package var disabledAt: Date?

    package init(
        id: String,
        accountID: String,
        name: String,
        role: Role,
        passwordHash: String,
        createdAt: Date,
        disabledAt: Date? = nil
    ) {
        self.id = id
        self.accountID = accountID
        self.name = name
        self.role = role
        self.passwordHash = passwordHash
        self.createdAt = createdAt
        self.disabledAt = disabledAt
    }
}

/// A browser that is signed in, known by the digest of its cookie.
package struct SignIn: Sendable, Equatable {
    package let digest: SHA256Digest
    package let memberID: String
    package let createdAt: Date
    package let expiresAt: Date

    package init(digest: SHA256Digest, memberID: String, createdAt: Date, expiresAt: Date) {
        self.digest = digest
        self.memberID = memberID
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }
}
