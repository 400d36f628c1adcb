import Foundation

/// A program of the host that did not succeed.
public struct ProgramFailure: Error, CustomStringConvertible {
    public let description: String
}

/// Runs a program of the host to its end and returns what it printed. **Blocks.**
@discardableResult
public func run(_ program: String, _ arguments: String..., input: String = "") throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    let (given, printed) = (Pipe(), Pipe())
    process.standardInput = given
    process.standardOutput = printed
    process.standardError = printed
    try process.run()
    given.fileHandleForWriting.write(Data(input.utf8))
    try given.fileHandleForWriting.close()
    let output = String(decoding: try printed.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
        throw ProgramFailure(description: "\(program) \(arguments.joined(separator: " ")): \(output)")
    }
    return output
}
