import Foundation

/// A file in a Git repository elsewhere, as somebody named it: checked, so that it can't be taken for anything else.
struct GitSource: Equatable {
    let url: String
    let host: String
    let port: Int
    /// `HEAD` where none is named.
    let reference: String
    let path: String

    init(url text: String, reference: String?, path: String?) throws(StoreError) {
        guard text.utf8.count <= 2000, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), let url = URLComponents(string: text),
            let scheme = url.scheme?.lowercased(), ["http", "https"].contains(scheme), let host = url.host, !host.isEmpty
        else {
            throw StoreError(
                .invalid, "“\(text.prefix(120))” is not the address of a Git repository that can be read here: https://HOST/PATH.")
        }
        guard url.user == nil, url.password == nil else {
            throw StoreError(
                .invalid, "Leave the password out of the address: it would be kept. Repositories are read here that need none.")
        }
        self.url = text
        self.host = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
        port = url.port ?? (scheme == "https" ? 443 : 80)
        self.reference = reference ?? "HEAD"
        guard self.reference.wholeMatch(of: /[A-Za-z0-9_][A-Za-z0-9._\/+-]{0,199}/) != nil, !self.reference.contains("..") else {
            throw StoreError(.invalid, "“\(self.reference.prefix(80))” can't be a branch, tag or commit.")
        }
        let parts = (path ?? "environment.yml").split(separator: "/", omittingEmptySubsequences: false)
        guard parts.allSatisfy({ !["", ".", ".."].contains($0) }), (path ?? "").utf8.count <= 500,
            (path ?? "").unicodeScalars.allSatisfy({ $0.value > 0x1F && $0.value != 0x7F })
        else {
            throw StoreError(
                .invalid, "“\((path ?? "").prefix(80))” can't be a file in a repository. Name it from the top: envs/environment.yml.")
        }
        self.path = parts.joined(separator: "/")
    }
}
