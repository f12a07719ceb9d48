// The counts of some accounts and all their keys, and the decisions over them: pure, and the same under any lock.
//
// Order of the checks: budget, sessions, requests, tokens. The first that fails is told; nothing is taken unless all
// hold. Money is told first because waiting does not help.
//
// Bounds: a scope that holds nothing (no spending, no session, full buckets) is forgotten when room is needed. If all
// hold something, nobody new is let in: a budget must never be forgotten.

/// Bounds of the limits' own tables.
package struct LimitTableLimits: Sendable {
    /// Keys, accounts, and pairs of key and model, each, in one part of sixteen.
    package var scopes = 65_536
    /// How often a full table is looked through for room, at most.
    package var sweepNanoseconds: Int64 = 1_000_000_000

    package init() {}
}

/// What one admission took; given back or settled once.
struct LimitTaken: Sendable {
    let kind: Demand.Kind
    let keyID: String
    let accountID: String
    let modelID: String?
    let keyBudget: Int64?
    let accountBudget: Int64?
    var key = RateTaken()
    var account = RateTaken()
    var model = RateTaken()
    /// Millionths of a dollar that are set aside.
    var reserved: Int64 = 0
}

/// Counts of accounts, keys, and keys with a model.
struct LimitTable: Sendable {
    private struct KeyAndModel: Hashable {
        let key: String
        let model: String
    }

    private let limits: LimitTableLimits
    /// What counts of models, whatever a demand's model says.
    var configured = ConfiguredLimits()
    private var keys: [String: LimitScope] = [:]
    private var accounts: [String: LimitScope] = [:]
    private var models: [KeyAndModel: LimitScope] = [:]
    private var sweptAt: Int64?

    init(limits: LimitTableLimits) {
        self.limits = limits
    }

    // MARK: Admit

    mutating func admit(_ wish: Demand, now: Int64) -> Result<LimitTaken, RelayError> {
        var demand = wish
        demand.model = configured.counted(demand.model)
        let (record, account, model) = (demand.holder.record, demand.holder.account, demand.model)
        let pair = model.flatMap { model in
            model.limits.rpm == nil && model.limits.tpm == nil ? nil : KeyAndModel(key: record.id, model: model.id)
        }
        makeRoom(key: record.id, account: account.id, pair: pair, now: now)
        guard keys[record.id] != nil || keys.count < limits.scopes,
            accounts[account.id] != nil || accounts.count < limits.scopes,
            pair.map({ models[$0] != nil || models.count < limits.scopes }) ?? true
        else { return .failure(.serviceUnavailable("limits cannot be counted for more keys at the moment")) }
        var (keyScope, accountScope) = (keys[record.id] ?? LimitScope(), accounts[account.id] ?? LimitScope())
        var modelScope = pair.map { models[$0] ?? LimitScope() } ?? LimitScope()
        keyScope.prepare(rpm: record.rpm, tpm: record.tpm, now: now)
        accountScope.prepare(rpm: account.limits.rpm, tpm: account.limits.tpm, now: now)
        modelScope.prepare(rpm: model?.limits.rpm, tpm: model?.limits.tpm, now: now)
        defer {
            // Also after a refusal: a changed limit counts from now on.
            keys[record.id] = keyScope
            accounts[account.id] = accountScope
            if let pair { models[pair] = modelScope }
        }
        let subjects = LimitSubjects(demand: demand, key: keyScope, account: accountScope, model: modelScope)
        if let refusal = subjects.refusal {
            return .failure(refusal)
        }
        var taken = LimitTaken(
            kind: demand.kind,
            keyID: record.id,
            accountID: account.id,
            modelID: pair?.model,
            keyBudget: record.budgetMicroUSD,
            accountBudget: account.limits.budgetMicroUSD
        )
        switch demand.kind {
        case .session:
            keyScope.sessions += 1
            accountScope.sessions += 1
        case .exchange, .turn:
            let tokens = demand.tokens
            taken.key = keyScope.take(tokens: tokens, rpm: record.rpm, tpm: record.tpm)
            taken.account = accountScope.take(tokens: tokens, rpm: account.limits.rpm, tpm: account.limits.tpm)
            taken.model = modelScope.take(tokens: tokens, rpm: model?.limits.rpm, tpm: model?.limits.tpm)
        }
        taken.reserved = min(demand.costMicroUSD, subjects.moneyLeft)
        keyScope.budget.reserve(taken.reserved)
        accountScope.budget.reserve(taken.reserved)
        return .success(taken)
    }

    // MARK: While it runs, and after

    /// Sets more money aside; false, and nothing is, when a budget has not that much.
    mutating func extend(_ taken: inout LimitTaken, by amount: Int64) -> Bool {
        let left =
            [
                keys[taken.keyID]?.budget.left(of: taken.keyBudget),
                accounts[taken.accountID]?.budget.left(of: taken.accountBudget),
            ].compactMap { $0 }.min() ?? .max
        guard amount <= left else { return false }
        reserve(amount, for: &taken)
        return true
    }

    private mutating func reserve(_ amount: Int64, for taken: inout LimitTaken) {
        let (sum, overflow) = taken.reserved.addingReportingOverflow(max(0, amount))
        guard !overflow else { return }
        taken.reserved = sum
        keys[taken.keyID]?.budget.reserve(amount)
        accounts[taken.accountID]?.budget.reserve(amount)
    }

