import Environments
import HTTPTypes
import Hummingbird

/// An environment to take away, in one of the forms that other tools read.
enum EnvironmentDownload: String, CaseIterable {
    /// `environment.yml` as it was written.
    case recipe
    /// Every package with its version, no builds.
    case yaml
    case explicit
    case condaLock = "conda-lock"
    case pixi
    /// Berth's own, as canonical JSON.
    case lock
    case dockerfile
    case dockerRun = "docker-run"
    case kubernetes

    /// Whether a form says where an image of the environment runs, and so how many GPUs it gets.
    static func isDeployment(_ form: String) -> Bool { [dockerRun.rawValue, kubernetes.rawValue].contains(form) }

    private var fileName: (stem: String, type: String) {
        switch self {
        case .recipe: ("environment.yml", "application/yaml")
        case .yaml: ("environment.no-builds.yml", "application/yaml")
        case .explicit: ("explicit.txt", "text/plain; charset=utf-8")
        case .condaLock: ("conda-lock.yml", "application/yaml")
        case .pixi: ("pixi.lock", "application/yaml")
        case .lock: ("lock.json", "application/json")
        case .dockerfile: ("Dockerfile", "text/plain; charset=utf-8")
        case .dockerRun: ("docker-run.sh", "text/plain; charset=utf-8")
        case .kubernetes: ("pod.yml", "application/yaml")
        }
    }

    /// - Parameters:
    ///   - account: whose UID, GID and home the container gets.
    ///   - gpus: how many it asks for.
    func response(_ content: EnvironmentContent, for account: (uid: UInt32, gid: UInt32, home: String), gpus: Int) throws -> Response {
        let (file, type) = fileName
        return Response(
            status: .ok,
            headers: [.contentType: type, .contentDisposition: "attachment; filename=\"\(file)\""],
            body: .init(byteBuffer: ByteBuffer(string: try text(content, account, gpus))))
    }

    private func text(_ content: EnvironmentContent, _ account: (uid: UInt32, gid: UInt32, home: String), _ gpus: Int) throws -> String {
        let export = content.export
        switch self {
        case .recipe: return content.found.recipe
        case .yaml: return export.noBuilds
        case .explicit: return content.found.explicit
        case .condaLock: return try export.condaLock
        case .pixi: return export.pixiLock
        case .lock: return content.found.lock
        case .dockerfile: return export.dockerfile()
        case .dockerRun, .kubernetes:
            // A tag for whoever builds the Dockerfile.
            let image = "\(content.name.lowercased()):\(content.found.summary.build.prefix(12))"
            let deployment = Deployment(image: image, uid: account.uid, gid: account.gid, gpus: gpus, home: account.home)
            return self == .dockerRun ? deployment.dockerRun : deployment.kubernetes(name: content.name)
        }
    }
}
