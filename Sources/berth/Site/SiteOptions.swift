import ArgumentParser
import Foundation

/// A Berth elsewhere, and how it is asked.
struct SiteOptions: ParsableArguments {
    @Option(help: "The address of a Berth that does it, such as https://hub.example.org; its API token is in BERTH_TOKEN.")
    var site: String?

    @Option(help: "A file with the API token, in place of BERTH_TOKEN.")
    var tokenFile: String?

    @Option(help: "A file with the certificates (PEM) that the site's is signed by, where the system doesn't know them.")
    var ca: String?

    func validate() throws {
        guard site != nil || (tokenFile == nil && ca == nil) else { throw ValidationError("--token-file and --ca belong to --site.") }
        guard let site else { return }
        guard let url = URL(string: site), let host = url.host, !host.isEmpty, ["http", "https"].contains(url.scheme), url.user == nil,
            url.query == nil, url.fragment == nil
        else { throw ValidationError("“\(site)” is no address of a site. Write one such as https://hub.example.org.") }
        guard url.scheme == "https" || ["localhost", "127.0.0.1", "::1"].contains(host) else {
            throw ValidationError("A token doesn't go over a network without TLS: write https://, or name this very host.")
        }
    }

    /// Nil where no site is named.
    func client() throws -> SiteClient? {
        guard let site else { return nil }
        var address = site
        while address.hasSuffix("/") { address.removeLast() }
        if address.hasSuffix("/hub") { address.removeLast("/hub".count) }
        return SiteClient(address: address, token: try token(), authorities: ca)
    }

    private func token() throws -> String {
        let text: String
        if let tokenFile {
            text = try EnvironmentFile.text(tokenFile)
        } else if let variable = ProcessInfo.processInfo.environment["BERTH_TOKEN"] {
            text = variable
        } else {
            throw ValidationError(
                "--site needs an API token: in BERTH_TOKEN, or in a file by --token-file. The site's page “Token” makes one.")
        }
        let token = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !token.isEmpty, token.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }) else {
            throw ValidationError("What should be an API token is none. The site's page “Token” makes one.")
        }
        return token
    }
}
