// An IPv4 or IPv6 address with its port, as a value. Text forms are in SocketAddress+Text.swift.

import CLinux

/// The address of one end of a TCP connection.
package struct SocketAddress: Hashable, Sendable {
    package enum Family: Hashable, Sendable {
        case v4
        case v6
    }

    package let family: Family
    /// The address as a number; IPv4 has its 32 bits in the low half of `low` and `high` zero.
    let high: UInt64
    let low: UInt64
    /// The zone of a link-local IPv6 address, 0 for none.
    package let scope: UInt32
    package let port: UInt16

    init(family: Family, high: UInt64, low: UInt64, scope: UInt32, port: UInt16) {
        self.family = family
        self.high = high
        self.low = low
        self.scope = scope
        self.port = port
    }

    /// From four or sixteen address bytes in network order; nil for any other count.
    package init?(ipBytes: [UInt8], port: UInt16) {
        let load = { (bytes: ArraySlice<UInt8>) in bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
        switch ipBytes.count {
        case 4:
            self.init(family: .v4, high: 0, low: load(ipBytes[...]), scope: 0, port: port)
        case 16:
            self.init(family: .v6, high: load(ipBytes[..<8]), low: load(ipBytes[8...]), scope: 0, port: port)
        default:
            return nil
        }
    }

    /// 0.0.0.0:0, where nothing better is known.
    package static let unspecified = SocketAddress(family: .v4, high: 0, low: 0, scope: 0, port: 0)

    /// 127.0.0.1 with the given port.
    package static func loopback(port: UInt16) -> SocketAddress {
        SocketAddress(family: .v4, high: 0, low: 0x7F00_0001, scope: 0, port: port)
    }

    /// ::1 with the given port.
    package static func loopbackV6(port: UInt16) -> SocketAddress {
        SocketAddress(family: .v6, high: 0, low: 1, scope: 0, port: port)
    }

    package func withPort(_ port: UInt16) -> SocketAddress {
        SocketAddress(family: family, high: high, low: low, scope: scope, port: port)
    }

    /// The address in network order: four bytes, or sixteen.
    ///
    /// An IPv4 address mapped into IPv6 counts as IPv4, so that an allow-list holds on a dual-stack socket.
    package var ipBytes: [UInt8] {
        if family == .v4 || isMappedV4 {
            return (0..<4).map { UInt8(truncatingIfNeeded: low >> UInt64(24 - 8 * $0)) }
        }
        return (0..<16).map { index in
            let half = index < 8 ? high : low
            return UInt8(truncatingIfNeeded: half >> UInt64(56 - 8 * (index % 8)))
        }
    }

    /// Whether this is 127.0.0.0/8 or ::1.
    package var isLoopback: Bool {
        if family == .v4 || isMappedV4 {
            return low >> 24 & 0xFF == 127
        }
        return high == 0 && low == 1
    }

    /// Whether this is ::ffff:0:0/96 (RFC 4291 §2.5.5.2).
    var isMappedV4: Bool {
        family == .v6 && high == 0 && low >> 32 == 0xFFFF
    }

    init?(kernelForm address: lw_address) {
        switch address.family {
        case 4: family = .v4
        case 6: family = .v6
        default: return nil
        }
        high = address.high
        low = address.low
        scope = address.scope
        port = address.port
    }

    var kernelForm: lw_address {
        lw_address(high: high, low: low, scope: scope, port: port, family: family == .v6 ? 6 : 4)
    }
}
