// Configurations that cannot work are refused with file and reason (robustness F4), and contexts are shared by threads.

import TestSupport
import Testing

@testable import OpenSSLTLS

struct TLSContextTests {
    private let authority: CertificateAuthority

    init() throws {
        self.authority = try CertificateAuthority()
    }

    private func refusal(chain: String, key: String) -> TLSError? {
        do {
            _ = try TLSContext(
                server: TLSServerConfiguration(certificateChainFile: chain, privateKeyFile: key)
            )
            return nil
        } catch {
            return error
        }
    }

    private func refusal(trusting file: String) -> TLSError? {
        do {
            _ = try TLSContext(client: TLSClientConfiguration(trust: .file(file)))
            return nil
        } catch {
            return error
        }
    }

    /// The file a refusal names, if it is one about configuration.
    private func file(in error: TLSError?) -> String? {
        guard case .configuration(let file, let reason) = error, !reason.isEmpty else { return nil }
        return file
    }

    @Test func servesWithAGoodPair() throws {
        let identity = try self.authority.issue()
        #expect(self.refusal(chain: identity.certificateFile, key: identity.privateKeyFile) == nil)
    }

    @Test func namesTheFileThatIsMissing() throws {
        let identity = try self.authority.issue()
        let missing = self.authority.directory + "/missing.pem"
        #expect(self.file(in: self.refusal(chain: missing, key: identity.privateKeyFile)) == missing)
        #expect(self.file(in: self.refusal(chain: identity.certificateFile, key: missing)) == missing)
        #expect(self.file(in: self.refusal(trusting: missing)) == missing)
    }

    @Test func namesTheFileThatIsNoPEM() throws {
        let identity = try self.authority.issue()
        let noise = try self.authority.writeFile(named: "noise.pem", "this is no certificate\n")
        let empty = try self.authority.writeFile(named: "empty.pem", "")
        for bad in [noise, empty, identity.privateKeyFile] {
            #expect(self.file(in: self.refusal(chain: bad, key: identity.privateKeyFile)) == bad)
            #expect(self.file(in: self.refusal(trusting: bad)) == bad)
        }
        for bad in [noise, empty, identity.certificateFile] {
            #expect(self.file(in: self.refusal(chain: identity.certificateFile, key: bad)) == bad)
        }
    }

    @Test func refusesAnEmptyName() throws {
        #expect(self.refusal(trusting: "") != nil)
        #expect(self.refusal(chain: "", key: "") != nil)
    }

    @Test func refusesAnUnreadableDirectoryInPlaceOfAFile() {
        #expect(self.refusal(trusting: self.authority.directory) != nil)
        #expect(self.refusal(chain: self.authority.directory, key: self.authority.directory) != nil)
    }

    @Test func refusesAKeyOfAnotherCertificate() throws {
        let first = try self.authority.issue()
        let second = try self.authority.issue()
        let error = self.refusal(chain: first.certificateFile, key: second.privateKeyFile)
        #expect(self.file(in: error) == second.privateKeyFile)
        #expect(error?.description.contains("does not belong to the certificate") == true)
    }

    @Test func refusesAKeyUnderAPassphraseWithoutAskingForIt() throws {
        let identity = try self.authority.issue()
        let encrypted = try self.authority.encryptKey(of: identity, passphrase: "secret-canary")
        let error = self.refusal(chain: identity.certificateFile, key: encrypted)
        #expect(self.file(in: error) == encrypted)
        #expect(error?.description.contains("without passphrase") == true)
    }

    @Test func refusesApplicationProtocolsThatCannotBeSaid() throws {
        for names in [[""], [String(repeating: "a", count: 256)]] {
            #expect(throws: TLSError.self) {
                _ = try TLSContext(
                    client: TLSClientConfiguration(
                        trust: .file(self.authority.certificateFile),
                        applicationProtocols: names
                    )
                )
            }
        }
    }

    @Test func worksWithoutApplicationProtocols() throws {
        let client = try Endpoint(
            client: TLSContext(
                client: TLSClientConfiguration(
                    trust: .file(self.authority.certificateFile),
                    applicationProtocols: []
                )
            )
        )
        let server = try Endpoint(server: self.authority.serverContext())
        try client.session.start()
        try exchange(client, server)
        #expect(client.session.isEstablished)
        #expect(client.session.negotiatedApplicationProtocol == nil)
    }

    @Test func servesSessionsOfManyThreads() async throws {
        let clientContext = try self.authority.clientContext()
        let serverContext = try self.authority.serverContext()
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    var resumed = false
                    for _ in 0..<10 {
                        let client = try Endpoint(client: clientContext)
                        let server = try Endpoint(server: serverContext)
                        try client.session.start()
                        try exchange(client, server)
                        try client.send(pattern(1000))
                        try exchange(client, server)
                        guard server.takePlaintext() == pattern(1000) else { return false }
                        resumed = resumed || client.session.wasResumed
                    }
                    return resumed
                }
            }
            for try await ok in group { #expect(ok) }
        }
    }

    @Test func outlivesItsOwnerForTheSakeOfItsSessions() throws {
        var context: TLSContext? = try self.authority.serverContext()
        weak let watched = context
        var server: Endpoint? = try Endpoint(server: #require(context))
        let client = try Endpoint(client: self.authority.clientContext())
        context = nil
        #expect(watched != nil)
        try client.session.start()
        try exchange(client, #require(server))
        #expect(client.session.isEstablished)
        server = nil
        #expect(watched == nil)
    }
}
