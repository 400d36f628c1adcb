import CLinux
import Glibc
import LauncherProtocol

/// What `getpwnam_r(3)` and its sisters have in common: entry, buffer, its size, and what was found.
typealias Getter<Entry> = (
    UnsafeMutablePointer<Entry>, UnsafeMutablePointer<CChar>, Int, UnsafeMutablePointer<UnsafeMutablePointer<Entry>?>
) -> CInt

extension AccountDirectory {
    /// Runs one of the `getpw*_r` functions and makes an account of what it finds.
    func account(
        asked subject: String,
        _ get: Getter<Glibc.passwd>
    ) throws(NameServiceError) -> Account? {
        try entry(subject, empty: Glibc.passwd(), get) { entry throws(NameServiceError) -> Account? in
            // A name that is no UTF-8 could not be told apart from its repaired spelling.
            guard let name = entry.pw_name.flatMap({ String(validatingCString: $0) }) else { return nil }
            let gecos = text(entry.pw_gecos)
            return Account(
                name: name,
                uid: entry.pw_uid,
                gid: entry.pw_gid,
                groups: try groups(of: name, primary: entry.pw_gid),
                fullName: gecos.prefix { $0 != "," }.description,
                home: text(entry.pw_dir),
                // passwd(5): an empty field means /bin/sh.
                shell: text(entry.pw_shell).isEmpty ? "/bin/sh" : text(entry.pw_shell))
        } ?? nil
    }

    private func groups(of name: String, primary: gid_t) throws(NameServiceError) -> [Account.Group] {
        var identifiers = [gid_t](repeating: 0, count: 32)
        while true {
            var count = CInt(identifiers.count)
            let status = getgrouplist(name, primary, &identifiers, &count)
            if status >= 0 {
                identifiers.removeLast(identifiers.count - Int(count))
                break
            }
            // Some name services do not tell how many there are.
            let room = max(Int(count), identifiers.count * 2)
            guard room <= 1 << 17 else { throw NameServiceError("the groups of “\(name)”", code: ERANGE) }
            identifiers = [gid_t](repeating: 0, count: room)
        }
        var groups: [Account.Group] = []
        var seen: Set<gid_t> = []
        for identifier in [primary] + identifiers where seen.insert(identifier).inserted {
            groups.append(Account.Group(name: try groupName(identifier) ?? String(identifier), gid: identifier))
        }
        return groups
    }

    private func groupName(_ identifier: gid_t) throws(NameServiceError) -> String? {
        try entry("GID \(identifier)", empty: group()) { entry, buffer, size, found in
            getgrgid_r(identifier, entry, buffer, size, found)
        } make: { entry in
            text(entry.gr_name)
        }
    }

    func isGroup(_ name: String) throws(NameServiceError) -> Bool {
        try entry("group “\(name)”", empty: group()) { entry, buffer, size, found in
            getgrnam_r(name, entry, buffer, size, found)
        } make: { _ in
            true
        } ?? false
    }

    /// Calls `get` with a buffer that grows until the entry fits; large groups take megabytes.
    private func entry<Entry, Value>(
        _ subject: String, empty: Entry,
        _ get: Getter<Entry>,
        make: (Entry) throws(NameServiceError) -> Value
    ) throws(NameServiceError) -> Value? {
        var size = 4096
        while true {
            let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: size)
            defer { buffer.deallocate() }
            var entry = empty
            var found: UnsafeMutablePointer<Entry>?
            switch get(&entry, buffer, size, &found) {
            case 0:
                guard found != nil else { return nil }
                return try make(entry)
            case ENOENT, ESRCH:
                // getpwnam_r(3), errors: some name services say so instead of finding nothing.
                return nil
            case ERANGE where size < 64 << 20:
                size *= 4
            case EINTR:
                continue
            case let code:
                throw NameServiceError(subject, code: code)
            }
        }
    }

    private func text(_ field: UnsafeMutablePointer<CChar>?) -> String {
        field.map { String(cString: $0) } ?? ""
    }
}