    mutating func settle(_ taken: LimitTaken, tokens: Int, costMicroUSD: Int64, now: Int64) {
        release(taken)
        guard taken.kind != .session else { return }
        let used = max(0, tokens)
        keys[taken.keyID]?.correct(taken.key, used: used, now: now)
        accounts[taken.accountID]?.correct(taken.account, used: used, now: now)
        withModel(of: taken) { $0.correct(taken.model, used: used, now: now) }
        keys[taken.keyID]?.budget.spend(costMicroUSD)
        accounts[taken.accountID]?.budget.spend(costMicroUSD)
    }

    /// Books work that nobody was asked about before.
    mutating func charge(_ demand: Demand, now: Int64) {
        let (key, account) = (demand.holder.record.id, demand.holder.account.id)
        keys[key, default: LimitScope()].budget.spend(demand.costMicroUSD)
        accounts[account, default: LimitScope()].budget.spend(demand.costMicroUSD)
        let nothing = RateTaken(tokens: 0)
        keys[key]?.correct(nothing, used: demand.tokens, now: now)
        accounts[account]?.correct(nothing, used: demand.tokens, now: now)
        guard let model = demand.model else { return }
        models[KeyAndModel(key: key, model: model.id)]?.correct(nothing, used: demand.tokens, now: now)
    }

    mutating func giveBack(_ taken: LimitTaken) {
        release(taken)
        keys[taken.keyID]?.giveBack(taken.key)
        accounts[taken.accountID]?.giveBack(taken.account)
        withModel(of: taken) { $0.giveBack(taken.model) }
    }

    private mutating func release(_ taken: LimitTaken) {
        keys[taken.keyID]?.budget.release(taken.reserved)
        accounts[taken.accountID]?.budget.release(taken.reserved)
        if taken.kind == .session { sessionEnded(key: taken.keyID, account: taken.accountID) }
    }

    /// Gives the place of a session back that was handed over.
    mutating func sessionEnded(_ holder: KeyHolder) {
        sessionEnded(key: holder.record.id, account: holder.account.id)
    }

    private mutating func sessionEnded(key: String, account: String) {
        keys[key]?.sessions -= 1
        accounts[account]?.sessions -= 1
    }

    private mutating func withModel(of taken: LimitTaken, _ change: (inout LimitScope) -> Void) {
        guard let model = taken.modelID else { return }
        let pair = KeyAndModel(key: taken.keyID, model: model)
        guard var scope = models[pair] else { return }
        change(&scope)
        models[pair] = scope
    }

    // MARK: Look

    func status(of holder: KeyHolder, model: Model?, now: Int64) -> RateStatus {
        let (record, account) = (holder.record, holder.account)
        var status = RateStatus()
        include(keys[record.id], record.rpm, record.tpm, now, in: &status)
        include(accounts[account.id], account.limits.rpm, account.limits.tpm, now, in: &status)
        if let model = configured.counted(model) {
            let scope = models[KeyAndModel(key: record.id, model: model.id)]
            include(scope, model.limits.rpm, model.limits.tpm, now, in: &status)
        }
        return status
    }

    private func include(_ known: LimitScope?, _ rpm: Int?, _ tpm: Int?, _ now: Int64, in status: inout RateStatus) {
        guard rpm != nil || tpm != nil else { return }
        var scope = known ?? LimitScope()
        scope.prepare(rpm: rpm, tpm: tpm, now: now)
        status.include(requests: rpm == nil ? nil : scope.requests, tokens: tpm == nil ? nil : scope.tokens)
    }

    func usage(keyID: String) -> KeyUsageNow? { keys[keyID].map(Self.usage) }
    func usage(accountID: String) -> KeyUsageNow? { accounts[accountID].map(Self.usage) }

    private static func usage(_ scope: LimitScope) -> KeyUsageNow {
        KeyUsageNow(
            spentMicroUSD: scope.budget.spent,
            reservedMicroUSD: scope.budget.reserved,
            sessions: scope.sessions
        )
    }

    // MARK: Restore and make room

    /// Takes over what the ledger knows of a key; asked twice, it changes nothing.
    mutating func restore(_ spend: KeySpend) {
        let known = keys[spend.keyID]?.budget.spent ?? 0
        let others = max(0, (accounts[spend.accountID]?.budget.spent ?? 0) - known)
        keys[spend.keyID, default: LimitScope()].budget.restore(spent: spend.microUSD)
        accounts[spend.accountID, default: LimitScope()].budget.restore(spent: others)
        accounts[spend.accountID]?.budget.spend(spend.microUSD)
    }

    private mutating func makeRoom(key: String, account: String, pair: KeyAndModel?, now: Int64) {
        let isShort =
            (keys.count >= limits.scopes && keys[key] == nil)
            || (accounts.count >= limits.scopes && accounts[account] == nil)
            || (models.count >= limits.scopes && pair.map { models[$0] == nil } ?? false)
        guard isShort else { return }
        if let sweptAt, now - sweptAt < limits.sweepNanoseconds { return }
        sweptAt = now
        keys = keys.filter { !$0.value.isBlank(now: now) }
        accounts = accounts.filter { !$0.value.isBlank(now: now) }
        models = models.filter { !$0.value.isBlank(now: now) }
    }
}
