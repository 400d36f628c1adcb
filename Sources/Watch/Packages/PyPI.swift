import Environments
import Foundation

/// The versions of a project on PyPI, by its JSON API (docs.pypi.org/api/json: `GET /pypi/NAME/json`).
actor PyPI {
    private let fetcher: Fetcher
    private let address: String
    private var seen: [String: (releases: [Release], validators: Fetcher.Validators)] = [:]

    /// - Parameter address: with `{name}` for the project.
    init(fetcher: Fetcher, address: String) {
        self.fetcher = fetcher
        self.address = address
    }

    /// A version with what its files ask of Python.
    struct Release: Sendable, Equatable {
        let version: String
        /// One for each file that was not withdrawn; nil where it takes any Python.
        let pythons: [String?]

        /// Whether at least one file is for this Python.
        func runs(on python: String) -> Bool {
            pythons.contains { demand in
                guard let demand, let range = VersionRange(demand) else { return true }
                return range.contains(python)
            }
        }
    }

    /// The versions of a project that have files for `python`; none where PyPI has no such project.
    func versions(of name: String, python: String) async throws(WatchError) -> Set<String> {
        Set(try await releases(of: name).filter { $0.runs(on: python) }.map(\.version))
    }

    private func releases(of name: String) async throws(WatchError) -> [Release] {
        let url = address.split(separator: "{name}", omittingEmptySubsequences: false).joined(separator: name)
        do throws(WatchError) {
            guard let answer = try await fetcher.document(url, unlike: seen[name]?.validators) else { return seen[name]?.releases ?? [] }
            guard let releases = Self.releases(in: answer.body) else { throw WatchError("\(url) gives no releases.") }
            seen[name] = (releases, answer.validators)
            return releases
        } catch {
            guard error.status == 404 else { throw error }
            return []
        }
    }

    /// Nil where the text is not what PyPI answers.
    static func releases(in body: [UInt8]) -> [Release]? {
        struct Project: Decodable {
            struct File: Decodable {
                var yanked: Bool?
                var requires_python: String?
            }
            var releases: [String: [File]]
        }
        guard let project = try? JSONDecoder().decode(Project.self, from: Data(body)) else { return nil }
        return project.releases.compactMap { version, files in
            let pythons = files.filter { $0.yanked != true }.map { $0.requires_python.flatMap { $0.isEmpty ? nil : $0 } }
            return pythons.isEmpty ? nil : Release(version: version, pythons: pythons)
        }
    }
}
