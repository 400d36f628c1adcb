import Dispatch
import Glibc
import LauncherProtocol

/// The accounts of this host, from wherever the name service switch takes them: files, LDAP, SSSD.
///
/// ```swift
/// guard let account = try await AccountDirectory().lookUp(named: "alice") else { return }
/// ```
public struct AccountDirectory: Sendable {
    /// Lookups that a slow directory server keeps waiting must not hold a thread of the pool.
    private static let queue = DispatchQueue(label: "berth.nss", attributes: .concurrent)

    public init() {}

    /// The account `name`, or nil where there is none (`getpwnam_r(3)`, `getgrouplist(3)`).
    ///
    /// **Blocks**, for as long as a directory server needs. On the concurrency pool use ``lookUp(named:)``.
    public func account(named name: String) throws(NameServiceError) -> Account? {
        guard !name.isEmpty, !name.utf8.contains(0) else { return nil }
        return try account(asked: "account “\(name)”") { entry, buffer, size, found in
            getpwnam_r(name, entry, buffer, size, found)
        }
    }

    /// The account that owns `uid`, or nil where there is none (`getpwuid_r(3)`). **Blocks.**
    public func account(uid: UInt32) throws(NameServiceError) -> Account? {
        try account(asked: "UID \(uid)") { entry, buffer, size, found in
            getpwuid_r(uid, entry, buffer, size, found)
        }
    }

    /// As ``account(named:)``, on a queue of its own while the caller is suspended.
    public func lookUp(named name: String) async throws(NameServiceError) -> Account? {
        try await onQueue { () throws(NameServiceError) in try account(named: name) }
    }

    /// As ``account(uid:)``, on a queue of its own while the caller is suspended.
    public func lookUp(uid: UInt32) async throws(NameServiceError) -> Account? {
        try await onQueue { () throws(NameServiceError) in try account(uid: uid) }
    }

    /// Whether there is a group of this name (`getgrnam_r(3)`), on the same queue.
    public func hasGroup(named name: String) async throws(NameServiceError) -> Bool {
        guard !name.isEmpty, !name.utf8.contains(0) else { return false }
        return try await onQueue { () throws(NameServiceError) in try isGroup(name) }
    }

    private func onQueue<Value: Sendable>(
        _ work: @escaping @Sendable () throws(NameServiceError) -> Value
    ) async throws(NameServiceError) -> Value {
        let result = await withCheckedContinuation { continuation in
            Self.queue.async { continuation.resume(returning: Result { () throws(NameServiceError) in try work() }) }
        }
        return try result.get()
    }
}
