import Curl
import Environments
import Zstd

/// The versions of packages that conda channels have, by their `repodata.json.zst`, or else `repodata.json`.
/// What was seen is remembered: a channel that has nothing new says so in a few bytes.
actor Channels {
    private let fetcher: Fetcher
    private var seen: [String: Seen] = [:]

    private struct Seen {
        let wanted: Set<String>
        let versions: [String: Set<String>]
        let validators: Fetcher.Validators
    }

    /// By name, without versions.
    typealias Versions = [String: Set<String>]

    private enum Bound {
        /// Bytes of one index, decompressed.
        static let index = 4 << 30
    }

    init(fetcher: Fetcher) { self.fetcher = fetcher }

    /// All versions of the packages `wanted` that a channel has for a platform and for every one.
    ///
    /// - Parameter channel: its URL.
    func versions(of wanted: Set<String>, in channel: String, platform: String) async throws(WatchError) -> Versions {
        let base = channel.hasSuffix("/") ? String(channel.dropLast()) : channel
        var all: Versions = [:]
        for subdirectory in [platform, "noarch"] {
            all.merge(try await index("\(base)/\(subdirectory)", wanted)) { $0.union($1) }
        }
        return all
    }

    private func index(_ directory: String, _ wanted: Set<String>) async throws(WatchError) -> Versions {
        let zipped = directory + "/repodata.json.zst"
        do throws(WatchError) { return try await read(zipped, wanted, isZipped: true) } catch {
            // Anaconda's own answer for what is not there is 403 as well.
            guard let status = error.status, [403, 404, 410].contains(status) else { throw error }
        }
        do throws(WatchError) { return try await read(directory + "/repodata.json", wanted, isZipped: false) } catch {
            // A channel need not have every platform.
            guard error.status == 404 else { throw error }
            return [:]
        }
    }

    private func read(_ url: String, _ wanted: Set<String>, isZipped: Bool) async throws(WatchError) -> Versions {
        let before = seen[url].flatMap { wanted.isSubset(of: $0.wanted) ? $0 : nil }
        guard case .fresh(let answer, let validators) = try await fetcher.get(url, unlike: before?.validators) else {
            return before?.versions ?? [:]
        }
        // Names that others ask for stay known, so that their turn needs no second look.
        let names = wanted.union(seen[url]?.wanted ?? [])
        let versions = try await Self.scan(answer.body, of: url, names, isZipped: isZipped)
        seen[url] = Seen(wanted: names, versions: versions, validators: validators)
        return versions
    }

    private nonisolated static func scan(
        _ body: StreamedResponse.Body, of url: String, _ wanted: Set<String>, isZipped: Bool
    ) async throws(WatchError) -> Versions {
        var scanner = RepodataScanner(wanted: wanted)
        let decompressor = isZipped ? ZstdDecompressor() : nil
        var read = 0
        do {
            for try await chunk in body {
                if let decompressor {
                    try decompressor.decompress(chunk) { plain in
                        read += plain.count
                        scanner.take(plain)
                    }
                } else {
                    read += chunk.count
                    scanner.take(chunk)
                }
                guard read <= Bound.index else { throw WatchError("\(url) is larger than any index.") }
            }
        } catch let error as TransferError { throw WatchError(error) } catch let error as WatchError { throw error } catch {
            throw WatchError("\(url): \(error)")
        }
        guard scanner.isComplete, decompressor?.isAtEnd ?? true else {
            throw WatchError("\(url) is no index of a channel, or was cut off.")
        }
        return scanner.versions
    }
}
