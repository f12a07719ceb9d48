// The record as a document: dates and blocks by their own coding, the digest as hexadecimal text.

import Foundation
import OpenSSLTLS

extension KeyRecord: Codable {
    private enum CodingKeys: String, CodingKey {
        case id
        case accountID = "account_id"
        case name
        case digest
        case displayPrefix = "display_prefix"
        case createdAt = "created_at"
        case expiresAt = "expires_at"
        case revokedAt = "revoked_at"
        case lastUsedAt = "last_used_at"
        case models
        case addresses
        case budgetMicroUSD = "budget_micro_usd"
        case rpm
        case tpm
        case sessions
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        guard let digest = SHA256Digest(hex: try container.decode(String.self, forKey: .digest)) else {
            throw DecodingError.dataCorruptedError(
                forKey: .digest,
                in: container,
                debugDescription: "not 64 hexadecimal digits"
            )
        }
        self.init(
            id: try container.decode(String.self, forKey: .id),
            accountID: try container.decode(String.self, forKey: .accountID),
            name: try container.decode(String.self, forKey: .name),
            digest: digest,
            displayPrefix: try container.decode(String.self, forKey: .displayPrefix),
            createdAt: try container.decode(Date.self, forKey: .createdAt),
            expiresAt: try container.decodeIfPresent(Date.self, forKey: .expiresAt),
            revokedAt: try container.decodeIfPresent(Date.self, forKey: .revokedAt),
            lastUsedAt: try container.decodeIfPresent(Date.self, forKey: .lastUsedAt),
            models: try container.decode([String].self, forKey: .models),
            addresses: try container.decode([CIDRBlock].self, forKey: .addresses),
            budgetMicroUSD: try container.decodeIfPresent(Int64.self, forKey: .budgetMicroUSD),
            rpm: try container.decodeIfPresent(Int.self, forKey: .rpm),
            tpm: try container.decodeIfPresent(Int.self, forKey: .tpm),
            sessions: try container.decodeIfPresent(Int.self, forKey: .sessions)
        )
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(accountID, forKey: .accountID)
        try container.encode(name, forKey: .name)
        try container.encode(digest.hex, forKey: .digest)
        try container.encode(displayPrefix, forKey: .displayPrefix)
        try container.encode(createdAt, forKey: .createdAt)
        try container.encodeIfPresent(expiresAt, forKey: .expiresAt)
        try container.encodeIfPresent(revokedAt, forKey: .revokedAt)
        try container.encodeIfPresent(lastUsedAt, forKey: .lastUsedAt)
        try container.encode(models, forKey: .models)
        try container.encode(addresses, forKey: .addresses)
        try container.encodeIfPresent(budgetMicroUSD, forKey: .budgetMicroUSD)
        try container.encodeIfPresent(rpm, forKey: .rpm)
        try container.encodeIfPresent(tpm, forKey: .tpm)
        try container.encodeIfPresent(sessions, forKey: .sessions)
    }
}
