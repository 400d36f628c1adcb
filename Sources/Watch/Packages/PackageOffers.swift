import Environments
import Logging

/// What channels and PyPI have of all that the environments ask for: each is asked once a look.
struct PackageOffers: Sendable {
    private var conda: [Place: Channels.Versions] = [:]
    private var pip: [Project: Set<String>] = [:]
    private let watched: WatchedChannels

    private struct Place: Hashable {
        let channel: String
        let platform: String
    }

    private struct Project: Hashable {
        let name: String
        let python: String
    }

    /// Asks. What can't be read is logged, and rests until the next look.
    init(
        _ environments: [WatchedEnvironment], _ watched: WatchedChannels, _ channels: Channels, _ pypi: PyPI, logger: Logger
    ) async {
        self.watched = watched
        var wanted: [Place: Set<String>] = [:]
        for environment in environments {
            for place in Self.places(of: environment, watched) {
                wanted[place, default: []].formUnion(RecipeUpgrade.names(in: environment.recipe))
            }
        }
        for (place, names) in wanted.sorted(by: { $0.key.channel < $1.key.channel }) {
            do throws(WatchError) {
                conda[place] = try await channels.versions(of: names, in: place.channel, platform: place.platform)
            } catch { logger.warning("A channel can't be read", metadata: ["channel": "\(place.channel)", "reason": "\(error)"]) }
        }
        let projects = Set(environments.flatMap(Self.projects)).sorted { ($0.name, $0.python) < ($1.name, $1.python) }
        for project in projects {
            do throws(WatchError) { pip[project] = try await pypi.versions(of: project.name, python: project.python) } catch {
                logger.warning("PyPI can't be read", metadata: ["project": "\(project.name)", "reason": "\(error)"])
            }
        }
    }

    /// What there is for one environment, by package; nil where one of its channels could not be read: what it has would
    /// be missing, and what others have of the same name is not meant.
    func versions(for environment: WatchedEnvironment) -> (conda: [String: Set<String>], pip: [String: Set<String>])? {
        var versions: [String: Set<String>] = [:]
        for place in Self.places(of: environment, watched) {
            guard let found = conda[place] else { return nil }
            // The first channel that has a package is the one it comes from (conda's strict priority).
            versions.merge(found) { first, _ in first }
        }
        let projects = Self.projects(environment)
        return (versions, Dictionary(uniqueKeysWithValues: projects.compactMap { project in pip[project].map { (project.name, $0) } }))
    }

    private static func places(of environment: WatchedEnvironment, _ watched: WatchedChannels) -> [Place] {
        var seen: Set<Place> = []
        return watched.urls(of: environment.recipe).map { Place(channel: $0, platform: environment.lock.platform) }
            .filter { seen.insert($0).inserted }
    }

    private static func projects(_ environment: WatchedEnvironment) -> [Project] {
        guard let python = environment.lock.python else { return [] }
        return RecipeUpgrade.namesOfPip(in: environment.recipe).map { Project(name: $0, python: python) }
    }
}
