// CertificateAuthority.swift: certificates made while the tests run, by the `openssl` program, in a directory of their own.
//
// Nothing in the repository can expire, and no private key lies in it. Elliptic keys make a certificate a matter of
// milliseconds. The directory goes when its CertificateAuthority does.

import Foundation
import Synchronization

/// A certificate authority that issues whatever a test asks for, valid or not.
package final class CertificateAuthority: Sendable {
    /// Two PEM files that belong together.
    package struct Identity: Sendable, Equatable {
        package let certificateFile: String
        package let privateKeyFile: String
    }

    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// Where all files of this authority are.
    package let directory: String
    /// The authority's own certificate in PEM: what a client is to trust.
    package let certificateFile: String

    private let keyFile: String
    private let issuedCount = Mutex(0)

    package init(commonName: String = "Longwire Test Authority") throws {
        let directory = FileManager.default.temporaryDirectory
            .appendingPathComponent("longwire-certificates-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        self.directory = directory.path
        self.certificateFile = directory.appendingPathComponent("authority.pem").path
        self.keyFile = directory.appendingPathComponent("authority.key").path
        try Self.openssl(
            ["req", "-x509", "-days", "30", "-subj", "/CN=\(commonName)"]
                + ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
                + ["-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign"]
                + ["-keyout", self.keyFile, "-out", self.certificateFile]
        )
    }

    deinit {
        try? FileManager.default.removeItem(atPath: self.directory)
    }

    /// Issues a certificate for a server.
    ///
    /// - Parameters:
    ///   - names: entries of subjectAltName such as `DNS:localhost` or `IP:127.0.0.1`; none leaves the extension out.
    ///   - commonName: the subject, which decides nothing for a careful client.
    ///   - days: how long it is valid from now on; negative for one that has expired.
    ///   - extensions: further lines in the syntax of OpenSSL's configuration.
    package func issue(
        names: [String] = ["DNS:localhost", "IP:127.0.0.1", "IP:::1"],
        commonName: String = "leaf",
        days: Int = 30,
        extensions: [String] = []
    ) throws -> Identity {
        let identity = self.newIdentity()
        let request = identity.privateKeyFile + ".csr"
        let extensionFile = identity.privateKeyFile + ".ext"
        var lines = ["basicConstraints=CA:FALSE"]
        if !names.isEmpty { lines.append("subjectAltName=" + names.joined(separator: ",")) }
        try (lines + extensions).joined(separator: "\n").appending("\n")
            .write(toFile: extensionFile, atomically: false, encoding: .utf8)
        try Self.openssl(
            ["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=\(commonName)"]
                + ["-keyout", identity.privateKeyFile, "-out", request]
        )
        try Self.openssl(
            ["x509", "-req", "-in", request, "-CA", self.certificateFile, "-CAkey", self.keyFile, "-CAcreateserial"]
                + ["-days", String(days), "-extfile", extensionFile, "-out", identity.certificateFile]
        )
        return identity
    }

    /// Makes a certificate that vouches for itself and that nobody trusts.
    package func makeSelfSigned(names: [String] = ["DNS:localhost"]) throws -> Identity {
        let identity = self.newIdentity()
        try Self.openssl(
            ["req", "-x509", "-days", "30", "-subj", "/CN=self-signed"]
                + ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
                + ["-addext", "subjectAltName=" + names.joined(separator: ",")]
                + ["-keyout", identity.privateKeyFile, "-out", identity.certificateFile]
        )
        return identity
    }

    /// Writes a file beside the certificates and returns its path.
    package func writeFile(named name: String, _ text: String) throws -> String {
        let path = self.directory + "/" + name
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        return path
    }

    /// Copies a private key under a passphrase, and returns the copy's path.
    package func encryptKey(of identity: Identity, passphrase: String) throws -> String {
        let path = identity.privateKeyFile + ".encrypted"
        try Self.openssl(
            ["pkcs8", "-topk8", "-in", identity.privateKeyFile, "-out", path, "-passout", "pass:\(passphrase)"])
        return path
    }

    private func newIdentity() -> Identity {
        let number = self.issuedCount.withLock { count in
            count += 1
            return count
        }
        return Identity(
            certificateFile: "\(self.directory)/leaf-\(number).pem",
            privateKeyFile: "\(self.directory)/leaf-\(number).key"
        )
    }

    private static func openssl(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        let complaints = Pipe()
        process.standardError = complaints
        try process.run()
        let text = complaints.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let command = arguments.first ?? ""
            throw Failure(description: "openssl \(command): \(String(decoding: text, as: UTF8.self))")
        }
    }
}
