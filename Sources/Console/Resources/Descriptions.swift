// What is told of keys, accounts and members, as JSON: never a digest, a hash or the text of a key.

import Foundation
import SessionCore

extension APICall {
    func describe(_ record: KeyRecord, text: KeyText? = nil) -> JSON {
        let shown = text.map { [JSONEntry("key", .string($0.text))] } ?? []
        let limits = UsageLimits(
            budgetMicroUSD: record.budgetMicroUSD,
            rpm: record.rpm,
            tpm: record.tpm,
            sessions: record.sessions
        )
        return .object(
            shown + [
                JSONEntry("id", .string(record.id)), JSONEntry("name", .string(record.name)),
                JSONEntry("prefix", .string(record.displayPrefix)), JSONEntry("account", .string(record.accountID)),
                JSONEntry("status", .string(self.status(of: record))), JSONEntry("models", .strings(record.models)),
                JSONEntry("addresses", .strings(record.addresses.map(\.description))),
                JSONEntry("created_at", .string(Moment.text(record.createdAt))),
                JSONEntry("expires_at", .orNull(record.expiresAt)), JSONEntry("revoked_at", .orNull(record.revokedAt)),
                JSONEntry("last_used_at", .orNull(record.lastUsedAt)),
            ] + Self.entries(of: limits) + Self.entries(of: self.shared.keeper.usage(keyID: record.id))
        )
    }

    /// What has a date of its end has ended: dates come back from a store rounded, perhaps a little ahead of the clock.
    func status(of record: KeyRecord) -> String {
        record.revokedAt != nil ? "revoked" : record.isExpired(at: self.now) ? "expired" : "active"
    }

    func describe(_ account: Account) -> JSON {
        .object(
            [
                JSONEntry("id", .string(account.id)), JSONEntry("name", .string(account.name)),
                JSONEntry("status", .string(account.disabledAt == nil ? "active" : "disabled")),
                JSONEntry("models", .strings(account.models)),
                JSONEntry("created_at", .string(Moment.text(account.createdAt))),
                JSONEntry("disabled_at", .orNull(account.disabledAt)),
            ] + Self.entries(of: account.limits) + Self.entries(of: self.shared.keeper.usage(accountID: account.id))
        )
    }

    func describe(_ member: Member) -> JSON {
        [
            "id": .string(member.id), "name": .string(member.name), "role": .string(member.role.rawValue),
            "account": .string(member.accountID),
            "status": member.disabledAt == nil ? "active" : "disabled",
            "created_at": .string(Moment.text(member.createdAt)), "disabled_at": .orNull(member.disabledAt),
        ]
    }

    private static func entries(of limits: UsageLimits) -> [JSONEntry] {
        [
            JSONEntry("budget_usd", .usd(orNull: limits.budgetMicroUSD)), JSONEntry("rpm", .orNull(limits.rpm)),
            JSONEntry("tpm", .orNull(limits.tpm)), JSONEntry("sessions", .orNull(limits.sessions)),
        ]
    }

    private static func entries(of usage: KeyUsageNow) -> [JSONEntry] {
        [
            JSONEntry("spent_usd", .usd(max(0, usage.spentMicroUSD))),
            JSONEntry("reserved_usd", .usd(max(0, usage.reservedMicroUSD))),
            JSONEntry("open_sessions", .count(max(0, usage.sessions))),
        ]
    }

    /// The limits of a body, on top of those that are; a member that is null takes a limit away.
    func limits(changing limits: UsageLimits) -> UsageLimits {
        var limits = limits
        if let value = self.body["budget_usd"] { limits.budgetMicroUSD = value.microUSD }
        if let value = self.body["rpm"] { limits.rpm = value.whole.flatMap { Int(exactly: $0) } }
        if let value = self.body["tpm"] { limits.tpm = value.whole.flatMap { Int(exactly: $0) } }
        if let value = self.body["sessions"] { limits.sessions = value.whole.flatMap { Int(exactly: $0) } }
        return limits
    }
}

extension TokenCounts {
    /// All classes and their sums.
    var json: JSON {
        [
            "input": .count(self.input), "cached": .count(self.cached), "output": .count(self.output),
            "total": .count(self.total), "input_text": .count(self.inputText), "input_audio": .count(self.inputAudio),
            "input_image": .count(self.inputImage), "cached_text": .count(self.cachedText),
            "cached_audio": .count(self.cachedAudio), "cached_image": .count(self.cachedImage),
            "output_text": .count(self.outputText), "output_audio": .count(self.outputAudio),
            "audio_milliseconds": .count(self.audioMilliseconds),
        ]
    }
}
