/// How far an image has come, all layers together.
public struct PullProgress: Sendable, Equatable {
    /// Layers of the image, as far as they are known.
    public var layers = 0
    /// Layers in place.
    public var complete = 0
    /// Bytes fetched and to fetch, of the layers whose size is known.
    public var fetched = 0
    public var size = 0
    /// 0 to 1; never falls.
    public var fraction = 0.0
}

/// Adds up the engine's messages about single layers (Engine API, "ImageCreate").
struct PullReader {
    /// One message of the stream.
    struct Message: Decodable {
        struct Detail: Decodable {
            let current: Int?
            let total: Int?
        }

        var id: String?
        var status: String?
        var progressDetail: Detail?
        var error: String?
    }

    private struct Layer {
        var size = 0
        var fetched = 0
        var extracted = 0
        var isComplete = false
    }

    private var layers: [String: Layer] = [:]
    private(set) var progress = PullProgress()

    /// - Returns: whether the progress has changed.
    /// - Throws: the engine's reason, where the pull failed.
    mutating func take(_ message: Message, of image: String) throws(DockerError) -> Bool {
        if let error = message.error { throw .pullFailed(image: image, reason: error) }
        guard let id = message.id, let status = message.status else { return false }
        var layer = layers[id] ?? Layer()
        switch status {
        case "Pulling fs layer", "Waiting", "Verifying Checksum": break
        case "Downloading":
            layer.size = message.progressDetail?.total ?? layer.size
            layer.fetched = message.progressDetail?.current ?? layer.fetched
        case "Download complete": layer.fetched = layer.size
        case "Extracting":
            layer.fetched = layer.size
            layer.extracted = min(message.progressDetail?.current ?? 0, layer.size)
        case "Pull complete", "Already exists":
            layer.isComplete = true
            (layer.fetched, layer.extracted) = (layer.size, layer.size)
        default: return false  // "Pulling from …" and the like speak of the whole image.
        }
        layers[id] = layer
        let before = progress
        addUp()
        return progress != before
    }

    private mutating func addUp() {
        progress.layers = layers.count
        progress.complete = layers.values.count { $0.isComplete }
        progress.fetched = layers.values.reduce(0) { $0 + $1.fetched }
        progress.size = layers.values.reduce(0) { $0 + $1.size }
        let known = layers.values.filter { $0.size > 0 }
        let mean = known.isEmpty ? 1 : Double(progress.size) / Double(known.count)
        var done = 0.0
        var whole = 0.0
        for layer in layers.values {
            let size = layer.size > 0 ? Double(layer.size) : mean
            whole += 2 * size
            done += layer.isComplete ? 2 * size : Double(layer.fetched + layer.extracted)
        }
        progress.fraction = max(progress.fraction, whole > 0 ? done / whole : 0)
    }
}
