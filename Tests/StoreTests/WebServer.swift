import Foundation
import Testing

/// Python's own web server on an address of this host.
final class WebServer: Sendable {
    let port: Int
    let address: String
    private let process: Process

    var url: String { "http://\(address):\(port)" }

    init(_ folder: String, on address: String = "127.0.0.1") throws {
        self.address = address
        process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = ["-u", "-m", "http.server", "--bind", address, "--directory", folder, "0"]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        // "Serving HTTP on 127.0.0.1 port 40123 (http://…"
        var line = ""
        while let more = try pipe.fileHandleForReading.read(upToCount: 1), !more.isEmpty {
            line += String(decoding: more, as: UTF8.self)
            if line.hasSuffix("(") { break }
        }
        let words = line.split(separator: " ")
        port = try #require(words.firstIndex(of: "port").flatMap { Int(words[$0 + 1]) })
    }

    // Foundation reaps it; waiting here, on another thread than it was started on, can go on for ever.
    deinit { process.terminate() }
}
