import LauncherProtocol

/// Asks the host again about everybody who can come in: an account may have been locked and a group may have other
/// members, and nobody tells Berth.
struct HostReview {
    let hub: HubServices

    private enum Bound {
        static let interval = Duration.seconds(300)
    }

    /// Asks again and again until the task is cancelled.
    func run() async {
        while !Task.isCancelled {
            await look()
            try? await Task.sleep(for: Bound.interval)
        }
    }

    /// Asks about everybody once.
    func look() async {
        var absent: Set<String> = []
        for name in hub.accounts.holders.sorted() {
            do throws(LauncherError) {
                try await note(try await hub.launcher.call(LookUpAccount(account: name)), as: name)
            } catch {
                // What can't be known stays as it was.
                if error.kind == .notFound || hub.accounts.absent.contains(name) { absent.insert(name) }
            }
        }
        for name in absent.subtracting(hub.accounts.absent) {
            hub.trail.note(.userAbsent, on: name, note: "the host has no such account that may log in; sessions and tokens rest")
        }
        hub.accounts.absent = absent
    }

    private func note(_ account: Account, as name: String) async throws(LauncherError) {
        let isAdministrator = hub.isAdministrator(account)
        do {
            guard try await hub.accounts.noteGroups(of: name, admin: isAdministrator) else { return }
        } catch {
            return hub.logger.error("What the host says of “\(name)” was not noted: \(error)")
        }
        hub.trail.note(
            .userAdmin, on: name, note: isAdministrator ? "is an administrator by a group now" : "is in no administrators' group any more")
    }
}

extension HubServices {
    /// Whether a group of the host makes somebody an administrator.
    func isAdministrator(_ account: Account) -> Bool {
        account.groups.contains { configuration.login.adminGroups.contains($0.name) }
    }
}
