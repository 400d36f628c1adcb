import Curl
import Foundation

/// The tags of images and what they name, by the registry's API (OCI Distribution Specification 1.1, “Listing Tags”,
/// “Checking if content exists in the registry”). What was seen is
/// remembered with its entity tag, so that a registry that has nothing new says so in a few bytes.
actor Registry {
    private let fetcher: Fetcher
    private var seen: [String: Seen] = [:]
    /// Tokens by registry and repository, until they end.
    private var tokens: [String: (text: String, ends: ContinuousClock.Instant)] = [:]

    private struct Seen {
        var tags: [String]
        var validators: Fetcher.Validators
    }

    private enum Bound {
        /// Pages of a thousand tags.
        static let pages = 50
        static let page = 8 << 20
    }

    init(fetcher: Fetcher) { self.fetcher = fetcher }

    /// All tags of the image's repository.
    func tags(of image: ImageName) async throws(WatchError) -> [String] {
        var url = "\(image.base)/v2/\(image.repository)/tags/list?n=1000"
        let key = url
        var tags: [String] = []
        var validators: Fetcher.Validators?
        for page in 1...Bound.pages {
            // A list of one page is unchanged where the page is; of a longer one only the first is known to be.
            let known = page == 1 ? seen[key]?.validators : nil
            guard let answer = try await authorised(url, image, unlike: known) else { return seen[key]?.tags ?? [] }
            struct List: Decodable { var tags: [String]? }
            guard let list = try? JSONDecoder().decode(List.self, from: Data(answer.body)) else {
                throw WatchError("\(url) gives no list of tags.")
            }
            tags += list.tags ?? []
            if page == 1 { validators = answer.validators }
            let next = answer.head["Link"].flatMap { LinkHeader.target(of: "next", in: $0) }
            guard let next, let address = WebAddress.resolved(next, from: url) else {
                seen[key] = page == 1 ? validators.map { Seen(tags: tags, validators: $0) } : nil
                return tags
            }
            // A token is for this registry alone.
            guard WebAddress(address) == WebAddress(url) else { throw WatchError("\(url) continues at another host.") }
            url = address
        }
        throw WatchError("\(image.name) has more tags than are read.")
    }

    /// The digest of what a tag of the image's repository names: of the list of platforms, where there is one.
    func digest(of image: ImageName, tag: String) async throws(WatchError) -> String {
        let url = "\(image.base)/v2/\(image.repository)/manifests/\(tag)"
        // Asking for the head alone does not count as a pull where pulls are counted.
        let kinds = [
            "application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json",
            "application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json",
        ]
        let answer = try await authorised(url, image, unlike: nil, method: "HEAD", headers: [("Accept", kinds.joined(separator: ", "))])
        guard let digest = answer?.head["Docker-Content-Digest"], digest.wholeMatch(of: /[a-z0-9]+:[0-9a-f]{32,128}/) != nil else {
            throw WatchError("\(url) says no digest.")
        }
        return digest
    }

    private func authorised(
        _ url: String, _ image: ImageName, unlike known: Fetcher.Validators?, method: String = "GET",
        headers more: [(name: String, value: String)] = []
    ) async throws(WatchError) -> (head: ResponseHead, body: [UInt8], validators: Fetcher.Validators)? {
        let key = image.base + "/" + image.repository
        if let token = tokens[key], token.ends <= .now { tokens[key] = nil }
        for isLast in [false, true] {
            let proof = tokens[key].map { [(name: "Authorization", value: "Bearer \($0.text)")] } ?? []
            guard
                let answer = try await fetcher.document(
                    url, method: method, headers: more + proof, unlike: known, taking: isLast ? [] : [401], limit: Bound.page)
            else { return nil }
            guard answer.head.status == 401 else { return answer }
            let challenge = answer.head.headers.filter { $0.name.lowercased() == "www-authenticate" }
                .lazy.compactMap { BearerChallenge($0.value) }.first
            guard let address = challenge?.tokenURL(for: image.repository) else {
                throw WatchError("\(url) asks for a password.", status: 401)
            }
            tokens[key] = try await token(from: address)
        }
        throw WatchError("\(url) takes no token.", status: 401)
    }

    private func token(from url: String) async throws(WatchError) -> (text: String, ends: ContinuousClock.Instant) {
        struct Given: Decodable {
            var token: String?
            var access_token: String?
            var expires_in: Double?
        }
        guard let answer = try await fetcher.document(url, limit: 1 << 20),
            let given = try? JSONDecoder().decode(Given.self, from: Data(answer.body)), let text = given.token ?? given.access_token,
            text.utf8.allSatisfy({ $0 > 32 && $0 < 127 })
        else { throw WatchError("\(url) gives no token.") }
        // The specification's own default; a little less, so that none ends on its way.
        return (text, .now + .seconds(max(0, min(given.expires_in ?? 60, 3600) - 10)))
    }
}
