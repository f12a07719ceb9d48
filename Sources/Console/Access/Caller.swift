// Who makes a call, and what that lets them see.

import EventLoop
import HTTPFraming
import SessionCore

/// Somebody who was recognised.
enum Caller: Sendable {
    /// Showed the admin key.
    case adminKey
    /// Sits at this machine, which has no admin key.
    case loopback
    /// Signed in with a name and a password.
    case member(Member, Account, SignIn)
    /// Showed a key of ours.
    case holder(KeyHolder)

    var isAdmin: Bool {
        switch self {
        case .adminKey, .loopback: true
        case .member(let member, _, _): member.role == .admin
        case .holder: false
        }
    }

    /// The account that bounds what is seen; nil for all of them.
    var accountID: String? {
        switch self {
        case .adminKey, .loopback: nil
        case .member(let member, let account, _): member.role == .admin ? nil : account.id
        case .holder(let holder): holder.record.accountID
        }
    }

    /// Whether this caller belongs to an audience.
    func belongs(to audience: Audience) -> Bool {
        switch audience {
        case .anyone, .everybody: true
        case .members:
            if case .holder = self { false } else { true }
        case .admins: self.isAdmin
        }
    }

    /// For the log.
    var label: String {
        switch self {
        case .adminKey: "admin_key"
        case .loopback: "loopback"
        case .member(let member, _, _): member.id
        case .holder(let holder): holder.record.id
        }
    }
}

/// What a request says of where it comes from.
struct Visitor: Sendable {
    let fields: HeaderFields
    let peer: SocketAddress
    let isSecure: Bool

    init(fields: HeaderFields, peer: SocketAddress, isSecure: Bool) {
        self.fields = fields
        self.peer = peer
        self.isSecure = isSecure
    }
}
