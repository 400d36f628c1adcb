import Foundation

@testable import Proxy

/// Runs a program to its end, off the threads that tests run on; returns its status and
/// everything it wrote on standard output (and on standard error, where asked for).
@discardableResult
func run(_ program: String, _ arguments: [String], input: String = "", withErrors: Bool = false) async -> (
    status: Int32, output: String
) {
    await onThread {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        let output = Pipe()
        let standardInput = Pipe()
        process.standardInput = standardInput
        process.standardOutput = output
        process.standardError = withErrors ? output : FileHandle.nullDevice
        guard (try? process.run()) != nil else { return (-1, "\(program) can't be started") }
        try? standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try? standardInput.fileHandleForWriting.close()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }
}

/// A self-signed certificate for localhost and its key, in a directory of its own.
func makeCertificate(in directory: String, named name: String, days: Int = 2) async -> ProxyConfiguration.TLS {
    let files = ProxyConfiguration.TLS(certificate: "\(directory)/\(name).pem", key: "\(directory)/\(name).key")
    await run(
        "/usr/bin/openssl",
        [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "\(days)",
            "-subj", "/CN=\(name)", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", files.key,
            "-out", files.certificate,
        ])
    return files
}
