import Configuration
import LauncherProtocol

/// Which accounts may use Berth at all: `min_uid`, `allowed_groups`, `refused_shells`.
struct AccountPolicy: Sendable {
    private let minUID: UInt32
    private let allowedGroups: Set<String>
    private let refusedShells: Set<String>

    init(_ configuration: LoginConfiguration) {
        minUID = configuration.minUID
        allowedGroups = Set(configuration.allowedGroups)
        refusedShells = Set(configuration.refusedShells)
    }

    /// Why `account` may not use Berth, for the log; nil if it may.
    func refusal(of account: Account) -> String? {
        if account.uid == 0 { return "it is root" }
        if account.uid < minUID { return "its UID \(account.uid) is under min_uid \(minUID)" }
        if refusedShells.contains(account.shell) { return "its shell \(account.shell) is among refused_shells" }
        if !allowedGroups.isEmpty, !account.groups.contains(where: { allowedGroups.contains($0.name) }) {
            return "it is in none of allowed_groups"
        }
        return nil
    }

    /// Whether `name` can be an account's name at all. What can't is never shown to PAM,
    /// whose modules make file names of it.
    static func isPlausible(_ name: String) -> Bool {
        (1...256).contains(name.utf8.count)
            && name.unicodeScalars.allSatisfy { $0 != "/" && $0.properties.generalCategory != .control }
    }
}
