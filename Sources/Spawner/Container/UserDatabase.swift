import LauncherProtocol

/// The users and groups that a container knows: root, nobody and the account (`passwd(5)`, `group(5)`).
enum UserDatabase {
    static func passwd(_ account: Account) -> String {
        """
        root:x:0:0:root:/root:/bin/sh
        \(account.name.field):x:\(account.uid):\(account.gid):\(account.fullName.field):\(account.home.field):\(account.shell.field)
        nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin

        """
    }

    static func group(_ account: Account) -> String {
        var lines = ["root:x:0:"]
        for group in account.groups where group.gid != 0 && group.gid != 65534 {
            // The primary group's members are in passwd.
            lines.append("\(group.name.field):x:\(group.gid):" + (group.gid == account.gid ? "" : account.name.field))
        }
        // Terminals belong to it.
        if !account.groups.contains(where: { $0.gid == 5 }) { lines.append("tty:x:5:") }
        lines.append("nogroup:x:65534:")
        return lines.joined(separator: "\n") + "\n"
    }
}

extension String {
    /// Without what would end a field or a line.
    fileprivate var field: String { filter { $0 != ":" && !$0.isNewline } }
}
