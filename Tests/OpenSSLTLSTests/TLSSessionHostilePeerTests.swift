// Peers that are old, odd or hostile (RFC 8446 §4.6, RFC 5246 §7.4.1.1, RFC 7301; robustness F6-F8, F13, F15).

import COpenSSL
import TestSupport
import Testing

@testable import OpenSSLTLS

// A literal, whose bytes stay where they are for as long as the program runs.
private let h2: StaticString = "h2"

struct TLSSessionHostilePeerTests {
    private let authority: CertificateAuthority

    init() throws {
        self.authority = try CertificateAuthority()
    }

    private func client() throws -> Endpoint {
        let client = try Endpoint(client: self.authority.clientContext())
        try client.session.start()
        return client
    }

    private func peerServer(
        maximumVersion: Int32 = 0,
        configure: (ContextPointer) -> Void = { _ in }
    ) throws -> OpenSSLPeer {
        let identity = try self.authority.issue()
        return try OpenSSLPeer.server(
            certificateFile: identity.certificateFile,
            privateKeyFile: identity.privateKeyFile,
            maximumVersion: maximumVersion,
            configure: configure
        )
    }

    // MARK: - Interoperation, both roles, both versions

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION], [1, 1000, Int.max / 2])
    func speaksToAServerOfOpenSSL(version: Int32, size: Int) throws {
        let client = try self.client()
        let peer = try self.peerServer(maximumVersion: version)
        try exchange(client, peer, inPiecesOf: size)
        #expect(client.session.isEstablished)
        #expect(client.session.negotiatedApplicationProtocol == nil)
        try client.send(pattern(20_000))
        peer.feed(client.drain())
        #expect(peer.read() == pattern(20_000))
        #expect(peer.write(pattern(20_000)))
        peer.shutDown()
        try client.receive(peer.drain(), inPiecesOf: size)
        #expect(client.takePlaintext() == pattern(20_000))
        #expect(client.session.transportEnded() == .clean)
        client.session.close()
        peer.feed(client.drain())
        _ = peer.read()
        #expect(peer.receivedCloseNotify)
    }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION], [1, 1000, Int.max / 2])
    func speaksToAClientOfOpenSSL(version: Int32, size: Int) throws {
        let server = try Endpoint(server: self.authority.serverContext())
        let peer = try OpenSSLPeer.client(maximumVersion: version)
        peer.handshake()
        try exchange(server, peer, inPiecesOf: size)
        #expect(server.session.isEstablished)
        #expect(peer.write(pattern(20_000)))
        try server.receive(peer.drain(), inPiecesOf: size)
        #expect(server.takePlaintext() == pattern(20_000))
        try server.send(pattern(20_000))
        peer.feed(server.drain())
        #expect(peer.read() == pattern(20_000))
    }

    // MARK: - Not TLS

    @Test(arguments: [
        "HTTP/1.1 400 Bad Request\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "\0", "SSH-2.0-x\r\n", "\u{17}\u{3}\u{3}",
    ])
    func neverParsesPlaintext(text: String) throws {
        let client = try self.client()
        _ = client.drain()
        #expect(throws: TLSError.notTLS) { try client.receive(Array(text.utf8)) }
        #expect(client.takePlaintext().isEmpty)
        #expect(client.drain().isEmpty)
        let server = try Endpoint(server: self.authority.serverContext())
        #expect(throws: TLSError.notTLS) { try server.receive(Array(text.utf8)) }
        #expect(server.takePlaintext().isEmpty)
    }

    @Test func survivesNoiseThatStartsLikeTLS() throws {
        for seed in 0..<200 {
            let noise = [0x16, 3, UInt8(seed % 5)] + pattern(300 + seed).dropFirst(seed)
            for role in [true, false] {
                let endpoint = role ? try self.client() : try Endpoint(server: self.authority.serverContext())
                do { try endpoint.receive(noise) } catch is TLSError {}
                #expect(!endpoint.session.isEstablished)
                #expect(endpoint.takePlaintext().isEmpty)
            }
        }
    }

    @Test func survivesAHandshakeWithAnyByteAltered() throws {
        let clientContext = try self.authority.clientContext(verification: .none)
        let serverContext = try self.authority.serverContext()
        var position = 0
        var established: [Int] = []
        while true {
            // Other ports, so that no session is resumed and all flights have the same shape.
            let client = try Endpoint(client: clientContext, port: position)
            let server = try Endpoint(server: serverContext)
            try client.session.start()
            try server.receive(client.drain())
            var flight = server.drain()
            guard position < flight.count else { break }
            flight[position] ^= 0x41
            do { try client.receive(flight) } catch is TLSError {}
            if client.session.isEstablished { established.append(position) }
            position += 7
        }
        // Only the version in the header of an unprotected record is ignored (RFC 8446 §5.1); all else is covered.
        #expect(established.count <= 2)
        #expect(position > 500)
    }

    // MARK: - Versions and application protocols

    @Test func refusesAServerOfTLS11() throws {
        let client = try self.client()
        let peer = try self.peerServer(maximumVersion: TLS1_1_VERSION) { context in
            // Debian's security level forbids TLS 1.1 altogether.
            unsafe SSL_CTX_set_cipher_list(context.raw, "DEFAULT@SECLEVEL=0")
        }
        peer.feed(client.drain())
        peer.handshake()
        #expect(throws: TLSError.protocolVersion) { try client.receive(peer.drain()) }
    }

    @Test func refusesAServerHelloOfTLS11() throws {
        let client = try self.client()
        _ = client.drain()
        // ServerHello: version 3.2, random, no session, TLS_RSA_WITH_AES_128_CBC_SHA, no compression.
        let body: [UInt8] = [3, 2] + pattern(32) + [0, 0x00, 0x2F, 0]
        let message: [UInt8] = [2, 0, 0, UInt8(body.count)] + body
        let record: [UInt8] = [0x16, 3, 2, 0, UInt8(message.count)] + message
        #expect(throws: TLSError.protocolVersion) { try client.receive(record) }
    }

    @Test func refusesAClientOfTLS11() throws {
        let server = try Endpoint(server: self.authority.serverContext())
        let peer = try OpenSSLPeer.client(maximumVersion: TLS1_1_VERSION) { context in
            unsafe SSL_CTX_set_cipher_list(context.raw, "DEFAULT@SECLEVEL=0")
        }
        peer.handshake()
        #expect(throws: TLSError.protocolVersion) { try server.receive(peer.drain()) }
        // Alert protocol_version (70), so that the client can say why.
        #expect(server.drain().suffix(2) == [2, 70])
    }

    @Test func refusesTLS12WhereTLS13IsAskedFor() throws {
        let identity = try self.authority.issue()
        let server = try Endpoint(
            server: TLSContext(
                server: TLSServerConfiguration(
                    certificateChainFile: identity.certificateFile,
                    privateKeyFile: identity.privateKeyFile,
                    minimumVersion: .tls13
                )
            )
        )
        let peer = try OpenSSLPeer.client(maximumVersion: TLS1_2_VERSION)
        peer.handshake()
        #expect(throws: TLSError.protocolVersion) { try server.receive(peer.drain()) }
    }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func refusesAServerThatPicksHTTP2(version: Int32) throws {
        let client = try self.client()
        let peer = try self.peerServer(maximumVersion: version) { context in
            unsafe SSL_CTX_set_alpn_select_cb(
                context.raw,
                { _, chosen, count, _, _, _ in
                    h2.withUTF8Buffer { unsafe chosen?.pointee = $0.baseAddress }
                    unsafe count?.pointee = 2
                    return SSL_TLSEXT_ERR_OK
                },
                nil
            )
        }
        #expect(throws: TLSError.alpnMismatch) { try exchange(client, peer) }
        #expect(!client.session.isEstablished)
        #expect(throws: TLSError.alpnMismatch) { try client.send([1]) }
    }

    @Test func servesAClientWithoutACommonProtocol() throws {
        let server = try Endpoint(server: self.authority.serverContext())
        let peer = try OpenSSLPeer.client { context in
            unsafe SSL_CTX_set_alpn_protos(context.raw, [2, 0x68, 0x32], 3)
        }
        peer.handshake()
        try exchange(server, peer)
        #expect(server.session.isEstablished)
        #expect(server.session.negotiatedApplicationProtocol == nil)
    }

    @Test func picksHTTP11WhateverTheClientLikesBest() throws {
        let server = try Endpoint(server: self.authority.serverContext())
        let offer: [UInt8] = [2, 0x68, 0x32, 8] + Array("http/1.1".utf8)
        let peer = try OpenSSLPeer.client { context in
            unsafe SSL_CTX_set_alpn_protos(context.raw, offer, UInt32(offer.count))
        }
        peer.handshake()
        try exchange(server, peer)
        #expect(server.session.negotiatedApplicationProtocol == "http/1.1")
    }

    // MARK: - After the handshake

    @Test func refusesRenegotiationAndGoesOn() throws {
        let server = try Endpoint(server: self.authority.serverContext())
        let peer = try OpenSSLPeer.client(maximumVersion: TLS1_2_VERSION)
        peer.handshake()
        try exchange(server, peer)
        #expect(unsafe SSL_renegotiate(peer.raw.raw) == 1)
        peer.handshake()
        let hello = peer.drain()
        #expect(!hello.isEmpty)
        try server.receive(hello)
        // A warning no_renegotiation comes back, and nothing else happens.
        #expect(!server.drain().isEmpty)
        #expect(server.handshakes == 1)
        #expect(server.session.isEstablished)
        try server.send(pattern(100))
        #expect(!server.drain().isEmpty)
    }

    @Test(arguments: [SSL_KEY_UPDATE_REQUESTED, SSL_KEY_UPDATE_NOT_REQUESTED], [1, Int.max / 2])
    func followsKeyUpdates(kind: Int32, size: Int) throws {
        let client = try self.client()
        let peer = try self.peerServer()
        try exchange(client, peer, inPiecesOf: size)
        for _ in 0..<5 {
            #expect(unsafe SSL_key_update(peer.raw.raw, kind) == 1)
            #expect(peer.write(pattern(1000)))
            try client.receive(peer.drain(), inPiecesOf: size)
            #expect(client.takePlaintext() == pattern(1000))
            try client.send(pattern(2000))
            peer.feed(client.drain())
            #expect(peer.read() == pattern(2000))
        }
    }

    @Test func keepsDataThatCannotBeSentYet() throws {
        let client = try self.client()
        // A ticket of more than one record: OpenSSL will not write between its first and its last.
        let peer = try self.peerServer { context in
            unsafe SSL_CTX_set_session_ticket_cb(
                context.raw,
                { ssl, _ in
                    let ballast = pattern(4000)
                    return unsafe SSL_SESSION_set1_ticket_appdata(SSL_get_session(ssl), ballast, ballast.count)
                },
                { _, _, _, _, _, _ in SSL_TICKET_RETURN_USE },
                nil
            )
            unsafe SSL_CTX_ctrl(context.raw, SSL_CTRL_SET_MAX_SEND_FRAGMENT, 512, nil)
        }
        peer.feed(client.drain())
        peer.handshake()
        try client.receive(peer.drain())
        peer.feed(client.drain())
        #expect(peer.handshake())
        let tickets = peer.drain()
        #expect(tickets.count > 8000)
        try client.receive(Array(tickets.prefix(1000)))
        try client.send(pattern(40_000))
        try client.send(pattern(10))
        let early = client.drain()
        try client.receive(Array(tickets.dropFirst(1000)))
        peer.feed(early + client.drain())
        #expect(early.isEmpty)
        #expect(peer.read() == pattern(40_000) + pattern(10))
        // And the next send goes straight through.
        try client.send(pattern(10))
        peer.feed(client.drain())
        #expect(peer.read() == pattern(10))
    }

    @Test func boundsDataThatCannotBeSentYet() throws {
        let client = try self.client()
        let peer = try self.peerServer { context in
            unsafe SSL_CTX_set_session_ticket_cb(
                context.raw,
                { ssl, _ in
                    let ballast = pattern(4000)
                    return unsafe SSL_SESSION_set1_ticket_appdata(SSL_get_session(ssl), ballast, ballast.count)
                },
                { _, _, _, _, _, _ in SSL_TICKET_RETURN_USE },
                nil
            )
            unsafe SSL_CTX_ctrl(context.raw, SSL_CTRL_SET_MAX_SEND_FRAGMENT, 512, nil)
        }
        peer.feed(client.drain())
        peer.handshake()
        try client.receive(peer.drain())
        peer.feed(client.drain())
        peer.handshake()
        try client.receive(Array(peer.drain().prefix(1000)))
        try client.send(pattern(TLSLimits.deferredPlaintext))
        #expect(throws: TLSError.protocolViolation("a message was begun and never finished")) {
            try client.send([1])
        }
    }

    // MARK: - One bad session beside good ones

    @Test func leavesNoErrorBehindForTheNextSession() throws {
        let stranger = try CertificateAuthority()
        let (goodClient, goodServer) = try self.authority.establishedPair()
        for _ in 0..<3 {
            let bad = try self.client()
            let server = try Endpoint(server: stranger.serverContext())
            try server.receive(bad.drain())
            #expect(throws: TLSError.self) { try bad.receive(server.drain()) }
            // Junk on this thread's queue, as a careless library leaves it.
            #expect(unsafe BIO_new_file("/nowhere/at/all", "r") == nil)
            #expect(ERR_peek_error() != 0)
            // The good session waits for more; a stale error would make it look failed.
            try goodClient.receive([])
            try goodServer.send(pattern(10))
            try exchange(goodClient, goodServer)
            #expect(goodClient.takePlaintext() == pattern(10))
        }
    }

    @Test func refusesAnEndlessChain() throws {
        let client = try self.client()
        let extra = try self.authority.issue()
        let peer = try self.peerServer { context in
            // Some 400 bytes each: 120 KiB of certificates that lead nowhere.
            for _ in 0..<300 {
                guard let bio = unsafe BIO_new_file(extra.certificateFile, "r") else { return }
                let certificate = unsafe PEM_read_bio_X509(bio, nil, nil, nil)
                unsafe BIO_free(bio)
                unsafe SSL_CTX_ctrl(
                    context.raw,
                    SSL_CTRL_EXTRA_CHAIN_CERT,
                    0,
                    certificate.map { unsafe UnsafeMutableRawPointer($0) }
                )
            }
        }
        peer.feed(client.drain())
        peer.handshake()
        let flight = peer.drain()
        #expect(flight.count > 100 * 1024)
        #expect(throws: TLSError.self) { try client.receive(flight) }
    }
}
