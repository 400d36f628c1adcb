import Configuration
import Curl
import Foundation

/// The tags of images and what they name, by the registry's API (OCI Distribution Specification 1.1, “Listing Tags”,
/// “Checking if content exists in the registry”). What was seen is
/// remembered with its entity tag, so that a registry that has nothing new says so in a few bytes.
actor Registry {
    private let fetcher: Fetcher
    private let configuration: BerthConfiguration
    private var seen: [String: Seen] = [:]
    /// What says who asks, as the field `Authorization`, by registry and repository, until it ends.
    private var proofs: [String: (field: String, ends: ContinuousClock.Instant)] = [:]

    private struct Seen {
        var tags: [String]
        var validators: Fetcher.Validators
    }

    private enum Bound {
        /// Pages of a thousand tags.
        static let pages = 50
        static let page = 8 << 20
    }

    init(fetcher: Fetcher, configuration: BerthConfiguration = BerthConfiguration()) {
        self.fetcher = fetcher
        self.configuration = configuration
    }

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
        if let proof = proofs[key], proof.ends <= .now { proofs[key] = nil }
        for isLast in [false, true] {
            let proof = proofs[key].map { [(name: "Authorization", value: $0.field)] } ?? []
            guard
                let answer = try await fetcher.document(
                    url, method: method, headers: more + proof, unlike: known, taking: isLast ? [] : [401], limit: Bound.page)
            else { return nil }
            guard answer.head.status == 401 else { return answer }
            let challenges = answer.head.headers.filter { $0.name.lowercased() == "www-authenticate" }.map(\.value)
            proofs[key] = try await self.proof(for: challenges, of: image, at: url)
        }
        throw WatchError("\(url) does not let in who asks.", status: 401)
    }

    /// What answers a registry's question for who asks: a token, or where it takes none, the account itself.
    private func proof(
        for challenges: [String], of image: ImageName, at url: String
    ) async throws(WatchError) -> (field: String, ends: ContinuousClock.Instant) {
        let login = try self.login(for: image)
        if let address = challenges.lazy.compactMap({ BearerChallenge($0) }).first?.tokenURL(for: image.repository) {
            // A password is for this registry's own host, or for one that nobody can listen to.
            guard login == nil || WebAddress(address)?.scheme == "https" || WebAddress(address) == WebAddress(url) else {
                throw WatchError("\(url) would have the password sent to \(address), without TLS.", status: 401)
            }
            let token = try await self.token(from: address, login)
            return ("Bearer " + token.text, token.ends)
        }
        guard let login, challenges.contains(where: { $0.lowercased().hasPrefix("basic") }) else {
            throw WatchError(
                "\(url) asks for a password. Name an account for it under images.registries in berth.yaml.", status: 401)
        }
        return (login, .now + .seconds(3600))
    }

    /// The configured account as a header field has it (RFC 7617, 2).
    private func login(for image: ImageName) throws(WatchError) -> String? {
        guard let entry = configuration.registry(serving: image.name) else { return nil }
        do {
            return "Basic " + Data("\(entry.user):\(try entry.password())".utf8).base64EncodedString()
        } catch {
            throw WatchError(
                "The password for \(entry.registry) can't be read from \(entry.passwordFile): it must be there, and readable by the gateway's account."
            )
        }
    }

    private func token(
        from url: String, _ login: String?
    ) async throws(WatchError) -> (text: String, ends: ContinuousClock.Instant) {
        struct Given: Decodable {
            var token: String?
            var access_token: String?
            var expires_in: Double?
        }
        let proof = login.map { [(name: "Authorization", value: $0)] } ?? []
        let answer: (head: ResponseHead, body: [UInt8], validators: Fetcher.Validators)?
        do throws(WatchError) { answer = try await fetcher.document(url, headers: proof, limit: 1 << 20) } catch {
            guard login != nil, error.status == 401 || error.status == 403 else { throw error }
            throw WatchError("\(url) does not take the account that images.registries names.", status: error.status)
        }
        guard let answer,
            let given = try? JSONDecoder().decode(Given.self, from: Data(answer.body)), let text = given.token ?? given.access_token,
            text.utf8.allSatisfy({ $0 > 32 && $0 < 127 })
        else { throw WatchError("\(url) gives no token.") }
        // The specification's own default; a little less, so that none ends on its way.
        return (text, .now + .seconds(max(0, min(given.expires_in ?? 60, 3600) - 10)))
    }
}
