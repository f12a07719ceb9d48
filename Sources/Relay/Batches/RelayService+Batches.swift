// Which path leads to which call about files and batches, and how a line of a batch becomes an exchange.

import HTTPFraming
import SessionCore
import Transport

extension RelayService {
    private static let files = "/v1/files"
    private static let batches = "/v1/batches"

    /// Answers when the path is one of files or batches.
    func handleBatches(_ path: String, _ exchange: ServerExchange, _ requestID: RequestID) -> Bool {
        guard let engine = self.shared.batches, path.hasPrefix(Self.files) || path.hasPrefix(Self.batches) else {
            return false
        }
        let answers = OwnedAnswers(exchange: exchange, requestID: requestID, service: self)
        let files = FilesEndpoint(answers: answers, engine: engine)
        let batches = BatchesEndpoint(answers: answers, engine: engine)
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst(3).map(String.init)
        let isFiles = path == Self.files || path.hasPrefix(Self.files + "/")
        guard isFiles || path == Self.batches || path.hasPrefix(Self.batches + "/") else { return false }
        switch (isFiles, parts.count, parts.last) {
        case (true, 0, _):
            self.choose(exchange, requestID, [.get: files.list, .post: files.upload])
        case (true, 1, let id?) where !id.isEmpty:
            self.choose(exchange, requestID, [.get: { files.get(id) }, .delete: { files.delete(id) }])
        case (true, 2, "content"):
            self.choose(exchange, requestID, [.get: { files.content(parts[0]) }])
        case (false, 0, _):
            self.choose(exchange, requestID, [.get: batches.list, .post: batches.create])
        case (false, 1, let id?) where !id.isEmpty:
            self.choose(exchange, requestID, [.get: { batches.get(id) }])
        case (false, 2, "cancel"):
            self.choose(exchange, requestID, [.post: { batches.cancel(parts[0]) }])
        default:
            return false
        }
        return true
    }

    private func choose(
        _ exchange: ServerExchange,
        _ requestID: RequestID,
        _ actions: [HTTPMethod: () -> Void]
    ) {
        let methods = [HTTPMethod.get, .post, .delete].filter { actions[$0] != nil }
        guard self.allow(methods, exchange, requestID) else { return }
        actions[exchange.head.method]?()
    }

    /// Runs a line of a batch; `then` is called once.
    package func run(_ work: BatchWork, then: @escaping (BatchLineEnd) -> Void) {
        let client = BatchLineClient(work, isDraining: { [weak self] in self?.isDraining ?? true }, then: then)
        guard let path = CallPath(work.endpoint), let id = RequestID(given: "\(work.line.id)") else {
            client.refuseEndpoint()
            return
        }
        HTTPExchange(client, path: path, requestID: id, service: self).start(for: work.holder)
    }
}
