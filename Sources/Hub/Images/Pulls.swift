import LauncherProtocol
import Servers
import Synchronization

/// Images being fetched: how far each is, and how it ended.
final class Pulls: Sendable {
    typealias Pull = EventHistory<Event>

    private let launcher: any LauncherCalling
    /// The last one of each image.
    private let pulls = Mutex<[String: Pull]>([:])

    /// What is told about one.
    enum Event: Sendable {
        case progress(ImageProgress)
        case done
        case failed(LauncherError)
    }

    init(launcher: any LauncherCalling) { self.launcher = launcher }

    /// Begins to fetch an image, unless that is under way.
    func begin(_ image: String) {
        let pull = pulls.withLock { pulls -> Pull? in
            guard pulls[image]?.isFinished ?? true else { return nil }
            let pull = Pull()
            pulls[image] = pull
            return pull
        }
        guard let pull else { return }
        Task {
            do throws(LauncherError) {
                _ = try await launcher.call(PullImage(image: image)) { pull.tell(.progress($0)) }
                pull.tell(.done, last: true)
            } catch {
                pull.tell(.failed(error), last: true)
            }
        }
    }

    /// The last one of an image; nil where there was none.
    func last(of image: String) -> Pull? { pulls.withLock { $0[image] } }
}

extension Pulls.Event {
    /// For the page's script and for API clients.
    func json(_ texts: TextCatalog) -> JSONValue {
        switch self {
        case .progress(let progress):
            ["progress": .number((progress.fraction * 100).rounded()), "message": .string(texts(progress.message))]
        case .done: ["progress": 100, "ready": true, "message": ""]
        case .failed(let error): ["failed": true, "message": .string(texts(error.message))]
        }
    }
}
