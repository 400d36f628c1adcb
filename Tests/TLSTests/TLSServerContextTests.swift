import Foundation
import TLS
import Testing

@Suite("Certificates and keys")
struct TLSServerContextTests {
    /// Makes files with the openssl command in a directory of its own.
    private final class Folder {
        let path = "/tmp/berth-certificates-\(UInt32.random(in: 0 ... .max))"

        init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false) }
        deinit { try? FileManager.default.removeItem(atPath: path) }

        func file(_ name: String) -> String { "\(path)/\(name)" }

        func openssl(_ arguments: String...) throws {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
            process.arguments = arguments
            process.standardError = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            try #require(process.terminationStatus == 0, "openssl \(arguments)")
        }

        func certificate(_ name: String, days: String = "2", key: String = "rsa:2048") throws {
            try openssl(
                "req", "-x509", "-newkey", key, "-nodes", "-days", days, "-subj", "/CN=\(name)", "-keyout",
                file("\(name).key"), "-out", file("\(name).pem"))
        }
    }

    @Test("a certificate and its key are taken")
    func good() throws {
        let folder = try Folder()
        try folder.certificate("a")
        let context = try TLSServerContext(certificate: folder.file("a.pem"), key: folder.file("a.key"))
        #expect(context.warnings.isEmpty)
    }

    @Test("every fault has its own error, which names the file")
    func faults() throws {
        let folder = try Folder()
        try folder.certificate("a")
        try folder.certificate("b")
        try "nonsense".write(toFile: folder.file("text"), atomically: false, encoding: .utf8)
        try folder.openssl(
            "rsa", "-aes128", "-passout", "pass:x", "-in", folder.file("a.key"), "-out", folder.file("locked.key"))
        let (certificate, key) = (folder.file("a.pem"), folder.file("a.key"))

        #expect(throws: TLSError.unreadable(file: folder.file("none"), reason: "No such file or directory")) {
            try TLSServerContext(certificate: folder.file("none"), key: key)
        }
        #expect(throws: TLSError.unreadable(file: folder.file("none"), reason: "No such file or directory")) {
            try TLSServerContext(certificate: certificate, key: folder.file("none"))
        }
        #expect(throws: TLSError.mismatch(certificate: certificate, key: folder.file("b.key"))) {
            try TLSServerContext(certificate: certificate, key: folder.file("b.key"))
        }
        #expect(throws: TLSError.encryptedKey(file: folder.file("locked.key"))) {
            try TLSServerContext(certificate: certificate, key: folder.file("locked.key"))
        }
        for (certificate, key, bad) in [
            (folder.file("text"), key, "text"), (certificate, folder.file("text"), "text"), (key, key, "a.key"),
        ] {
            #expect {
                try TLSServerContext(certificate: certificate, key: key)
            } throws: { error in
                guard case TLSError.malformed(let file, _, _) = error else { return false }
                return file == folder.file(bad)
            }
        }
    }

    @Test("keys of two kinds do not belong together either")
    func kinds() throws {
        let folder = try Folder()
        try folder.certificate("a")
        try folder.openssl(
            "ecparam", "-genkey", "-name", "prime256v1", "-noout", "-out", folder.file("ec.key"))
        #expect(throws: TLSError.mismatch(certificate: folder.file("a.pem"), key: folder.file("ec.key"))) {
            try TLSServerContext(certificate: folder.file("a.pem"), key: folder.file("ec.key"))
        }
    }

    @Test("an expired certificate is used, with a warning")
    func expired() throws {
        let folder = try Folder()
        try folder.openssl("genrsa", "-out", folder.file("a.key"), "2048")
        try folder.openssl("req", "-new", "-key", folder.file("a.key"), "-subj", "/CN=a", "-out", folder.file("a.csr"))
        try "".write(toFile: folder.file("index"), atomically: false, encoding: .utf8)
        try "01".write(toFile: folder.file("serial"), atomically: false, encoding: .utf8)
        let configuration = """
            [ca]
            default_ca = d
            [d]
            database = \(folder.file("index"))
            serial = \(folder.file("serial"))
            new_certs_dir = \(folder.path)
            default_md = sha256
            policy = p
            [p]
            commonName = supplied
            """
        try configuration.write(toFile: folder.file("ca.cnf"), atomically: false, encoding: .utf8)
        try folder.openssl(
            "ca", "-batch", "-config", folder.file("ca.cnf"), "-selfsign", "-keyfile", folder.file("a.key"), "-in",
            folder.file("a.csr"), "-out", folder.file("a.pem"), "-startdate", "20200101000000Z", "-enddate",
            "20200201000000Z", "-notext")
        let context = try TLSServerContext(certificate: folder.file("a.pem"), key: folder.file("a.key"))
        #expect(context.warnings == [.expired(file: folder.file("a.pem"), on: "2020-02-01")])
    }
}
