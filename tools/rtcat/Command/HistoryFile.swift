// The history between runs: $XDG_STATE_HOME/rtcat/history, else ~/.local/state/rtcat/history, readable by its owner only.
// Each line is appended as it is sent, so several rtcats share a file; one that has grown is cut when it is read.

import Foundation
import RTCatCore

/// Keeps sent lines on disk; that it cannot is no reason to complain.
struct HistoryFile {
    /// A file of more bytes than this is not read.
    private static let readLimit = 16 * 1024 * 1024

    private let path: String
    private let screen: SecretScreen

    /// Nil when there is no place for it.
    init?(secrets: [String]) {
        let environment = ProcessInfo.processInfo.environment
        let state: String
        if let chosen = environment["XDG_STATE_HOME"], chosen.hasPrefix("/") {
            state = chosen
        } else if let home = environment["HOME"], home.hasPrefix("/") {
            state = home + "/.local/state"
        } else {
            return nil
        }
        let folder = state + "/rtcat"
        let manager = FileManager.default
        try? manager.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        self.path = folder + "/history"
        self.screen = SecretScreen(known: secrets)
    }

    func load() -> LineHistory {
        let attributes = try? FileManager.default.attributesOfItem(atPath: self.path)
        let size = (attributes?[.size] as? Int) ?? 0
        guard size <= Self.readLimit, let data = FileManager.default.contents(atPath: self.path) else {
            return LineHistory()
        }
        let text = String(decoding: data, as: UTF8.self)
        let history = LineHistory(fileText: text)
        if text.utf8.count(where: { $0 == 0x0A }) > 2 * LineHistory.entryLimit {
            self.replace(with: history)
        }
        return history
    }

    /// Writes one line down, unless it looks like a secret.
    func append(_ entry: String) {
        guard self.screen.mayKeep(entry) else { return }
        let descriptor = unsafe open(self.path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { return }
        _ = DescriptorWriter.write(LineHistory.fileLine(entry), to: descriptor)
        close(descriptor)
    }

    private func replace(with history: LineHistory) {
        let draft = "\(self.path).\(getpid())"
        let descriptor = unsafe open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        let isWritten = DescriptorWriter.write(history.fileText, to: descriptor)
        close(descriptor)
        let isMoved = isWritten ? unsafe rename(draft, self.path) == 0 : false
        if !isMoved { _ = unsafe unlink(draft) }
    }
}
