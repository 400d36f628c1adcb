import Foundation
import Secrets

/// What comes with a call beside its arguments.
public struct CallContext<Call: LauncherCall>: Sendable {
    /// Who makes the call; its role has been checked against ``LauncherCall/callers``.
    public let caller: Caller
    /// The secrets sent beside the call, in order; wiped when the last reference goes.
    public let secrets: [Secret]
    /// Reports to the caller.
    public let report: @Sendable (Call.Progress) -> Void
}

/// The launcher's answers to its vocabulary: one handler a call.
///
/// ```swift
/// var handlers = LauncherHandlers()
/// handlers.on(StopServer.self) { call, _ throws(LauncherError) in
///     try await spawner.stop(call.id)
///     return Done()
/// }
/// ```
public struct LauncherHandlers: Sendable {
    /// A handler with its types erased: JSON in, JSON out.
    struct Entry: Sendable {
        let callers: Set<CallerRole>
        let isLasting: Bool
        let handle: @Sendable (Data, Caller, [Secret], @escaping @Sendable (Data) -> Void) async throws(LauncherError) -> Data
    }

    private var entries: [String: Entry] = [:]

    public init() {}

    /// Answers every `Call` with `handler`.
    public mutating func on<Call: LauncherCall>(
        _ type: Call.Type,
        handler: @escaping @Sendable (Call, CallContext<Call>) async throws(LauncherError) -> Call.Outcome
    ) {
        entries[Call.name] = Entry(callers: Call.callers, isLasting: Call.isLasting) {
            body, caller, secrets, send async throws(LauncherError) in
            guard let call = try? JSONDecoder().decode(Call.self, from: body) else {
                throw LauncherError(
                    .invalid,
                    "The arguments of \(Call.name) are not what this launcher expects; the two halves are of different versions. Restart both."
                )
            }
            let context = CallContext<Call>(caller: caller, secrets: secrets) { progress in
                if let data = try? JSONEncoder().encode(progress) { send(data) }
            }
            let outcome = try await handler(call, context)
            guard let data = try? JSONEncoder().encode(outcome) else {
                throw LauncherError(.failed, "The outcome of \(Call.name) could not be written.")
            }
            return data
        }
    }

    /// Has `observer` hear of every `Call` that has succeeded. Its handler must be there already.
    public mutating func observe<Call: LauncherCall>(_ type: Call.Type, by observer: @escaping @Sendable (Call, Caller) -> Void) {
        guard let entry = entries[Call.name] else { return }
        entries[Call.name] = Entry(callers: entry.callers, isLasting: entry.isLasting) {
            body, caller, secrets, send async throws(LauncherError) in
            let outcome = try await entry.handle(body, caller, secrets, send)
            if let call = try? JSONDecoder().decode(Call.self, from: body) { observer(call, caller) }
            return outcome
        }
    }

    subscript(name: String) -> Entry? { entries[name] }
}
