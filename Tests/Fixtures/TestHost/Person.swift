import Dispatch
import Foundation
import Synchronization

/// A real account of this host for the time of a test.
public final class Person: Sendable {
    /// The account database has one lock, which useradd does not wait long for; and tests
    /// that measure time must not wait for threads that useradd holds.
    private static let database = DispatchQueue(label: "accounts of the tests")
    private static let count = Atomic(0)

    public let name: String
    public let password = "right-\(UInt32.random(in: 0...UInt32.max))-horse"

    /// Makes the account, without a home; `options` are more arguments for `useradd(8)`.
    public init(_ options: String = "") async throws {
        name = "berth-t\(getpid())-\(Self.count.add(1, ordering: .relaxed).newValue)"
        try await Self.change { [name, password] in
            try run("sh", "-c", "useradd --no-create-home --shell /bin/bash \(options) \(name)")
            try run("chpasswd", input: "\(name):\(password)\n")
        }
    }

    /// Runs `chage(1)` or the like on the account.
    public func change(with command: String) async throws {
        try await Self.change { [name] in try run("sh", "-c", "\(command) \(name)") }
    }

    deinit {
        Self.database.sync { [name] in _ = try? run("userdel", "--force", name) }
    }

    private static func change(_ work: @escaping @Sendable () throws -> Void) async throws {
        try await withCheckedThrowingContinuation { continuation in
            database.async { continuation.resume(with: Result(catching: work)) }
        }
    }
}
